/**
 * GroupTimes: when the groups of a step must be looked at, and how far they hold the output watermark back.
 *
 * A group has one event-time timer, at the end of its window or at its expiry, and any number of wake-ups in processing time.
 * A hold at or behind the group's own timer is implied by the timer and not kept.
 */
import type { Timestamp } from '@tidemark/core'
import type { StateData } from '../snapshot/saved.ts'
import type { StateTable } from '../state/state-table.ts'
import { TimerQueue } from '../timer/timer-queue.ts'
import { HoldSet } from '../watermark/hold-set.ts'
import type { Group } from './group.ts'

/** Timers and holds of the groups of one step. */
export class GroupTimes {
  readonly #table: StateTable<Group>
  readonly #eventTimers = new TimerQueue()
  readonly #processingTimers = new TimerQueue()
  readonly #holds = new HoldSet()
  /** No timer is set for an earlier time; the earliest may be later. */
  #atLeast: Timestamp = Infinity

  constructor(table: StateTable<Group>) {
    this.#table = table
  }

  /** Sets the event-time timer of a group in place of the one it had. */
  setTimer(group: Group, slot: number, time: Timestamp): void {
    group.timer = time
    if (time < this.#atLeast) this.#atLeast = time
    this.#eventTimers.push(time, slot)
    this.updateHold(group, slot)
  }

  /** Takes note of the holds of a group. */
  updateHold(group: Group, slot: number): void {
    const hold = Math.min(group.elementHold, group.extraHold)
    this.#holds.set(slot, hold < group.timer ? hold : Infinity)
  }

  /** Forgets a group and frees its slot. */
  free(slot: number): void {
    this.#holds.set(slot, Infinity)
    this.#table.free(slot)
  }

  /** Says whether a timer is due when the watermark is at `watermark`; costs a comparison when none is. */
  isDue(watermark: Timestamp): boolean {
    if (watermark <= this.#atLeast) return false
    this.#atLeast = this.nextEventTime()
    return watermark > this.#atLeast
  }

  /** Earliest event-time timer, or Infinity. */
  nextEventTime(): Timestamp {
    const timers = this.#eventTimers
    while (timers.size > 0 && this.#table.get(timers.peekId())?.timer !== timers.peekTime()) timers.pop()
    return timers.peekTime()
  }

  /** Takes the slot of the earliest timer strictly before `watermark`, -1 when there is none. */
  takeDue(watermark: Timestamp): number {
    return this.nextEventTime() < watermark ? this.#eventTimers.pop() : -1
  }

  /** How far the output watermark may go: to the earliest hold or timer, due ones included (43, 54). */
  earliest(): Timestamp {
    return Math.min(this.#holds.min(), this.nextEventTime())
  }

  /** Asks for a look at a group when processing time is past `time`. */
  wakeAt(time: number, slot: number): void {
    this.#processingTimers.push(time, slot)
  }

  /** Takes the slot of the earliest wake-up strictly before `now`, -1 when there is none. Its group may be gone. */
  takeWakeUp(now: number): number {
    return this.#processingTimers.peekTime() < now ? this.#processingTimers.pop() : -1
  }

  nextProcessingTime(): number {
    return this.#processingTimers.peekTime()
  }

  /** The wake-ups, which no group knows of; timers and holds follow from the groups. */
  save(): StateData {
    return [...this.#processingTimers.entries()].map((wakeUp) => [...wakeUp])
  }

  load(data: StateData): void {
    for (const [time, slot] of data as readonly (readonly [time: number, slot: number])[]) this.wakeAt(time, slot)
    for (const [slot, group] of this.#table.entries()) {
      if (group.timer === Infinity) this.updateHold(group, slot)
      else this.setTimer(group, slot, group.timer)
    }
  }
}
