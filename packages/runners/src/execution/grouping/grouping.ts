/**
 * Grouping: the general path of every grouping step. Panes, triggers, holds, timers and expiry for any windows and any mode.
 *
 * Subclasses know how an element finds its group: directly, or by merging windows. What happens to a group is here, in the
 * order of Beam's ReduceFnRunner (statements 10-13, 19-60); numbers in comments are those of the semantics page.
 */
import { END_OF_GLOBAL_WINDOW, GLOBAL_WINDOW, MAX_TIMESTAMP, MIN_TIMESTAMP, type Timestamp, type Window } from '@tidemark/core'
import type { AccumulationMode, WindowingStrategy } from '@tidemark/core'
import type { CombinePayload, GroupByKeyPayload, PaneKind } from '@tidemark/core/graph'
import type { Bundle } from '../bundle/bundle.ts'
import type { PaneEffect } from '../bundle/pane.ts'
import type { StepLog } from '../ledger/step-log.ts'
import type { TimedOperator } from '../plan/operator.ts'
import type { Output } from '../plan/output.ts'
import { StateTable } from '../state/state-table.ts'
import { TimerQueue } from '../timer/timer-queue.ts'
import { compileTrigger, type CompiledTrigger } from '../trigger/compile-trigger.ts'
import { freshTriggerState, isFinished, type TriggerState } from '../trigger/trigger-state.ts'
import type { TriggerContext } from '../trigger/trigger-state-machine.ts'
import { HoldSet } from '../watermark/hold-set.ts'
import { freshGroup, type Group } from './group.ts'
import { elementHold, garbageCollectionHold, outputTimestamp } from './group-hold.ts'
import { describePane, recordPane } from './pane-tracker.ts'
import { PaneWriter } from './pane-writer.ts'
import { reducerOf, type Reducer } from './reducer.ts'

/** What a grouping is built from. */
export interface GroupingSpec {
  readonly payload: CombinePayload | GroupByKeyPayload
  /** Windowing of the input. */
  readonly windowing: WindowingStrategy
  readonly inputPanes: PaneKind
  readonly output: Output
  readonly log: StepLog
  /** Processing time; the same clock for all steps, so that none is ahead of another. */
  readonly clock: { readonly now: number }
}

/** A grouping step at run time. */
export abstract class Grouping implements TimedOperator {
  protected readonly windowing: WindowingStrategy
  protected readonly log: StepLog
  protected readonly table: StateTable<Group> = new StateTable()
  protected readonly reducer: Reducer
  protected readonly panes: PaneWriter
  protected readonly keyed: boolean
  protected readonly trigger: CompiledTrigger
  protected inputWatermark: Timestamp = MIN_TIMESTAMP
  readonly #output: Output
  readonly #fedByChanges: boolean
  readonly #defaultWhenEmpty: boolean
  #hasEmittedDefault = false
  readonly #eventTimers = new TimerQueue()
  readonly #processingTimers = new TimerQueue()
  readonly #holds = new HoldSet()
  readonly #touched: number[] = []
  readonly #context: MutableTriggerContext
  readonly #clock: { readonly now: number }
  /** Whether holds lie inside windows, so that the output watermark must follow every step of the input's. */
  readonly #exactHolds: boolean
  /** No event-time timer is set for an earlier time; the earliest may be later. */
  #due: Timestamp = Infinity

  constructor(spec: GroupingSpec) {
    const { payload, windowing } = spec
    this.windowing = windowing
    this.log = spec.log
    this.#output = spec.output
    this.#fedByChanges = spec.inputPanes === 'changes'
    this.reducer = reducerOf(payload, this.#fedByChanges)
    this.keyed = payload.primitive === 'groupByKey' || payload.keyed
    this.#defaultWhenEmpty = !this.keyed && windowing.windowFn.kind === 'global'
    this.panes = new PaneWriter(this.keyed)
    this.trigger = compileTrigger(windowing.trigger)
    this.#clock = spec.clock
    this.#exactHolds = windowing.timestampCombiner !== 'end-of-window'
    this.#context = {
      state: [],
      window: GLOBAL_WINDOW,
      inputWatermark: MIN_TIMESTAMP,
      now: spec.clock.now,
      merging: windowing.windowFn.merging,
      slot: 0,
      setProcessingTimer: (time) => this.#processingTimers.push(time, this.#context.slot),
      wakeAtEnd: () => {
        const { slot } = this.#context
        const group = this.table.get(slot)!
        const last = group.window.end - 1
        if (group.timer !== last && this.inputWatermark <= last) this.setTimer(group, slot, last)
      },
    }
  }

  process(bundle: Bundle): void {
    this.log.counters.in += bundle.length
    this.takeRows(bundle)
    this.#askTriggers()
    this.#output.advance(this.#outputTarget())
  }

  /**
   * Follows the watermark that the source had before a row. Inside a bundle the step's clock moves as it would between bundles of
   * one element, so that expiry, merging and firing at the end of a window do not depend on where bundles end.
   */
  protected follow(watermark: Timestamp): void {
    if (watermark <= this.inputWatermark) return
    if (watermark > this.#due) this.#due = this.nextEventTime()
    if (watermark > this.#due || this.#exactHolds) {
      this.#askTriggers()
      this.advance(watermark)
      this.#due = this.nextEventTime()
    } else {
      this.inputWatermark = watermark
    }
  }

  // 24: triggers are asked once for all elements of a bundle.
  #askTriggers(): void {
    for (const slot of this.#touched) {
      const group = this.table.get(slot)
      if (group === undefined) continue
      group.touched = false
      if (!group.closed && this.#mayBeReady(group) && this.#shouldFire(group, slot)) this.#fire(group, slot)
    }
    this.#touched.length = 0
    this.#flush()
  }

  advance(watermark: Timestamp): void {
    if (watermark > this.inputWatermark) this.inputWatermark = watermark
    // 43, 54: the output watermark first moves up to the earliest hold or timer, due ones included; then timers fire.
    this.#output.advance(this.#outputTarget())
    this.#fireDueTimers()
    if (watermark >= MAX_TIMESTAMP && this.#awaitsDefault) this.#emitDefault()
    this.#flush()
    this.afterAdvance()
    this.#output.advance(this.#outputTarget())
  }

  advanceProcessingTime(now: number): void {
    const timers = this.#processingTimers
    while (timers.size > 0 && timers.peekTime() < now) {
      const slot = timers.pop()
      const group = this.table.get(slot)
      // 28: an expired window is the business of event time.
      if (group !== undefined && group.expiry >= this.inputWatermark) this.#activate(group, slot)
    }
    this.#flush()
    this.#output.advance(this.#outputTarget())
  }

  idle(isIdle: boolean): void {
    this.#output.setIdle(isIdle)
  }

  nextProcessingTime(): number {
    return this.#processingTimers.peekTime()
  }

  nextEventTime(): Timestamp {
    this.#dropStaleTimers()
    return this.#eventTimers.peekTime()
  }

  /** Sorts the rows of a bundle into groups, by way of {@link add}. */
  protected abstract takeRows(bundle: Bundle): void
  /** Takes a group out of the index: it has expired, or its trigger has finished (then it stays as a tombstone). */
  protected abstract remove(group: Group, slot: number, expired: boolean): void
  /** Called when the watermark has moved and timers have fired. */
  protected afterAdvance(): void {}

  /** Last time at which a window takes elements; capped at the end of the global window (12). */
  protected expiryOf(window: Window): Timestamp {
    return Math.min(window.end - 1 + this.windowing.allowedLateness, Math.max(END_OF_GLOBAL_WINDOW, window.end - 1))
  }

  protected newGroup(key: unknown, window: Window): number {
    return this.table.allocate(freshGroup(key, window, this.expiryOf(window), this.newTriggerState()))
  }

  protected newTriggerState(): TriggerState | undefined {
    return this.trigger.nodes === 0 ? undefined : freshTriggerState(this.trigger.nodes)
  }

  /** Adds an element to an open group. */
  protected add(group: Group, slot: number, value: unknown, timestamp: Timestamp, sign: number): void {
    if (!group.touched) {
      this.table.touch(slot)
      group.touched = true
      this.#touched.push(slot)
    }
    group.fresh = true
    group.pending++
    this.#holdElement(group, slot, timestamp)
    if (group.accumulator === undefined) group.accumulator = this.reducer.create()
    if (sign > 0) {
      group.net++
      group.accumulator = this.reducer.add(group.accumulator, value, timestamp)
    } else {
      group.net--
      group.accumulator = this.reducer.subtract(group.accumulator, value, timestamp)
    }
    if (group.trigger !== undefined) this.trigger.root.onElement(this.contextOf(group, slot))
    if (group.timer === Infinity) this.setTimer(group, slot, this.firstTimer(group))
  }

  /** When a group must be looked at first: when it expires, or at the end of its window where the trigger always fires there. */
  protected firstTimer(group: Group): Timestamp {
    const last = group.window.end - 1
    return this.trigger.atEnd && this.inputWatermark <= last ? last : group.expiry
  }

  /** Points the step's one trigger context at a group. */
  protected contextOf(group: Group, slot: number): TriggerContext {
    const context = this.#context
    context.state = group.trigger ?? NO_STATE
    context.window = group.window
    context.inputWatermark = this.inputWatermark
    context.now = this.#clock.now
    context.slot = slot
    return context
  }

  protected setTimer(group: Group, slot: number, time: Timestamp): void {
    group.timer = time
    if (time < this.#due) this.#due = time
    this.#eventTimers.push(time, slot)
    this.updateHold(group, slot)
  }

  /** Tells the step's holds about those of a group. A hold at or behind the group's own timer is implied by the timer. */
  protected updateHold(group: Group, slot: number): void {
    const hold = Math.min(group.elementHold, group.extraHold)
    this.#holds.set(slot, hold < group.timer ? hold : Infinity)
  }

  protected get outputWatermark(): Timestamp {
    return this.#output.watermark
  }

  /** Forgets a group whose rows have all been accounted for. */
  protected freeGroup(slot: number): void {
    this.#holds.set(slot, Infinity)
    this.table.free(slot)
  }

  // 51, 55: the hold that keeps the pane of this element from being late further down.
  #holdElement(group: Group, slot: number, timestamp: Timestamp): void {
    const { timestampCombiner } = this.windowing
    if (timestampCombiner === 'end-of-window' && group.elementHold !== Infinity) return
    const hold = elementHold(group, this.windowing, timestamp, this.inputWatermark, this.outputWatermark)
    if (hold === undefined) {
      const gc = garbageCollectionHold(group, this.windowing, this.inputWatermark, false)
      if (gc >= group.extraHold) return
      group.extraHold = gc
    } else {
      if (hold === group.elementHold) return
      group.elementHold = hold
    }
    this.updateHold(group, slot)
  }

  #mayBeReady(group: Group): boolean {
    return this.trigger.early || this.inputWatermark > group.window.end - 1
  }

  #shouldFire(group: Group, slot: number): boolean {
    return this.trigger.root.shouldFire(this.contextOf(group, slot))
  }

  // 41: what happens to a window depends on the present watermarks, not on which timer came up.
  #activate(group: Group, slot: number): void {
    this.table.touch(slot)
    if (this.inputWatermark > group.expiry) {
      if (!group.closed) this.#emit(group, slot, true)
      this.remove(group, slot, true)
      this.freeGroup(slot)
      return
    }
    if (!group.closed && this.#shouldFire(group, slot)) this.#fire(group, slot)
    if (this.inputWatermark > group.window.end - 1 && group.timer !== group.expiry) this.setTimer(group, slot, group.expiry)
  }

  #fire(group: Group, slot: number): void {
    const { root } = this.trigger
    root.onFire(this.contextOf(group, slot))
    const finished = group.trigger !== undefined && isFinished(group.trigger, root.node)
    this.#emit(group, slot, finished)
    if (finished || this.windowing.accumulationMode === 'discarding') group.accumulator = undefined
    if (!finished) return
    // 34: a tombstone until the window expires.
    root.clear(this.contextOf(group, slot))
    group.closed = true
    group.lastTiming = undefined
    group.paneIndex = -1
    group.nonSpeculativeIndex = -1
    this.remove(group, slot, false)
  }

  #emit(group: Group, slot: number, isLast: boolean): void {
    const { closing, onTime } = this.windowing
    const timestamp = outputTimestamp(group, this.windowing)
    group.elementHold = Infinity
    group.extraHold = isLast ? Infinity : garbageCollectionHold(group, this.windowing, this.inputWatermark, true)
    this.updateHold(group, slot)
    const isEmpty = !group.fresh
    if (isEmpty && closing === 'if-non-empty' && onTime === 'if-non-empty') return
    const info = describePane(group, this.inputWatermark, this.outputWatermark, isLast)
    // 48-52: an empty pane is emitted at the end of the window, or as the last one, when asked for.
    if (isEmpty && !(info.timing === 'on-time' && onTime === 'always') && !(isLast && closing === 'always')) return
    if (!isLast) recordPane(group, info)
    this.#writePane(group, info, timestamp)
    group.fresh = false
    this.log.counters.withOutput += group.pending
    group.pending = 0
  }

  #writePane(group: Group, info: ReturnType<typeof describePane>, timestamp: Timestamp): void {
    const { accumulationMode } = this.windowing
    group.origin ??= { step: this.log.step.id, key: group.key, window: group.window }
    const effect = paneEffect(accumulationMode)
    this.panes.pane({ info, origin: group.origin, effect, absorbedBy: undefined })
    if (effect === 'change') this.takeBack(group)
    // Fed by changes, a key and window of which everything was taken back has no result, or that of nothing at all (73).
    const isVoid = this.#fedByChanges && group.net === 0
    if (isVoid && !this.#defaultWhenEmpty) return
    const value = this.reducer.extract((isVoid ? undefined : group.accumulator) ?? this.reducer.create())
    this.panes.row(group.key, value, timestamp, group.window, 1)
    if (effect === 'change') group.emitted = { value, timestamp }
  }

  /** Takes back what a retracting group has emitted last. */
  protected takeBack(group: Group): void {
    if (group.emitted === undefined) return
    this.panes.row(group.key, group.emitted.value, group.emitted.timestamp, group.window, -1)
    group.emitted = undefined
  }

  // 73: nothing at all, combined, is the output of an empty accumulator, in the one window that is known to exist.
  #emitDefault(): void {
    this.#hasEmittedDefault = true
    const info = { timing: 'on-time', index: 0, nonSpeculativeIndex: 0, isFirst: true, isLast: true } as const
    const origin = { step: this.log.step.id, key: null, window: GLOBAL_WINDOW }
    const effect = paneEffect(this.windowing.accumulationMode)
    this.panes.pane({ info, origin, effect, absorbedBy: undefined })
    this.panes.row(null, this.reducer.extract(this.reducer.create()), END_OF_GLOBAL_WINDOW, GLOBAL_WINDOW, 1)
  }

  #fireDueTimers(): void {
    const timers = this.#eventTimers
    while (timers.size > 0 && timers.peekTime() < this.inputWatermark) {
      const time = timers.peekTime()
      const slot = timers.pop()
      const group = this.table.get(slot)
      if (group === undefined || group.timer !== time) continue
      this.#activate(group, slot)
    }
  }

  #outputTarget(): Timestamp {
    this.#dropStaleTimers()
    // What stands for nothing at all is emitted at the end of the global window and must not be late below.
    const hold = this.#awaitsDefault ? END_OF_GLOBAL_WINDOW : Infinity
    return Math.min(this.inputWatermark, hold, this.#holds.min(), this.#eventTimers.peekTime())
  }

  get #awaitsDefault(): boolean {
    return this.#defaultWhenEmpty && !this.#hasEmittedDefault && this.log.counters.in === 0
  }

  #dropStaleTimers(): void {
    const timers = this.#eventTimers
    while (timers.size > 0 && this.table.get(timers.peekId())?.timer !== timers.peekTime()) timers.pop()
  }

  // 54: below, the watermark first moves as far as the panes on their way allow, and what is due there fires before they arrive.
  #flush(): void {
    if (this.panes.isEmpty) return
    this.#output.advance(Math.min(this.#outputTarget(), this.panes.earliest))
    this.log.counters.out += this.panes.flush(this.#output)
  }

  /** Counts the elements that wait in state, for the assertion of conservation. */
  countWaiting(): void {
    let waiting = 0
    for (const group of this.table.records()) waiting += group.pending
    this.log.counters.waiting = waiting
  }
}

/** What a pane of this mode does to the panes before it. */
export function paneEffect(mode: AccumulationMode): PaneEffect {
  return mode === 'accumulating' ? 'replace' : mode === 'discarding' ? 'add' : 'change'
}

interface MutableTriggerContext extends TriggerContext {
  state: TriggerState
  window: Window
  inputWatermark: Timestamp
  now: number
  slot: number
}

const NO_STATE: TriggerState = []
