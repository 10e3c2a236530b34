/**
 * IntervalSchedule: when the records of an interval join are looked at next, and what they hold.
 *
 * A record is due when a clock passes the interval of an element of the other side that may then come out alone; where changes come in, of
 * any element. What is only to be freed is swept in bulk, when there is time: by the watermark of the step, once a side can be freed of all that
 * was kept there when the record was looked at before.
 */
import { MAX_TIMESTAMP, type Timestamp } from '@tidemark/core'
import { SlotSchedule } from '../stateful/slot-schedule.ts'
import { HoldSet } from '../watermark/hold-set.ts'
import type { IntervalRecord } from './interval-record.ts'
import { LEFT, RIGHT } from './join-clocks.ts'

/** Number of an input. */
export type Side = typeof LEFT | typeof RIGHT
type Times = readonly [left: number, right: number]

/** The times of the records of one step, by slot and by the side whose clock is meant. */
export class IntervalSchedule {
  readonly #due: readonly [SlotSchedule, SlotSchedule] = [new SlotSchedule(), new SlotSchedule()]
  readonly #sweeps = new SlotSchedule()
  readonly #holds = new HoldSet()
  /** Nothing is due up to here, by side; it may be further. */
  readonly #soonest: [left: number, right: number] = [Infinity, Infinity]
  readonly #recordAt: (slot: number) => IntervalRecord

  constructor(recordAt: (slot: number) => IntervalRecord) {
    this.#recordAt = recordAt
  }

  /** Earliest timestamp that holds the output watermark, or Infinity. */
  get hold(): Timestamp {
    return this.#holds.min()
  }

  /** Earliest time at which a record is due on the clock of a side, or Infinity. */
  nextDue(input: Side): number {
    return this.#due[input].peekTime()
  }

  /** The watermark strictly above which a record is swept next, or Infinity. */
  get nextSweep(): Timestamp {
    return this.#sweeps.peekTime()
  }

  /** Sets the times at which a record is due, and what it holds; Infinity takes it out. */
  set(record: IntervalRecord, dueLeft: number, dueRight: number, hold: Timestamp): void {
    this.#setDue(record, LEFT, dueLeft)
    this.#setDue(record, RIGHT, dueRight)
    if (record.hold === hold) return
    record.hold = hold
    this.#holds.set(record.slot, hold)
  }

  /** Sets the watermark above which a record is swept; Infinity takes it out. */
  setSweep(record: IntervalRecord, watermark: number): void {
    record.sweepAt = watermark
    this.#sweeps.set(record.slot, watermark)
  }

  #setDue({ slot, due }: IntervalRecord, input: Side, time: number): void {
    if (due[input] === time) return
    due[input] = time
    this.#due[input].set(slot, time)
    if (time < this.#soonest[input]) this.#soonest[input] = time
  }

  /** Says whether a record is due when the clocks have come to `times`. */
  isDue(times: Times): boolean {
    return this.#isDueAt(times[LEFT], LEFT) || this.#isDueAt(times[RIGHT], RIGHT)
  }

  #isDueAt(time: number, input: Side): boolean {
    if (time <= this.#soonest[input]) return false
    this.#soonest[input] = this.#due[input].peekTime()
    return time > this.#soonest[input]
  }

  /** Calls `look` with every record that is due when the clocks have come to `times`, by time on the left clock, then on the right one. */
  runDue(times: Times, look: (record: IntervalRecord) => void): void {
    for (const input of [LEFT, RIGHT] as const) {
      run(this.#due[input], times[input], (slot) => {
        const record = this.#recordAt(slot)
        record.due[input] = Infinity
        look(record)
      })
    }
  }

  /** Calls `look` with every record that is to be swept at a watermark of the step; it is to set when that is next. */
  runSweeps(watermark: Timestamp, look: (record: IntervalRecord) => void): void {
    run(this.#sweeps, watermark >= MAX_TIMESTAMP ? Infinity : watermark, (slot) => {
      const record = this.#recordAt(slot)
      record.sweepAt = Infinity
      look(record)
    })
  }
}

function run(schedule: SlotSchedule, until: number, look: (slot: number) => void): void {
  const slots: number[] = []
  for (let time = schedule.peekTime(); time < until; time = schedule.peekTime()) {
    slots.length = 0
    schedule.take(time, slots)
    for (const slot of slots) look(slot)
  }
}
