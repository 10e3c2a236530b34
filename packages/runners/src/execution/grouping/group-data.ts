/**
 * GroupData: a group as a snapshot holds it.
 *
 * Fields that say nothing are left out, so that most groups are small, and an engine of a later version can add fields of its own.
 */
import type { Coder, Timestamp } from '@tidemark/core'
import type { StateData } from '../snapshot/saved.ts'
import { valueData, valueOf } from '../snapshot/value-data.ts'
import type { TriggerState } from '../trigger/trigger-state.ts'
import { freshGroup, type Group } from './group.ts'
import type { Reducer } from './reducer.ts'

interface GroupData {
  readonly key: StateData
  readonly window: readonly [start: Timestamp, end: Timestamp]
  readonly accumulator?: StateData
  readonly fresh?: true
  readonly pending?: number
  readonly net: number
  readonly closed?: true
  readonly trigger?: readonly number[]
  readonly elementHold?: Timestamp
  readonly extraHold?: Timestamp
  readonly timer?: Timestamp
  readonly pane?: readonly [timing: NonNullable<Group['lastTiming']>, index: number, nonSpeculativeIndex: number]
  readonly emitted?: readonly [value: StateData, timestamp: Timestamp]
  readonly origin?: string
}

/** Turns groups of one step into data and back. */
export class GroupCodec {
  readonly #step: number
  readonly #reducer: Reducer
  readonly #keyCoder: Coder<unknown> | undefined
  readonly #expiryOf: (window: Group['window']) => Timestamp

  constructor(
    step: number,
    reducer: Reducer,
    keyCoder: Coder<unknown> | undefined,
    expiryOf: (window: Group['window']) => Timestamp,
  ) {
    this.#step = step
    this.#reducer = reducer
    this.#keyCoder = keyCoder
    this.#expiryOf = expiryOf
  }

  /** A group as data that shares nothing with it once encoded. */
  readonly save = (group: Group): StateData => {
    const { key, window, accumulator, trigger, emitted, lastTiming } = group
    const data: { -readonly [F in keyof GroupData]: GroupData[F] } = {
      key: valueData(key, this.#keyCoder),
      window: [window.start, window.end],
      net: group.net,
    }
    if (accumulator !== undefined) data.accumulator = this.#reducer.save(accumulator)
    if (group.fresh) data.fresh = true
    if (group.pending > 0) data.pending = group.pending
    if (group.closed) data.closed = true
    if (trigger !== undefined) data.trigger = trigger
    if (group.elementHold !== Infinity) data.elementHold = group.elementHold
    if (group.extraHold !== Infinity) data.extraHold = group.extraHold
    if (group.timer !== Infinity) data.timer = group.timer
    if (lastTiming !== undefined) data.pane = [lastTiming, group.paneIndex, group.nonSpeculativeIndex]
    if (emitted !== undefined) data.emitted = [this.#reducer.saveOutput(emitted.value), emitted.timestamp]
    if (group.origin !== undefined) data.origin = group.origin.id
    return data
  }

  /** The group that {@link GroupCodec.save} made data of. */
  readonly load = (saved: StateData): Group => {
    const data = saved as unknown as GroupData
    const [start, end] = data.window
    const window = { start, end }
    const key = valueOf(data.key, this.#keyCoder)
    const trigger = data.trigger === undefined ? undefined : ([...data.trigger] satisfies TriggerState)
    const group = freshGroup(key, window, this.#expiryOf(window), trigger)
    if (data.accumulator !== undefined) group.accumulator = this.#reducer.load(data.accumulator)
    group.fresh = data.fresh ?? false
    group.pending = data.pending ?? 0
    group.net = data.net
    group.closed = data.closed ?? false
    group.elementHold = data.elementHold ?? Infinity
    group.extraHold = data.extraHold ?? Infinity
    group.timer = data.timer ?? Infinity
    if (data.pane !== undefined) [group.lastTiming, group.paneIndex, group.nonSpeculativeIndex] = data.pane
    if (data.emitted !== undefined) {
      const [value, timestamp] = data.emitted
      group.emitted = { value: this.#reducer.loadOutput(value), timestamp }
    }
    if (data.origin !== undefined) group.origin = { id: data.origin, step: this.#step, key, window }
    return group
  }
}
