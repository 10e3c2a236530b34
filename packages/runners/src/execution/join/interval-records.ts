/**
 * IntervalRecords: what an interval join keeps of each key, found by key, and what follows from it.
 */
import { encodeKey, type Coder, type Timestamp } from '@tidemark/core'
import { formatKey } from '../explain/format-key.ts'
import type { Holder, JoinInspection } from '../explain/inspection.ts'
import { groupingError } from '../grouping/grouping-error.ts'
import type { StateData } from '../snapshot/saved.ts'
import { canonicalKey, KeyIndex } from '../state/key-index.ts'
import { StateTable } from '../state/state-table.ts'
import { freshRecord, IntervalCodec, sideAt, type IntervalRecord } from './interval-record.ts'
import { IntervalSchedule, type Side } from './interval-schedule.ts'
import type { SideRules } from './interval-sides.ts'
import { LEFT, RIGHT } from './join-clocks.ts'
import { SideBuffer } from './side-buffer.ts'

/** The records of one step. */
export class IntervalRecords {
  readonly #table = new StateTable<IntervalRecord>()
  readonly schedule: IntervalSchedule = new IntervalSchedule((slot) => this.#table.get(slot)!)
  readonly #index: KeyIndex<IntervalRecord>
  readonly #sides: readonly [SideRules, SideRules]
  readonly #keyCoder: Coder<unknown> | undefined
  readonly #codec: IntervalCodec
  readonly #step: string
  readonly #hasChanges: boolean

  constructor(sides: readonly [SideRules, SideRules], keyCoder: Coder<unknown> | undefined, step: string) {
    this.#sides = sides
    this.#keyCoder = keyCoder
    this.#step = step
    this.#index = new KeyIndex(keyCoder)
    this.#hasChanges = sides[LEFT].hasChanges || sides[RIGHT].hasChanges
    this.#codec = new IntervalCodec(
      keyCoder,
      sides.map(({ coder }) => coder),
      this.#hasChanges,
    )
  }

  /** How many keys something is kept of. */
  get size(): number {
    return this.#table.size
  }

  /** Announces a change of a record; to be called before it. */
  touch({ slot }: IntervalRecord): void {
    this.#table.touch(slot)
  }

  /** The record of a key. */
  find(key: unknown): IntervalRecord | undefined {
    try {
      return this.#index.get(key)
    } catch (cause) {
      throw groupingError('The key coder', this.#step, cause)
    }
  }

  /** The key that stands for all equal ones, checked whether or not it is kept: the same text must not fail at other times only. */
  canonical(key: unknown): unknown {
    try {
      const own = canonicalKey(key, this.#keyCoder)
      if (typeof own === 'string') encodeKey(own)
      return own
    } catch (cause) {
      throw groupingError('The key coder', this.#step, cause)
    }
  }

  /** The new record of a key that has none. */
  make(key: unknown): IntervalRecord {
    const record = freshRecord(this.canonical(key))
    record.slot = this.#table.allocate(record)
    this.#index.set(record.key, record)
    return record
  }

  /** The buffer of one side, made when there is none. */
  sideOf(record: IntervalRecord, input: number): SideBuffer {
    if (input === LEFT) return (record.left ??= new SideBuffer(this.#hasChanges))
    return (record.right ??= new SideBuffer(this.#hasChanges))
  }

  /** Frees a record when nothing is left in it; otherwise notes when it is looked at next and what it holds. */
  keep(record: IntervalRecord): void {
    const { left, right } = record
    if ((left === undefined || left.isEmpty) && (right === undefined || right.isEmpty)) {
      this.#index.delete(record.key)
      this.schedule.set(record, Infinity, Infinity, Infinity)
      this.schedule.setSweep(record, Infinity)
      this.#table.free(record.slot)
    } else if (this.#hasChanges) {
      this.#keepChanges(record)
    } else {
      const openLeft = this.#openTime(left, LEFT)
      const openRight = this.#openTime(right, RIGHT)
      const dueLeft = openRight + this.#sides[RIGHT].ahead
      const dueRight = openLeft + this.#sides[LEFT].ahead
      this.schedule.set(record, dueLeft, dueRight, Math.min(openLeft, openRight))
      if (record.sweepAt === Infinity)
        this.schedule.setSweep(record, Math.min(this.#freeAbove(left, LEFT), this.#freeAbove(right, RIGHT)))
    }
  }

  // The watermark above which a side can be freed of all that is kept there now.
  #freeAbove(side: SideBuffer | undefined, input: Side): number {
    if (side === undefined || side.isEmpty) return Infinity
    return side.timestamps[side.end - 1]! + this.#sides[input].ahead + this.#sides[1 - input]!.lateness
  }

  // Time of the earliest element that would come out alone.
  #openTime(side: SideBuffer | undefined, input: Side): Timestamp {
    return side === undefined || !this.#sides[input].isOuter ? Infinity : timeAt(side, side.toFirstOpen())
  }

  #keepChanges(record: IntervalRecord): void {
    const due: [number, number] = [Infinity, Infinity]
    let hold = Infinity
    for (const input of [LEFT, RIGHT] as const) {
      const side = sideAt(record, input)
      if (side === undefined || side.isEmpty) continue
      const { ahead, isOuter } = this.#sides[input]
      const other = input === LEFT ? RIGHT : LEFT
      const undecided = side.from(side.decided - ahead)
      due[other] = Math.min(due[other], timeAt(side, undecided) + ahead)
      // What is decided is kept as long as it may be taken back.
      if (undecided > side.head) due[input] = Math.min(due[input], side.timestamps[side.head]!)
      if (!isOuter) continue
      // A partner that is taken back makes an element alone again.
      const holding = this.#sides[other].hasChanges ? undecided : Math.max(undecided, side.toFirstOpen())
      hold = Math.min(hold, timeAt(side, holding))
    }
    this.schedule.set(record, due[LEFT], due[RIGHT], hold)
  }

  /** What of the records holds the output watermark. */
  *holders(): Generator<Holder> {
    for (const { key, hold } of this.#table.records()) {
      if (hold < Infinity) yield { timestamp: hold, owner: `an element of ${formatKey(key)} that may have no partner` }
    }
  }

  /** What is kept in the record of a slot. */
  inspect(record: IntervalRecord): Pick<JoinInspection, 'left' | 'right' | 'waiting' | 'answeredAfter' | 'hold'> {
    const sides = [record.left, record.right]
    let waiting = 0
    let answeredAfter: Timestamp | undefined
    for (const [input, side] of sides.entries()) {
      const { isOuter, ahead } = this.#sides[input]!
      if (side === undefined || !isOuter) continue
      for (let place = side.from(side.decided - ahead); place < side.end; place++) {
        if (side.changes === undefined ? side.open[place] === 0 : side.changes.matches[place] !== 0) continue
        waiting += side.changes?.counts[place] ?? 1
        answeredAfter = Math.min(answeredAfter ?? Infinity, side.timestamps[place]! + ahead)
      }
    }
    const [left, right] = sides.map((side) => (side === undefined ? 0 : side.end - side.head))
    return { left: left!, right: right!, waiting, answeredAfter, hold: record.hold }
  }

  /** How many rows have given no output, of all keys. */
  waiting(): number {
    let waiting = 0
    for (const { left, right } of this.#table.records()) {
      for (const side of [left, right])
        for (let place = side?.head ?? 0; place < (side?.end ?? 0); place++) waiting += side!.open[place]!
    }
    return waiting
  }

  save(): StateData {
    return this.#table.save(this.#codec.save)
  }

  /** Fills empty records. */
  load(data: StateData): void {
    this.#table.load(data, this.#codec.load)
    for (const [slot, record] of this.#table.entries()) {
      record.slot = slot
      this.#index.set(record.key, record)
      if (record.sweepAt < Infinity) this.schedule.setSweep(record, record.sweepAt)
      this.keep(record)
    }
  }
}

function timeAt({ timestamps }: SideBuffer, place: number): number {
  return place < timestamps.length ? timestamps[place]! : Infinity
}
