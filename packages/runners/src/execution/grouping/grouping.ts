/**
 * Grouping: the general path of every grouping step. Panes, triggers, holds, timers and expiry for any windows and any mode.
 *
 * Subclasses know how an element finds its group: directly, or by merging windows. What happens to a group is here, in the
 * order of Beam's ReduceFnRunner (statements 10-13, 19-60); numbers in comments are those of the semantics page.
 */
import { END_OF_GLOBAL_WINDOW, formatWindow, MAX_TIMESTAMP, MIN_TIMESTAMP } from '@tidemark/core'
import type { Timestamp, Window, WindowingStrategy } from '@tidemark/core'
import type { CombinePayload, GroupByKeyPayload, PaneKind } from '@tidemark/core/graph'
import type { Bundle } from '../bundle/bundle.ts'
import { requirePairs } from '../bundle/pairs.ts'
import { earliest, type GroupInspection, type Holder } from '../explain/inspection.ts'
import { formatKey } from '../explain/format-key.ts'
import type { StepLog } from '../ledger/step-log.ts'
import type { TimedOperator } from '../plan/operator.ts'
import type { Output } from '../plan/output.ts'
import type { StateData } from '../snapshot/saved.ts'
import { StateTable } from '../state/state-table.ts'
import { compileTrigger, type CompiledTrigger } from '../trigger/compile-trigger.ts'
import { freshTriggerState, isFinished } from '../trigger/trigger-state.ts'
import type { TriggerContext } from '../trigger/trigger-state-machine.ts'
import { expiryOf } from '../watermark/window-expiry.ts'
import { elementHold, garbageCollectionHold } from './group-hold.ts'
import { GroupContext } from './group-context.ts'
import { GroupCodec } from './group-data.ts'
import { GroupTimes } from './group-times.ts'
import { freshGroup, type Group } from './group.ts'
import { groupingError } from './grouping-error.ts'
import { PaneEmitter } from './pane-emitter.ts'
import { PaneWriter } from './pane-writer.ts'
import { reducerOf } from './reducer-of.ts'
import type { Reducer } from './reducer.ts'

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
  /** Whether some step states a lateness of its own, so that it matters below by how much a pane is late. */
  readonly latenessMatters: boolean
  /** Unique in the engine: the step, and its shard where there are several. */
  readonly name: string
}

/** A grouping as a snapshot holds it. */
interface GroupingData {
  readonly inputWatermark: Timestamp
  readonly inputIsIdle: boolean
  readonly hasEmittedDefault: boolean
  readonly origins: number
  readonly groups: StateData
  readonly wakeUps: StateData
  readonly index: StateData
}

/** A grouping step at run time. */
export abstract class Grouping implements TimedOperator {
  protected readonly windowing: WindowingStrategy
  protected readonly log: StepLog
  protected readonly table: StateTable<Group> = new StateTable()
  protected readonly reducer: Reducer
  protected readonly times: GroupTimes = new GroupTimes(this.table)
  protected readonly emitter: PaneEmitter
  protected readonly keyed: boolean
  protected readonly trigger: CompiledTrigger
  inputWatermark: Timestamp = MIN_TIMESTAMP
  #inputIsIdle = false
  readonly #output: Output
  readonly #panes: PaneWriter
  readonly #defaultWhenEmpty: boolean
  #hasEmittedDefault = false
  readonly #touched: number[] = []
  readonly #context: GroupContext
  readonly #clock: { readonly now: number }
  readonly #codec: GroupCodec
  /** Whether the output watermark must follow every step of the input's: holds lie inside windows, or lateness matters below. */
  protected readonly exact: boolean

  /** Runs the reducer of its payload, unless a subclass has one of its own. */
  constructor(spec: GroupingSpec, reducer: Reducer = reducerOf(spec.payload, spec.inputPanes === 'changes')) {
    const { payload, windowing } = spec
    this.windowing = windowing
    this.log = spec.log
    this.#output = spec.output
    this.reducer = reducer
    this.keyed = payload.primitive === 'groupByKey' || payload.keyed
    this.#defaultWhenEmpty = !this.keyed && windowing.windowFn.kind === 'global'
    this.#panes = new PaneWriter(this.keyed)
    this.emitter = new PaneEmitter({
      windowing,
      reducer: this.reducer,
      writer: this.#panes,
      log: spec.log,
      name: spec.name,
      fedByChanges: spec.inputPanes === 'changes',
      defaultWhenEmpty: this.#defaultWhenEmpty,
    })
    this.trigger = compileTrigger(windowing.trigger)
    this.#clock = spec.clock
    this.#codec = new GroupCodec(spec.log.step.id, this.reducer, payload.keyCoder, (window) => this.expiryOf(window))
    this.exact = spec.latenessMatters || windowing.timestampCombiner !== 'end-of-window'
    this.#context = new GroupContext(windowing.windowFn.merging, this.table, this.times)
  }

  process(bundle: Bundle): void {
    if (this.keyed) requirePairs(bundle, this.log.step.path)
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
    if (this.exact || this.times.isDue(watermark)) {
      this.#askTriggers()
      this.advance(watermark)
    } else {
      this.inputWatermark = watermark
    }
  }

  // 24: triggers are asked once for all elements of a bundle.
  #askTriggers(): void {
    for (const slot of this.#touched) {
      const group = this.table.get(slot)
      // The slot of one that is gone may be that of another by now.
      if (group === undefined || !group.touched) continue
      group.touched = false
      if (!group.closed && this.#mayBeReady(group) && this.#shouldFire(group, slot)) this.#fire(group, slot)
    }
    this.#touched.length = 0
    this.#flush()
  }

  // 43, 54: the output watermark first moves up to the earliest hold or timer, due ones included; then timers fire.
  approach(watermark: Timestamp): void {
    if (watermark > this.inputWatermark) this.inputWatermark = watermark
    this.#output.advance(this.#outputTarget())
  }

  advance(watermark: Timestamp): void {
    this.approach(watermark)
    this.#fireDueTimers()
    if (watermark >= MAX_TIMESTAMP && this.#awaitsDefault) {
      this.#hasEmittedDefault = true
      this.emitter.emitDefault()
    }
    this.#flush()
    this.afterAdvance()
    this.#output.advance(this.#outputTarget())
    if (this.#inputIsIdle) this.#passSilence()
  }

  advanceProcessingTime(now: number): void {
    for (let slot = this.times.takeWakeUp(now); slot >= 0; slot = this.times.takeWakeUp(now)) {
      const group = this.table.get(slot)
      // 28: an expired window is the business of event time.
      if (group !== undefined && group.expiry >= this.inputWatermark) this.#activate(group, slot)
    }
    this.#flush()
    this.#output.advance(this.#outputTarget())
  }

  idle(isIdle: boolean): void {
    this.#inputIsIdle = isIdle
    this.#passSilence()
  }

  // A pane still to come would be late below if nobody waited for it there: silence is passed on when no group is open.
  #passSilence(): void {
    this.#output.setIdle(this.#inputIsIdle && this.times.earliest() === Infinity)
  }

  nextProcessingTime(): number {
    return this.times.nextProcessingTime()
  }

  nextEventTime(): Timestamp {
    return this.times.nextEventTime()
  }

  save(): StateData {
    return {
      inputWatermark: this.inputWatermark,
      inputIsIdle: this.#inputIsIdle,
      hasEmittedDefault: this.#hasEmittedDefault,
      origins: this.emitter.origins,
      groups: this.table.save(this.#codec.save),
      wakeUps: this.times.save(),
      index: this.saveIndex(),
    } satisfies GroupingData
  }

  load(data: StateData): void {
    const saved = data as unknown as GroupingData
    this.inputWatermark = saved.inputWatermark
    this.#inputIsIdle = saved.inputIsIdle
    this.#hasEmittedDefault = saved.hasEmittedDefault
    this.emitter.origins = saved.origins
    this.table.load(saved.groups, this.#codec.load)
    this.times.load(saved.wakeUps)
    for (const [slot, group] of this.table.entries()) this.enlist(group, slot)
    this.loadIndex(saved.index)
  }

  /** The slot of a key and window, or of the one that the window overlaps where windows merge. */
  protected abstract find(key: unknown, window: Window): number | undefined
  /** Puts a restored group into the index. */
  protected abstract enlist(group: Group, slot: number): void
  /** What the index knows beyond its groups. */
  protected saveIndex(): StateData {
    return null
  }
  protected loadIndex(_data: StateData): void {}

  /** Sorts the rows of a bundle into groups, by way of {@link add}. */
  protected abstract takeRows(bundle: Bundle): void
  /** Takes a group out of the index: it has expired, or its trigger has finished (then it stays as a tombstone). */
  protected abstract remove(group: Group, slot: number, expired: boolean): void
  /** Called when the watermark has moved and timers have fired. */
  protected afterAdvance(): void {}

  protected expiryOf(window: Window): Timestamp {
    return expiryOf(window, this.windowing.allowedLateness)
  }

  protected newGroup(key: unknown, window: Window): number {
    const { nodes } = this.trigger
    const memory = nodes === 0 ? undefined : freshTriggerState(nodes)
    return this.table.allocate(freshGroup(key, window, this.expiryOf(window), memory))
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
    group.net += sign
    try {
      const accumulator = group.accumulator ?? this.reducer.create()
      group.accumulator =
        sign > 0
          ? this.reducer.add(accumulator, value, timestamp)
          : this.reducer.subtract(accumulator, value, timestamp)
    } catch (cause) {
      throw groupingError('addInput', this.log.step.path, cause)
    }
    if (group.trigger !== undefined) this.trigger.root.onElement(this.contextOf(group, slot))
    if (group.timer === Infinity) this.times.setTimer(group, slot, this.firstTimer(group))
  }

  /** When a group must be looked at first: when it expires, or at the end of its window where the trigger always fires there. */
  protected firstTimer(group: Group): Timestamp {
    const last = group.window.end - 1
    return this.trigger.atEnd && this.inputWatermark <= last ? last : group.expiry
  }

  /** Points the step's one trigger context at a group. */
  protected contextOf(group: Group, slot: number): TriggerContext {
    return this.#context.pointAt(group, slot, this.inputWatermark, this.#clock.now)
  }

  protected get outputWatermark(): Timestamp {
    return this.#output.watermark
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
    this.times.updateHold(group, slot)
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
      this.times.free(slot)
      return
    }
    if (!group.closed && this.#shouldFire(group, slot)) this.#fire(group, slot)
    if (this.inputWatermark > group.window.end - 1 && group.timer !== group.expiry)
      this.times.setTimer(group, slot, group.expiry)
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
    this.emitter.emit(group, isLast, this.inputWatermark, this.outputWatermark)
    this.times.updateHold(group, slot)
  }

  #fireDueTimers(): void {
    const { times, table, inputWatermark } = this
    for (let slot = times.takeDue(inputWatermark); slot >= 0; slot = times.takeDue(inputWatermark)) {
      this.#activate(table.get(slot)!, slot)
      // A watermark that leaps fires any number of windows: what they emit must not all be in memory.
      if (this.#panes.isFull) this.#flush()
    }
  }

  #outputTarget(): Timestamp {
    // What stands for nothing at all is emitted at the end of the global window and must not be late below.
    const hold = this.#awaitsDefault ? END_OF_GLOBAL_WINDOW : Infinity
    return Math.min(this.inputWatermark, hold, this.times.earliest())
  }

  get #awaitsDefault(): boolean {
    return this.#defaultWhenEmpty && !this.#hasEmittedDefault && this.log.counters.in === 0
  }

  // 54: below, the watermark first moves as far as the panes on their way allow, and what is due there fires before they arrive.
  #flush(): void {
    if (this.#panes.isEmpty) return
    this.#output.advance(Math.min(this.#outputTarget(), this.#panes.earliest))
    this.log.counters.out += this.#panes.flush(this.#output)
  }

  inspect(key: unknown, window: Window): GroupInspection | undefined {
    const slot = this.find(key, window)
    if (slot === undefined) return undefined
    const group = this.table.get(slot)!
    return {
      kind: 'group',
      window: group.window,
      closed: group.closed,
      pending: group.pending,
      panes: group.paneIndex + 1,
      lastTiming: group.lastTiming,
      trigger: group.trigger,
      timer: group.timer,
      hold: Math.min(group.elementHold, group.extraHold),
    }
  }

  holders(limit: number): readonly Holder[] {
    const holders = Array.from(this.table.records(), (group): Holder => ({
      timestamp: Math.min(group.elementHold, group.extraHold, group.timer),
      owner: `the pane to come of ${formatKey(group.key)} ${formatWindow(group.window)}`,
    }))
    return earliest(holders, limit)
  }

  waiting(): number {
    let waiting = 0
    for (const group of this.table.records()) waiting += group.pending
    return waiting
  }
}
