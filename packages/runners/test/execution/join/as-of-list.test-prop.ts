/**
 * A list by time against a plain array that is sorted anew: entries in any order, equal ones, some taken back, let go at the front.
 */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AsOfList, type EntryOrder } from '../../../src/execution/join/as-of-list.ts'
import type { StateData } from '../../../src/execution/snapshot/saved.ts'

interface Entry {
  readonly time: number
  readonly value: string
  readonly mark: number | undefined
  count: number
}

const order: EntryOrder<number> = {
  compareMarks: (a = 0, b = 0) => a - b,
  textOf: (value) => String(value),
}

/** What the list is to hold: equal entries are one, and what was taken back as often as it came is gone. */
class Model {
  entries: Entry[] = []
  weight = 0
  readonly #equal: boolean

  constructor(equal: boolean) {
    this.#equal = equal
  }

  add(entry: Entry): void {
    this.entries.push({ ...entry })
    this.weight += Math.abs(entry.count)
  }

  /** Puts everything in order; returns what has netted out. */
  arrange(): number {
    const sorted: Entry[] = []
    for (const entry of this.entries.toSorted((a, b) => a.time - b.time || (this.#equal ? compare(a, b) : 0))) {
      const last = sorted.at(-1)
      if (this.#equal && last !== undefined && last.time === entry.time && compare(last, entry) === 0) {
        last.count += entry.count
      } else sorted.push(entry)
    }
    this.entries = sorted.filter(({ count }) => count !== 0)
    const weight = this.entries.reduce((sum, { count }) => sum + Math.abs(count), 0)
    const less = this.weight - weight
    this.weight = weight
    return less
  }

  dropBefore(time: number): void {
    this.entries = this.entries.filter((entry) => entry.time >= time)
    this.weight = this.entries.reduce((sum, { count }) => sum + Math.abs(count), 0)
  }
}

function compare(a: Entry, b: Entry): number {
  return (a.mark ?? 0) - (b.mark ?? 0) || (a.value < b.value ? -1 : a.value > b.value ? 1 : 0)
}

function contentOf(list: AsOfList<number>): readonly Entry[] {
  return list.times.slice(list.first, list.end).map((time, index) => ({
    time,
    value: list.values[list.first + index] as string,
    mark: list.marks?.[list.first + index],
    count: list.countAt(list.first + index),
  }))
}

const codec = {
  saveValue: (value: unknown) => value as StateData,
  loadValue: (data: StateData) => data,
  saveMark: (mark: number) => mark,
  loadMark: (data: StateData) => data as number,
}

function restored(list: AsOfList<number>, equal: boolean): AsOfList<number> {
  const copy = new AsOfList<number>(equal ? order : undefined)
  copy.load(JSON.parse(JSON.stringify(list.save(codec))) as StateData, codec)
  return copy
}

const times = fc.integer({ min: 0, max: 40 })
const operations = fc.array(
  fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record({
        kind: fc.constant('add' as const),
        time: times,
        value: fc.constantFrom('x', 'y'),
        mark: fc.constantFrom(undefined, undefined, 1),
        count: fc.constantFrom(1, 1, 1, -1),
      }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('arrange' as const) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('find' as const), time: times }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('drop' as const), time: times }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('restore' as const) }) },
  ),
  { maxLength: 250, size: 'max' },
)

describe('a list by time', () => {
  // Mutation: packages/runners/src/execution/join/as-of-list.ts: `else if (end >= 16 && 2 * end >= this.end) this.#shift(end)` → `else if (end >= 16 && 2 * end >= this.end) this.#shift(end - 1)`
  it('holds what a sorted array holds, whether equal entries are one or not', () => {
    fc.assert(
      fc.property(operations, fc.boolean(), fc.boolean(), (list, ascending, equal) => {
        let own = new AsOfList<number>(equal ? order : undefined)
        const model = new Model(equal)
        let latest = 0
        for (const operation of list) {
          if (operation.kind === 'add') {
            // Half of the runs come in order as a rule, as in life.
            latest += operation.time % 5
            const time = ascending && operation.time % 7 > 0 ? latest : operation.time
            const entry = { ...operation, time, count: equal ? operation.count : 1 }
            own.add(time, entry.value, entry.mark, entry.count)
            model.add({ time, value: entry.value, mark: entry.mark, count: entry.count })
          } else if (operation.kind === 'restore') {
            own = restored(own, equal)
          } else {
            expect(own.arrange()).toBe(model.arrange())
            expect(contentOf(own)).toEqual(model.entries)
            expect(own.weight(own.first, own.end)).toBe(model.weight)
            if (operation.kind === 'arrange') continue
            const { time } = operation
            expect(own.lower(time) - own.first).toBe(model.entries.filter((entry) => entry.time < time).length)
            expect(own.upper(time) - own.first).toBe(model.entries.filter((entry) => entry.time <= time).length)
            if (operation.kind === 'find') continue
            own.dropBefore(own.lower(time))
            model.dropBefore(time)
            expect(contentOf(own)).toEqual(model.entries)
          }
        }
      }),
      { numRuns: 1000, seed: 1 },
    )
  })

  // Mutation: packages/runners/src/execution/join/as-of-list.ts: `if (index < high && times[index]! <= time) low = index + 1` → `if (index < high && times[index]! <= time) low = index + 99`
  // Mutation: packages/runners/src/execution/join/as-of-list.ts: `high = index - 1` → `high = index - 99`
  it('finds the place of every time among thousands, wherever it has looked before', () => {
    const list = new AsOfList<number>(undefined)
    for (let index = 0; index < 5000; index++) list.add(index * 2, index, undefined, 1)
    for (const time of [0, 9998, 1, 4999, 5000, 5001, 3, 9999, -1, 17, 8000, 8100, 8060, 20]) {
      expect(list.upper(time)).toBe(Math.min(5000, Math.floor(time / 2) + 1))
      expect(list.lower(time)).toBe(Math.max(0, Math.ceil(time / 2)))
    }
  })

  it('lets go of values at once, and of much room when it is empty', () => {
    const list = new AsOfList<number>(undefined)
    for (let index = 0; index < 100; index++) list.add(index, `value ${index}`, undefined, 1)
    list.dropBefore(10)
    expect(list.values.slice(0, 10)).toEqual(Array.from({ length: 10 }, () => undefined))
    list.dropBefore(100)
    expect([list.size, list.times.length]).toEqual([0, 0])
    list.add(5, 'again', undefined, 1)
    expect(contentOf(list)).toEqual([{ time: 5, value: 'again', mark: undefined, count: 1 }])
  })
})
