/**
 * PaneEmitter: what a group emits when it fires or expires, and what it takes back (statements 48-52, 56, 59, 73).
 */
import {
  END_OF_GLOBAL_WINDOW,
  GLOBAL_WINDOW,
  type AccumulationMode,
  type PaneInfo,
  type Timestamp,
  type WindowingStrategy,
} from '@tidemark/core'
import type { PaneEffect, PaneOrigin } from '../bundle/pane.ts'
import type { StepLog } from '../ledger/step-log.ts'
import type { Group } from './group.ts'
import { groupingError } from './grouping-error.ts'
import { garbageCollectionHold, outputTimestamp } from './group-hold.ts'
import { describePane, recordPane } from './pane-tracker.ts'
import type { PaneWriter } from './pane-writer.ts'
import type { Reducer } from './reducer.ts'

/** What an emitter is built from. */
export interface PaneEmitterSpec {
  readonly windowing: WindowingStrategy
  readonly reducer: Reducer
  readonly writer: PaneWriter
  readonly log: StepLog
  /** Tells the origins of this emitter from those of all others. */
  readonly name: string
  readonly fedByChanges: boolean
  /** Whether nothing at all has an output too: a combination of all elements in the global window. */
  readonly defaultWhenEmpty: boolean
}

const ABSORBED: PaneInfo = Object.freeze({
  timing: 'unknown',
  index: 0,
  nonSpeculativeIndex: 0,
  isFirst: false,
  isLast: true,
})
const OF_NOTHING: PaneInfo = Object.freeze({
  timing: 'on-time',
  index: 0,
  nonSpeculativeIndex: 0,
  isFirst: true,
  isLast: true,
})

/** Writes the panes of a step's groups. */
export class PaneEmitter {
  readonly #spec: PaneEmitterSpec
  readonly #effect: PaneEffect
  /** How many origins there have been; a snapshot keeps it. */
  origins = 0

  constructor(spec: PaneEmitterSpec) {
    this.#spec = spec
    this.#effect = effectOf(spec.windowing.accumulationMode)
  }

  /** Emits the next pane of a group, if there is to be one, and releases its holds; the caller takes note of them. */
  emit(group: Group, isLast: boolean, inputWatermark: Timestamp, outputWatermark: Timestamp): void {
    const { windowing, log } = this.#spec
    const { closing, onTime } = windowing
    const timestamp = outputTimestamp(group, windowing)
    group.elementHold = Infinity
    group.extraHold = isLast ? Infinity : garbageCollectionHold(group, windowing, inputWatermark, true)
    const isEmpty = !group.fresh
    if (isEmpty && closing === 'if-non-empty' && onTime === 'if-non-empty') return
    const info = describePane(group, inputWatermark, outputWatermark, isLast)
    // 48-52: an empty pane is emitted at the end of the window, or as the last one, when asked for.
    if (isEmpty && !(info.timing === 'on-time' && onTime === 'always') && !(isLast && closing === 'always')) return
    if (!isLast) recordPane(group, info)
    this.#write(group, info, timestamp)
    group.fresh = false
    log.counters.withOutput += group.pending
    group.pending = 0
  }

  /** Voids what a group has emitted, as its window has become part of that of `into`. */
  absorb(group: Group, into: Group): void {
    if (group.origin === undefined) return
    into.origin ??= this.#originOf(into)
    this.#void(group, group.origin, into.origin)
  }

  /** Voids what a group has emitted, as its window is no more: what held it together was taken back, and no one window has taken its place. */
  dissolve(group: Group): void {
    if (group.origin !== undefined) this.#void(group, group.origin, group.origin)
  }

  #void(group: Group, origin: PaneOrigin, absorbedBy: PaneOrigin): void {
    this.#spec.writer.pane({ info: ABSORBED, origin, effect: this.#effect, absorbedBy })
    this.#takeBack(group)
  }

  // 73: nothing at all, combined, is the output of an empty accumulator, in the one window that is known to exist.
  /** Emits what stands for nothing at all. */
  emitDefault(): void {
    const { log, writer } = this.#spec
    const origin = { id: this.#nextId(), step: log.step.id, key: null, window: GLOBAL_WINDOW }
    writer.pane({ info: OF_NOTHING, origin, effect: this.#effect, absorbedBy: undefined })
    writer.row(null, this.#extract(undefined), END_OF_GLOBAL_WINDOW, GLOBAL_WINDOW, 1)
  }

  #write(group: Group, info: PaneInfo, timestamp: Timestamp): void {
    const { writer, fedByChanges, defaultWhenEmpty } = this.#spec
    group.origin ??= this.#originOf(group)
    writer.pane({ info, origin: group.origin, effect: this.#effect, absorbedBy: undefined })
    if (this.#effect === 'change') this.#takeBack(group)
    // Fed by changes, a key and window of which everything was taken back has no result, or that of nothing at all (73).
    const isVoid = fedByChanges && group.net === 0
    if (isVoid && !defaultWhenEmpty) return
    const value = this.#extract(isVoid ? undefined : group.accumulator)
    writer.row(group.key, value, timestamp, group.window, 1)
    if (this.#effect === 'change') group.emitted = { value, timestamp }
  }

  #extract(accumulator: unknown): unknown {
    const { reducer, log } = this.#spec
    try {
      return reducer.extract(accumulator ?? reducer.create())
    } catch (cause) {
      throw groupingError('extractOutput', log.step.path, cause)
    }
  }

  // What a retracting group has emitted last goes out once more, with the other sign.
  #takeBack(group: Group): void {
    if (group.emitted === undefined) return
    const { value, timestamp } = group.emitted
    this.#spec.writer.row(group.key, value, timestamp, group.window, -1)
    group.emitted = undefined
  }

  #originOf(group: Group): PaneOrigin {
    return { id: this.#nextId(), step: this.#spec.log.step.id, key: group.key, window: group.window }
  }

  #nextId(): string {
    return `${this.#spec.name}:${this.origins++}`
  }
}

/** What a pane of this mode does to the panes before it. */
function effectOf(mode: AccumulationMode): PaneEffect {
  return mode === 'accumulating' ? 'replace' : mode === 'discarding' ? 'add' : 'change'
}
