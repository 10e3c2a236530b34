/**
 * AsOfList: elements or rows of one key by time, as columns.
 *
 * Most come in the order of time and are appended. What does not stands behind the others as it came, until somebody asks for the order:
 * then it is sorted in, and what is the same becomes one entry whose counts add up. So nothing costs more than a sort, in whatever
 * order things come. What is let go at the front is forgotten at once, and its place is used again by and by.
 */
import type { StateData } from '../snapshot/saved.ts'

/** What tells entries of one time apart. */
export interface EntryOrder<M> {
  /** Orders the marks of two entries of one time. */
  compareMarks(a: M | undefined, b: M | undefined): number
  /** Bytes as text that order entries of one time and mark: those with equal ones are the same. */
  textOf(value: unknown): string
}

type ListData = readonly [
  times: readonly number[],
  values: readonly StateData[],
  counts: readonly number[] | null,
  marks: readonly StateData[] | null,
  sorted: number,
]

/** How values and marks of a list become data. */
export interface EntryCodec<M> {
  readonly saveValue: (value: unknown) => StateData
  readonly loadValue: (data: StateData) => unknown
  readonly saveMark: (mark: M) => StateData
  readonly loadMark: (data: StateData) => M
}

// An empty list keeps room for so many entries: a key at which many once waited must not hold their places for ever.
const ROOM = 32

// How far a time is looked for beside the last one before the rest is halved.
const STEPS = 8

/** Entries by time, from {@link AsOfList.first} to before {@link AsOfList.end}; in order after {@link AsOfList.arrange}. */
export class AsOfList<M> {
  times: number[] = []
  values: unknown[] = []
  /** How often each entry is there, below zero when it was taken back before it came; all once when absent. */
  counts: number[] | undefined = undefined
  /** The window of an element, or when a row became known; the global window, or not asked for, where absent. */
  marks: (M | undefined)[] | undefined = undefined
  first = 0
  /** Columns may be longer: what stands behind is room for more. */
  end = 0
  /** Up to where entries are in order. */
  sorted = 0
  readonly #order: EntryOrder<M> | undefined
  /** What {@link AsOfList.upper} has found last. */
  #near = 0

  /** Without an order, entries of one time stay as they came, and none is the same as another. */
  constructor(order: EntryOrder<M> | undefined) {
    this.#order = order
  }

  get size(): number {
    return this.end - this.first
  }

  countAt(index: number): number {
    return this.counts === undefined ? 1 : this.counts[index]!
  }

  /** Adds an entry. Says whether it is in order, and no other of its time can be the same. */
  add(time: number, value: unknown, mark: M | undefined, count: number): boolean {
    const { times, end } = this
    const last = end === this.first ? -Infinity : times[end - 1]!
    const isNext = this.sorted === end && (time > last || (time === last && this.#order === undefined))
    if (times.length === 0) {
      // A literal has room for one entry and no more, which is all that most dimensions need of a key.
      this.times = [time]
      this.values = [value]
    } else {
      times[end] = time
      this.values[end] = value
    }
    if (mark !== undefined || this.marks !== undefined) (this.marks ??= filled(end, undefined))[end] = mark
    if (count !== 1 || this.counts !== undefined) (this.counts ??= filled(end, 1))[end] = count
    this.end = end + 1
    if (isNext) this.sorted = end + 1
    return isNext
  }

  /** The first entry in order with a time from `time` on, or where it would stand. */
  lower(time: number): number {
    const { times, sorted } = this
    let low = this.first
    let high = sorted
    // Asked for all, as a rule.
    if (high > low && times[high - 1]! < time) return high
    while (low < high) {
      const middle = (low + high) >> 1
      if (times[middle]! < time) low = middle + 1
      else high = middle
    }
    return low
  }

  /** The first entry in order with a time after `time`, or where it would stand. */
  upper(time: number): number {
    const { times, first, sorted } = this
    // Asked for times close to each other, as a rule.
    let index = Math.max(first, Math.min(this.#near, sorted))
    let low = first
    let high = sorted
    let steps = 0
    while (index < high && times[index]! <= time && steps++ < STEPS) index++
    if (steps === 0) while (index > low && times[index - 1]! > time && steps++ < STEPS) index--
    if (index < high && times[index]! <= time) low = index + 1
    else if (index > low && times[index - 1]! > time) high = index - 1
    else low = high = index
    while (low < high) {
      const middle = (low + high) >> 1
      if (times[middle]! <= time) low = middle + 1
      else high = middle
    }
    this.#near = low
    return low
  }

  /** How often the entries from `start` to before `end` are there, or are taken back. */
  weight(start: number, end: number): number {
    if (this.counts === undefined) return end - start
    let weight = 0
    for (let index = start; index < end; index++) weight += Math.abs(this.counts[index]!)
    return weight
  }

  /** Lets go of the entries before `end`, which are in order. */
  dropBefore(end: number): void {
    // Not to be kept alive by their place.
    for (let index = this.first; index < end; index++) this.values[index] = undefined
    this.first = end
    if (end === this.end) this.#endAt(end)
    else if (end >= 16 && 2 * end >= this.end) this.#shift(end)
  }

  /** Takes out one entry; all must be in order. */
  remove(index: number): void {
    for (const column of [this.times, this.values, this.counts, this.marks]) {
      if (column !== undefined) column.copyWithin(index, index + 1, this.end)
    }
    this.values[this.end - 1] = undefined
    this.#endAt(this.end - 1)
  }

  /** Puts everything in order. Returns by how much the {@link AsOfList.weight} has become less: what was there and was taken back. */
  arrange(): number {
    return this.sorted === this.end ? 0 : this.#sortIn()
  }

  #sortIn(): number {
    const { times, values, marks, end, sorted } = this
    let earliest = Infinity
    for (let index = sorted; index < end; index++) if (times[index]! < earliest) earliest = times[index]!
    const start = this.lower(earliest)
    const before = this.weight(start, end)
    const compare = comparison(this, this.#order)
    // Equal entries keep the order in which they came, as sorting is stable.
    const rows = Array.from({ length: end - start }, (_, index) => start + index).sort(compare)
    const heads: number[] = []
    const counts: number[] = []
    for (const row of rows) {
      const last = heads.length - 1
      if (this.#order !== undefined && last >= 0 && compare(heads[last]!, row) === 0) counts[last]! += this.countAt(row)
      else {
        heads.push(row)
        counts.push(this.countAt(row))
      }
    }
    const kept = Array.from(counts.keys()).filter((index) => counts[index] !== 0)
    const put = <T>(column: T[], of: (index: number) => T): void => {
      const moved = kept.map(of)
      for (const [index, item] of moved.entries()) column[start + index] = item
    }
    put(times, (index) => times[heads[index]!]!)
    put(values, (index) => values[heads[index]!])
    if (marks !== undefined) put(marks, (index) => marks[heads[index]!])
    if (this.counts !== undefined || counts.some((count) => count !== 1)) {
      this.counts ??= filled(end, 1)
      put(this.counts, (index) => counts[index]!)
    }
    for (let index = start + kept.length; index < end; index++) values[index] = undefined
    const after = this.weight(start, start + kept.length)
    this.#endAt(start + kept.length)
    return before - after
  }

  /** The list as data. */
  save(codec: EntryCodec<M>): StateData {
    const { first, end } = this
    return [
      this.times.slice(first, end),
      this.values.slice(first, end).map(codec.saveValue),
      this.counts === undefined ? null : this.counts.slice(first, end),
      this.marks === undefined
        ? null
        : this.marks.slice(first, end).map((mark) => (mark === undefined ? null : codec.saveMark(mark))),
      this.sorted - first,
    ] satisfies ListData
  }

  /** Fills an empty list. */
  load(data: StateData, codec: EntryCodec<M>): void {
    const [times, values, counts, marks, sorted] = data as unknown as ListData
    this.times = [...times]
    this.values = values.map(codec.loadValue)
    this.counts = counts === null ? undefined : [...counts]
    this.marks = marks === null ? undefined : marks.map((mark) => (mark === null ? undefined : codec.loadMark(mark)))
    this.end = times.length
    this.sorted = sorted
  }

  // Everything is in order up to the new end.
  #endAt(end: number): void {
    this.end = end
    this.sorted = end
    if (end > this.first) return
    this.first = 0
    this.end = 0
    this.sorted = 0
    if (this.times.length <= ROOM) return
    this.times = []
    this.values = []
    this.counts = undefined
    this.marks = undefined
  }

  #shift(by: number): void {
    for (const column of [this.times, this.values, this.marks, this.counts]) column?.splice(0, by)
    this.first = 0
    this.end -= by
    this.sorted -= by
  }
}

function comparison<M>(
  { times, values, marks }: AsOfList<M>,
  order: EntryOrder<M> | undefined,
): (a: number, b: number) => number {
  if (order === undefined) return (a, b) => times[a]! - times[b]!
  const texts = new Map<number, string>()
  const textOf = (row: number): string => {
    let text = texts.get(row)
    if (text === undefined) {
      text = order.textOf(values[row])
      texts.set(row, text)
    }
    return text
  }
  return (a, b) => {
    const byTime = times[a]! - times[b]! || (marks === undefined ? 0 : order.compareMarks(marks[a], marks[b]))
    if (byTime !== 0 || a === b) return byTime
    const [left, right] = [textOf(a), textOf(b)]
    return left < right ? -1 : left > right ? 1 : 0
  }
}

function filled<T>(length: number, value: T): T[] {
  return Array.from({ length }, () => value)
}
