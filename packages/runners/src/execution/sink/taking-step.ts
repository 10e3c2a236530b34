/**
 * TakingStep: a write step whose sink takes something else than panes as they come.
 *
 * It hands each pane with its rows to a subclass, which says what the sink is to be handed, and moves with the watermark so that what has
 * become final is handed on and forgotten. There is nothing below it, so it holds nothing back.
 */
import { assert, MIN_TIMESTAMP } from '@tidemark/core'
import type { FinalValue, Sign, Taken, Timestamp, Window } from '@tidemark/core'
import { elementAt, signAt, windowAt, type Bundle } from '../bundle/bundle.ts'
import type { Pane, PaneOrigin } from '../bundle/pane.ts'
import type { Holder, RecordInspection } from '../explain/inspection.ts'
import { groupingError } from '../grouping/grouping-error.ts'
import type { StepLog } from '../ledger/step-log.ts'
import type { TimedOperator } from '../plan/operator.ts'
import type { StateData } from '../snapshot/saved.ts'
import type { Inflow, OutputMerge } from './inflow.ts'
import { placeOf } from './places.ts'
import { StandingPanes } from './standing-panes.ts'
import type { ValueCoder } from './standing-data.ts'

/** What a taking step is built from. */
export interface TakingSpec {
  readonly log: StepLog
  readonly inflow: Inflow
  readonly coder: ValueCoder
  /** Receives what the sink is to be handed, in order; the array is the listener's to keep. */
  readonly onTaken: (values: readonly Taken<unknown>[]) => void
}

/** The rows of one pane in a bundle, from `start` to before `end`. */
export interface PaneRows {
  readonly bundle: Bundle
  readonly start: number
  readonly end: number
}

interface TakingData {
  readonly inputWatermark: Timestamp
  readonly panes: StateData
  readonly rest: StateData
}

/** Values that are handed on while more is due. */
const FULL = 4096

/** A write step with what stands. */
export abstract class TakingStep implements TimedOperator {
  inputWatermark: Timestamp = MIN_TIMESTAMP
  protected readonly log: StepLog
  protected readonly inflow: Inflow
  protected readonly standing: StandingPanes
  readonly #onTaken: TakingSpec['onTaken']
  #taken: Taken<unknown>[] = []

  constructor({ log, inflow, coder, onTaken }: TakingSpec) {
    this.log = log
    this.inflow = inflow
    this.standing = new StandingPanes(inflow.groupings, coder)
    this.#onTaken = onTaken
  }

  process(bundle: Bundle): void {
    const { panes, paneOf, length } = bundle
    this.log.counters.in += length
    if (paneOf === undefined) {
      this.takeLoose(bundle)
    } else {
      let end = 0
      for (let index = 0; index < panes.length; index++) {
        const start = end
        while (end < length && paneOf[end] === index) end++
        this.takePane(panes[index]!, { bundle, start, end })
      }
      assert(end === length, `rows of a bundle do not stand by pane at step "${this.log.step.path}"`)
    }
    this.#flush()
  }

  advance(watermark: Timestamp): void {
    this.inputWatermark = watermark
    while (this.takeDue(watermark)) if (this.#taken.length >= FULL) this.#flush()
    this.#flush()
  }

  /** Takes the rows of a bundle whose elements have no pane. */
  protected abstract takeLoose(bundle: Bundle): void
  /** Takes a pane. */
  protected abstract takePane(pane: Pane, rows: PaneRows): void
  /** Lets go of one thing that is due at a watermark; says whether there was one. */
  protected abstract takeDue(watermark: Timestamp): boolean

  /** Hands something to the sink. */
  protected give(taken: Taken<unknown>): void {
    this.#taken.push(taken)
  }

  /** Adds rows to what stands for an origin; where outputs merge, they become one. Says whether the origin is new here. */
  protected addRows(origin: PaneOrigin, rows: readonly FinalValue<unknown>[]): boolean {
    const { outputs } = this.inflow
    const before = this.standing.rowsOf(origin)
    if (outputs === undefined || before.length + rows.length < 2) return this.standing.add(origin, rows)
    return this.standing.replace(origin, [merged(outputs, origin, this.inflow.groupings, [...before, ...rows])])
  }

  /** What a subclass keeps beside panes. */
  protected saveRest(): StateData {
    return null
  }
  protected loadRest(_data: StateData): void {}

  approach(): void {}

  nextEventTime(): Timestamp {
    return this.standing.nextDue()
  }

  nextProcessingTime(): number {
    return Infinity
  }

  advanceProcessingTime(): void {}

  waiting(): number {
    return 0
  }

  holders(): readonly Holder[] {
    return []
  }

  inspect(key: unknown, window: Window): RecordInspection | undefined {
    const { groupings } = this.inflow
    let found: number | undefined
    for (const { origin, rows } of this.standing.panes()) {
      const same = { ...origin, key, window }
      if (placeOf(origin, groupings) === placeOf(same, groupings)) found = (found ?? 0) + rows.length
    }
    return found === undefined
      ? undefined
      : { kind: 'record', window, waiting: found, cells: [], timers: [], hold: Infinity }
  }

  save(): StateData {
    const { inputWatermark } = this
    return { inputWatermark, panes: this.standing.save(), rest: this.saveRest() } satisfies TakingData
  }

  load(data: StateData): void {
    const { inputWatermark, panes, rest } = data as unknown as TakingData
    this.inputWatermark = inputWatermark
    this.standing.load(panes)
    this.loadRest(rest)
  }

  #flush(): void {
    if (this.#taken.length === 0) return
    const taken = this.#taken
    this.#taken = []
    this.#onTaken(taken)
  }
}

/** The rows of a pane that are added. */
export function added({ bundle, start, end }: PaneRows, pane: Pane): FinalValue<unknown>[] {
  const rows: FinalValue<unknown>[] = []
  for (let row = start; row < end; row++) if (signAt(bundle, row) > 0) rows.push(rowAt(bundle, row, pane.info))
  return rows
}

/** A row as an element of a pane. */
export function rowAt(bundle: Bundle, row: number, pane: Pane['info']): FinalValue<unknown> {
  return { value: elementAt(bundle, row), timestamp: bundle.timestamps[row]!, window: windowAt(bundle, row), pane }
}

/** An element with a sign, as part of a pane. */
export function changeOf(
  { value, timestamp, window }: FinalValue<unknown>,
  sign: Sign,
  pane: Pane['info'],
): Taken<unknown> {
  return { value, timestamp, window, pane, sign }
}

/** What a window of discarding panes has emitted, once it has become part of that of `origin`. */
export function moved(rows: readonly FinalValue<unknown>[], origin: PaneOrigin): FinalValue<unknown>[] {
  return rows.map((row) => ({ ...row, window: origin.window }))
}

// Of the discarding panes of one origin: their outputs as one, with the timestamp and pane of the last.
function merged(
  { merge, keyed }: OutputMerge,
  { key, step }: PaneOrigin,
  groupings: Inflow['groupings'],
  rows: readonly FinalValue<unknown>[],
): FinalValue<unknown> {
  const values = rows.map(({ value }) => (keyed ? (value as readonly unknown[])[1] : value))
  try {
    const output = values.reduce((a, b) => merge(a, b))
    return { ...rows.at(-1)!, value: keyed ? [key, output] : output }
  } catch (cause) {
    throw groupingError('mergeOutputs', groupings.get(step)!.path, cause)
  }
}
