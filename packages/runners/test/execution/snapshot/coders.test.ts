/**
 * Keys, values and accumulators of classes: a snapshot holds the bytes of their coders, and gives back what those decode.
 */
import { LocalDate, LocalDateTime } from '@js-joda/core'
import {
  combinePerKey,
  combiningState,
  decodeValue,
  encodeValue,
  groupByKey,
  map,
  read,
  statefulParDo,
  valueState,
  windowInto,
  fixedWindows,
  milliseconds,
  repeatedly,
  afterCount,
  type Coder,
  type CombineFn,
  type PCollection,
  type Root,
} from '@tidemark/core'
import { describe, expect, it } from 'vitest'
import { described } from '../scripted.ts'
import { resumed } from './resumed.ts'

type Dated = readonly [at: number, day: string, value: string]

const localDate: Coder<LocalDate> = {
  id: 'local-date:1',
  encode: (day) => encodeValue(day.toString()),
  decode: (bytes) => LocalDate.parse(decodeValue(bytes) as string),
}
const localDateTime: Coder<LocalDateTime> = {
  id: 'local-date-time:1',
  encode: (time) => encodeValue(time.toString()),
  decode: (bytes) => LocalDateTime.parse(decodeValue(bytes) as string),
}
const date: Coder<Date> = {
  id: 'date:1',
  encode: (value) => encodeValue(value.getTime()),
  decode: (bytes) => new Date(decodeValue(bytes) as number),
}
/** Counts of words, in a Map: no plain data without its coder. */
const tally: CombineFn<string, Map<string, number>, readonly (readonly [string, number])[]> = {
  name: 'tally',
  orderFree: true,
  createAccumulator: () => new Map(),
  addInput: (counts, word) => counts.set(word, (counts.get(word) ?? 0) + 1),
  mergeAccumulators(counts, other) {
    for (const [word, count] of other) counts.set(word, (counts.get(word) ?? 0) + count)
    return counts
  },
  extractOutput: (counts) => inOrder(counts),
  accumulatorCoder: {
    id: 'tally:1',
    encode: (counts) => encodeValue(inOrder(counts)),
    decode: (bytes) => new Map(decodeValue(bytes) as [string, number][]),
  },
}
function inOrder(counts: ReadonlyMap<string, number>): [string, number][] {
  return Array.from(counts, ([word, count]): [string, number] => [word, count]).sort(([a], [b]) => (a < b ? -1 : 1))
}

const perTen = windowInto<readonly [LocalDate, string]>(fixedWindows(milliseconds(10)), {
  trigger: repeatedly(afterCount(1)),
  allowedLateness: milliseconds(0),
  accumulationMode: 'retracting',
  mayDrift: true,
})

/** Words keyed by day. */
function byDay(root: Root): PCollection<readonly [LocalDate, string]> {
  return root.pipe(
    read('In', described<Dated>(false), { timestamp: ([at]) => at }),
    map(([, day, word]) => [LocalDate.parse(day), word] as const),
  )
}

describe('a snapshot', () => {
  // Mutation: packages/runners/src/execution/grouping/group-data.ts: `key: valueData(key, this.#keyCoder),` → `key: valueData(key, undefined),`
  // Mutation: packages/runners/src/execution/grouping/combine-reducer.ts: `: accumulatorCoder.encode(accumulator)` → `: (accumulator as StateData)`
  it('keeps the keys and accumulators of a combination by their coders', () => {
    const run = resumed(
      (root) => ({ out: byDay(root).pipe(perTen, combinePerKey('Tally', tally, { keyCoder: localDate })) }),
      (run) => {
        run.offer([1, '2026-03-01', 'a'], [2, '2026-03-02', 'b'])
        run.offer([3, '2026-03-01', 'a'], [4, '2026-03-01', 'c']).complete()
      },
    )
    const march = LocalDate.parse('2026-03-01')
    const ofMarch = run.heard.filter(({ value }) => march.equals((value as readonly [LocalDate])[0]))
    const [two, three] = [[['a', 1]], [['a', 2], ['c', 1]]] // prettier-ignore
    // The last pane, at the end of the window, has nothing new.
    expect(ofMarch.map(({ value, sign }) => [sign, value])).toStrictEqual([
      [1, [march, two]],
      [-1, [march, two]],
      [1, [march, three]],
      [-1, [march, three]],
      [1, [march, three]],
    ])
  })

  // Mutation: packages/runners/src/execution/grouping/list-reducer.ts: `[timestamp, valueData(value, this.#coder)]` → `[timestamp, valueData(value, undefined)]`
  // Mutation: packages/runners/src/execution/grouping/list-reducer.ts: `map((value) => valueOf(value, this.#coder))` → `map((value) => value)`
  it('keeps the values of groupByKey, and the list that was emitted last, by the value coder', () => {
    const run = resumed(
      (root) => ({
        out: byDay(root).pipe(
          map(([day, time]) => [day, LocalDateTime.parse(time)] as const),
          windowInto(fixedWindows(milliseconds(10)), {
            trigger: repeatedly(afterCount(1)),
            allowedLateness: milliseconds(0),
            accumulationMode: 'retracting',
            mayDrift: true,
          }),
          groupByKey('Times', { keyCoder: localDate, valueCoder: localDateTime }),
        ),
      }),
      (run) => {
        run.offer([1, '2026-03-01', '2026-03-01T10:00'])
        run.offer([2, '2026-03-01', '2026-03-01T09:00']).complete()
      },
    )
    const [day, first, second] = ['2026-03-01', '2026-03-01T10:00', '2026-03-01T09:00']
    const key = LocalDate.parse(day)
    const lists = [[first], [first, second]].map((times) => times.map((time) => LocalDateTime.parse(time)))
    expect(run.heard.map(({ value, sign }) => [sign, value])).toStrictEqual([
      [1, [key, lists[0]]],
      [-1, [key, lists[0]]],
      [1, [key, lists[1]]],
      [-1, [key, lists[1]]],
      [1, [key, lists[1]]],
    ])
  })

  // Mutation: packages/runners/src/execution/grouping/multiset-reducer.ts: `[valueData(value, this.#coder), count]` → `[valueData(value, undefined), count]`
  it('keeps the inputs of a combiner that cannot subtract by the value coder', () => {
    const latest: CombineFn<Date, number, number> = {
      name: 'latest',
      orderFree: true,
      createAccumulator: () => -1,
      addInput: (most, day) => Math.max(most, day.getTime()),
      mergeAccumulators: (a, b) => Math.max(a, b),
      extractOutput: (most) => most,
    }
    const run = resumed(
      (root) => ({
        out: byDay(root).pipe(
          perTen,
          combinePerKey('Tally', tally, { keyCoder: localDate }),
          map(([, words]) => ['all', new Date(words.length)] as const),
          combinePerKey('Latest', latest, { valueCoder: date }),
        ),
      }),
      (run) => {
        run.offer([1, '2026-03-01', 'a']).offer([2, '2026-03-01', 'b']).offer([3, '2026-03-02', 'b']).complete()
      },
    )
    // 1 is taken back for 2; then 1 comes from another key.
    expect(run.heard.findLast(({ sign }) => sign > 0)!.value).toEqual(['all', 2])
  })

  // Mutation: packages/runners/src/execution/stateful/record-data.ts: `key: valueData(key, this.#payload.keyCoder),` → `key: valueData(key, undefined),`
  // Mutation: packages/runners/src/execution/stateful/waiting-elements.ts: `valueData(value, coder), count, position` → `valueData(value, undefined), count, position`
  // Mutation: packages/runners/src/execution/stateful/cell-data.ts: `: accumulatorCoder.decode(items[0] as Uint8Array)` → `: items[0]`
  it('keeps keys, waiting elements, cells and accumulators of a stateful step by their coders', () => {
    const run = resumed(
      (root) => ({
        out: byDay(root).pipe(
          map(([day, text]) => [day, new Date(`${text}Z`)] as const),
          statefulParDo('Last', {
            state: { last: valueState({ coder: date }), all: combiningState(tally) },
            *process({ key, value, state }) {
              const before = state.last.read()
              state.last.write(value)
              state.all.add(value.toISOString().slice(11, 13))
              yield [key, before, value, state.all.read()] as const
            },
            keyCoder: localDate,
            valueCoder: date,
          }),
          map(
            ([key, before, value, all]) => [key.dayOfMonth(), before?.getTime(), value instanceof Date, all] as const,
          ),
        ),
      }),
      (run) => {
        run.offer([1, '2026-03-01', '2026-03-01T10:00']).watermark(2)
        run.offer([3, '2026-03-01', '2026-03-01T10:30'], [3, '2026-03-02', '2026-03-01T11:00']).complete()
      },
    )
    const ten = Date.UTC(2026, 2, 1, 10)
    expect(run.heard.map(({ value }) => value)).toStrictEqual([
      [1, undefined, true, [['10', 1]]],
      [1, ten, true, [['10', 2]]],
      [2, undefined, true, [['11', 1]]],
    ])
  })
})
