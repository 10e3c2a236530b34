/**
 * GroupContext: what a trigger sees of the group that it is asked about. One per step, pointed at one group after the other.
 */
import { GLOBAL_WINDOW, MIN_TIMESTAMP, type Timestamp, type Window } from '@tidemark/core'
import type { StateTable } from '../state/state-table.ts'
import type { TriggerContext } from '../trigger/trigger-state-machine.ts'
import type { TriggerState } from '../trigger/trigger-state.ts'
import type { GroupTimes } from './group-times.ts'
import type { Group } from './group.ts'

/** The group that a trigger is asked about. */
export class GroupContext implements TriggerContext {
  state: TriggerState = NO_STATE
  window: Window = GLOBAL_WINDOW
  inputWatermark: Timestamp = MIN_TIMESTAMP
  now = 0
  readonly merging: boolean
  readonly #table: StateTable<Group>
  readonly #times: GroupTimes
  #slot = 0

  constructor(merging: boolean, table: StateTable<Group>, times: GroupTimes) {
    this.merging = merging
    this.#table = table
    this.#times = times
  }

  /** Points at a group. */
  pointAt(group: Group, slot: number, inputWatermark: Timestamp, now: number): this {
    this.state = group.trigger ?? NO_STATE
    this.window = group.window
    this.inputWatermark = inputWatermark
    this.now = now
    this.#slot = slot
    return this
  }

  setProcessingTimer(time: number): void {
    this.#times.wakeAt(time, this.#slot)
  }

  wakeAtEnd(): void {
    const group = this.#table.get(this.#slot)!
    const last = group.window.end - 1
    if (group.timer !== last && this.inputWatermark <= last) this.#times.setTimer(group, this.#slot, last)
  }
}

const NO_STATE: TriggerState = []
