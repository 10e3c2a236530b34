/**
 * SourceInput: where elements enter the engine. Takes their timestamps, checks them against the skew guard, and notes the
 * watermark before each, so that what follows does not depend on how elements were bundled.
 */
import type { LedgerReason, SourceBatch, SourcePosition, Timestamp } from '@tidemark/core'
import type { CreatePayload, ReadPayload, Step } from '@tidemark/core/graph'
import type { Bundle } from '../bundle/bundle.ts'
import { NumberColumn } from '../bundle/number-column.ts'
import type { StepLog } from '../ledger/step-log.ts'
import type { Output } from '../plan/output.ts'
import type { Calls } from '../time-log/calls.ts'
import { EventTime, type EngineClock } from './event-time.ts'
import { SplitWatermarks, type Split } from './split-watermarks.ts'

/** The entrance of one source. */
export class SourceInput {
  readonly step: Step
  readonly payload: ReadPayload | CreatePayload
  readonly #output: Output
  readonly #log: StepLog
  readonly #clock: EngineClock
  readonly #time: EventTime
  /** The watermarks of its splits. */
  readonly splits: SplitWatermarks
  readonly #unit: SourcePosition['unit']
  /** Place of the element at hand, for the ledger. */
  #split = ''
  #offset = 0
  /** Places of the elements at hand. */
  #offsets: ArrayLike<number> = []
  readonly #timestamps = new NumberColumn()
  readonly #watermarks = new NumberColumn()
  readonly #meetsItself: boolean
  readonly #calls: Calls
  readonly #ordinal: number

  /** `meetsItself` says that two ways lead from the source to one flatten; `ordinal` is its place among the engine's inputs. */
  constructor(
    step: Step,
    payload: ReadPayload | CreatePayload,
    output: Output,
    log: StepLog,
    clock: EngineClock,
    meetsItself: boolean,
    calls: Calls,
    ordinal: number,
  ) {
    this.step = step
    this.payload = payload
    this.#output = output
    this.#log = log
    this.#clock = clock
    this.splits = new SplitWatermarks(step.path)
    this.#unit = payload.primitive === 'read' ? payload.source.unit : 'element'
    this.#time = new EventTime(payload, clock, (index, ...refusal) => {
      this.#offset = this.#offsets[index]!
      this.#enter(...refusal)
    })
    this.#meetsItself = meetsItself
    this.#calls = calls
    this.#ordinal = ordinal
  }

  /** The watermark of the source. */
  get watermark(): Timestamp {
    return this.splits.current
  }

  /** Declares splits; the watermark is the least of those that are neither idle nor complete. */
  openSplits(ids: readonly string[]): void {
    this.#calls.begin(['open', this.#ordinal, ids])
    this.splits.open(ids)
    this.#output.setIdle(this.splits.isIdle)
    this.#calls.end()
  }

  /** Runs a batch of a split through the graph. */
  offer(splitId: string, batch: SourceBatch<unknown>): void {
    const { splits } = this
    const split = splits.get(splitId)
    if (batch.elements.length + batch.rejected.length === 0) return
    this.#calls.begin(['offer', this.#ordinal, splitId, batch.elements.length, batch.rejected.length])
    split.idle = false
    this.#output.setIdle(false)
    this.#split = splitId
    this.#reject(batch)
    const others = splits.leastBut(split)
    const bound = this.#bound()
    const { length, values, timestamps, offsets } = this.#takeTimestamps(batch)
    const watermarks = bound === undefined ? undefined : this.#follow(split, timestamps, others, bound)
    const { counters } = this.#log
    counters.in += batch.elements.length
    counters.withOutput += length
    counters.out += length
    const bundle: Bundle = {
      length,
      keys: undefined,
      values,
      timestamps,
      windows: undefined,
      signs: undefined,
      panes: [],
      paneOf: undefined,
      watermarks,
      positions: { split: splitId, unit: this.#unit, offsets },
    }
    if (this.#meetsItself && watermarks !== undefined) this.#emitInSteps(bundle, watermarks)
    else this.#output.emit(bundle)
    this.#advance(splitId, split.watermark)
    this.#calls.end()
  }

  // Where two ways from here meet again, rows of one way would be seen before the watermark of the other has moved with them: so
  // the watermark is moved for both before each row that it has moved for.
  #emitInSteps(bundle: Bundle, watermarks: Float64Array): void {
    for (let start = 0, end = 1; start < bundle.length; start = end++) {
      while (end < bundle.length && watermarks[end] === watermarks[start]) end++
      this.#output.advance(watermarks[start]!)
      this.#calls.settle()
      this.#output.emit(sliceOfSource(bundle, start, end))
    }
  }

  /** The elements of a batch that have a place in event time; a batch that has no others is taken over as it is. */
  #takeTimestamps({ elements, offsets }: SourceBatch<unknown>): Rows {
    const { length } = elements
    const timestamps = this.#timestamps.make(length)
    const refused = new Set<number>()
    this.#offsets = offsets
    for (let next = 0; next < length; next++) {
      next = this.#time.take(elements, next, timestamps)
      if (next < length) refused.add(next)
    }
    this.#offsets = []
    const rows = { length, values: elements, timestamps, offsets }
    return refused.size === 0 ? rows : withoutRows(rows, refused)
  }

  /** Moves the watermark of a split by its elements; returns the watermark of the source before each. */
  #follow(split: Split, timestamps: Float64Array, others: Timestamp, bound: number): Float64Array {
    const { current } = this.splits
    const watermarks = this.#watermarks.make(timestamps.length)
    let { latest, watermark } = split
    for (let row = 0; row < timestamps.length; row++) {
      watermarks[row] = Math.max(current, Math.min(watermark, others))
      const timestamp = timestamps[row]!
      if (timestamp <= latest) continue
      latest = timestamp
      watermark = Math.max(watermark, timestamp - bound)
    }
    split.latest = latest
    split.watermark = watermark
    return watermarks
  }

  /** Moves the watermark of a split; never back. */
  advanceWatermark(split: string, watermark: Timestamp): void {
    this.#calls.begin(['watermark', this.#ordinal, split, watermark])
    if (watermark < this.splits.get(split).watermark) this.#log.counters.watermarkRegress++
    this.#advance(split, watermark)
    this.#calls.end()
  }

  #advance(split: string, watermark: Timestamp): void {
    this.splits.advance(split, watermark)
    this.#output.setIdle(this.splits.isIdle)
    this.#output.advance(this.splits.current)
  }

  /** Leaves a split out of the minimum until its next element. */
  markIdle(split: string): void {
    this.#calls.begin(['idle', this.#ordinal, split])
    this.splits.markIdle(split)
    this.#output.advance(this.splits.current)
    this.#output.setIdle(this.splits.isIdle)
    this.#calls.end()
  }

  /** Ends a split; when all have ended, the watermark goes to the end of time. */
  complete(split: string): void {
    this.#calls.begin(['complete', this.#ordinal, split])
    this.splits.complete(split)
    this.#output.advance(this.splits.current)
    this.#output.setIdle(this.splits.isIdle)
    this.#calls.end()
  }

  /** Enters an element that the job could not take as `overflow`, as `waiting` others waited; the graph never sees it. */
  overflow(split: string, element: unknown, offset: number, waiting: number): void {
    // A source may deliver while the elements before are still on their way.
    this.#calls.inTurn(() => {
      this.#calls.begin(['overflow', this.#ordinal, split, waiting])
      this.#log.counters.in++
      this.#split = split
      this.#offset = offset
      const detail = `${waiting} elements waited, and there was no room for more`
      this.#enter('overflow', element, this.#time.ifAny(element), detail)
      this.#calls.end()
    })
  }

  // How far the watermark stays behind the latest timestamp: as the strategy says, or as a bounded source has promised. A strategy is
  // an estimate for those who cannot wait; history can, so there it drops nothing.
  #bound(): number | undefined {
    const { payload } = this
    if (payload.primitive === 'create') return undefined
    if (payload.watermark !== undefined && !this.#clock.history) return payload.watermark.bound
    const order = payload.eventTimeOrder
    return order?.disorder
  }

  #reject(batch: SourceBatch<unknown>): void {
    for (const { raw, offset, code, detail, reason = 'dead-letter' } of batch.rejected) {
      this.#log.counters.in++
      this.#offset = offset
      this.#enter(reason, raw, undefined, `${code}: ${detail}`)
    }
  }

  #enter(reason: LedgerReason, element: unknown, timestamp: Timestamp | undefined, detail: string): void {
    this.#log.enter({
      reason,
      step: this.step.path,
      element,
      timestamp,
      window: undefined,
      watermark: this.watermark,
      position: { split: this.#split, offset: this.#offset, unit: this.#unit },
      detail,
    })
  }
}

/** The elements of a batch that have a place in event time. */
interface Rows {
  readonly length: number
  readonly values: readonly unknown[]
  readonly timestamps: Float64Array
  readonly offsets: ArrayLike<number>
}

function withoutRows({ values, timestamps, offsets }: Rows, refused: ReadonlySet<number>): Rows {
  const rows = Array.from(values, (_, row) => row).filter((row) => !refused.has(row))
  return {
    length: rows.length,
    values: rows.map((row) => values[row]),
    timestamps: Float64Array.from(rows, (row) => timestamps[row]!),
    offsets: rows.map((row) => offsets[row]!),
  }
}

/** Some rows of a bundle as a source makes it. */
function sliceOfSource(bundle: Bundle, start: number, end: number): Bundle {
  const { values, timestamps, watermarks, positions } = bundle
  const part = <T>(column: ArrayLike<T>): ArrayLike<T> => Array.prototype.slice.call(column, start, end) as T[]
  return {
    ...bundle,
    length: end - start,
    values: part(values),
    timestamps: part(timestamps),
    watermarks: watermarks && part(watermarks),
    positions: positions && { ...positions, offsets: part(positions.offsets) },
  }
}
