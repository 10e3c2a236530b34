/**
 * Groupings fed by changes: what is taken back is gone, whether the combiner can subtract or not.
 */
import {
  afterCount,
  afterWatermark,
  combinePerKey,
  fixedWindows,
  groupByKey,
  map,
  milliseconds,
  windowInto,
  type CombineFn,
  type PCollection,
} from '@tidemark/core'
import { max, sum } from '@tidemark/transforms'
import { describe, expect, it } from 'vitest'
import { ElementReducer } from '../../../src/execution/grouping/element-reducer.ts'
import { CombineReducer } from '../../../src/execution/grouping/combine-reducer.ts'
import { ListReducer } from '../../../src/execution/grouping/list-reducer.ts'
import { MultisetReducer } from '../../../src/execution/grouping/multiset-reducer.ts'
import { reducerOf } from '../../../src/execution/grouping/reducer-of.ts'
import { numbers, Scripted } from '../scripted.ts'

const perTen = fixedWindows(milliseconds(10))
const perHundred = fixedWindows(milliseconds(100))
const changes = {
  trigger: afterWatermark({ early: afterCount(1) }),
  allowedLateness: milliseconds(0),
  accumulationMode: 'retracting',
} as const

type Pairs = PCollection<readonly [string, number]>

/** Sums per ten by key, as changes; then per hundred for all keys, by what is given. */
function twoLevels(below: (input: Pairs) => PCollection<unknown>): Scripted {
  return new Scripted((root) => ({
    out: below(
      numbers(root).pipe(
        windowInto(perTen, changes),
        combinePerKey('Sum', sum()),
        map(([, n]) => ['all', n] as const),
        windowInto(perHundred),
      ),
    ),
  }))
}

const arrivals = [
  [1, 'a', 5],
  [2, 'a', -3],
  [3, 'b', 4],
  [15, 'a', 9],
  [4, 'b', 1],
] as const

describe('a grouping fed by changes', () => {
  it.each<[string, CombineFn<number, unknown, unknown>, unknown]>([
    ['that can subtract', sum() as never, 16],
    ['that cannot, and is asked again for what remains', max() as never, 9],
  ])('combines what remains, with a combiner %s', (_, combiner, expected) => {
    // mutation: reducerOf without MultisetReducer
    const run = twoLevels((input) => input.pipe(combinePerKey('Total', combiner)))
    for (const element of arrivals) run.offer(element)
    expect(run.settled().length).toBeGreaterThan(0)
    expect(run.complete().settled()).toEqual([`[0,100) all=${String(expected)}`])
    expect(
      twoLevels((input) => input.pipe(combinePerKey('Total', combiner)))
        .offer(...arrivals)
        .complete()
        .settled(),
    ).toEqual([`[0,100) all=${String(expected)}`])
  })

  it('lists what remains, in canonical order', () => {
    const run = twoLevels((input) => input.pipe(groupByKey('List')))
    for (const element of arrivals) run.offer(element)
    expect(run.complete().settled()).toEqual(['[0,100) all=[2,5,9]'])
  })

  it('emits -old and +new side by side, and nothing of a key of which everything was taken back', () => {
    const run = new Scripted((root) => ({
      out: numbers(root).pipe(
        windowInto(perTen, changes),
        combinePerKey('Sum', sum()),
        map(([, n]) => [n > 4 ? 'large' : 'small', n] as const),
        combinePerKey('BySize', sum()),
      ),
    }))
    expect(run.offer([1, 'a', 3]).take()).toEqual(['[0,10) small=3 early#0'])
    expect(run.offer([2, 'a', 4]).take()).toEqual(['-[0,10) small=3 early#1', '[0,10) large=7 early#0'])
    expect(run.settled()).toEqual(['[0,10) large=7'])
    expect(run.complete().settled()).toEqual(['[0,10) large=7'])
  })

  it('has the result of nothing when a key comes back after it was gone', () => {
    const run = twoLevels((input) => input.pipe(combinePerKey('Total', max())))
    run.offer([1, 'a', 5]).offer([2, 'a', -5]).offer([3, 'a', 0])
    expect(run.complete().settled()).toEqual(['[0,100) all=0'])
  })
})

describe('a reducer', () => {
  it('of lists takes back the value of the same time and bytes, and no other', () => {
    const reducer = new ListReducer(true, undefined)
    let list: unknown = reducer.create()
    for (const [value, timestamp] of [
      [{ a: 1, b: 2 }, 5],
      [{ a: 1, b: 2 }, 6],
      [{ a: 1 }, 5],
    ] as const)
      list = reducer.add(list, value, timestamp)
    list = reducer.subtract(list, { b: 2, a: 1 }, 6)
    expect(reducer.extract(list)).toEqual([{ a: 1 }, { a: 1, b: 2 }])
    expect(() => reducer.subtract(list, { a: 1 }, 6)).toThrow(expect.objectContaining({ code: 'UNKNOWN_CHANGE' }))
  })

  it('of lists merges them and leaves the second alone', () => {
    const reducer = new ListReducer(true, undefined)
    const [a, b] = [reducer.add(reducer.create(), 2, 1), reducer.add(reducer.create(), 1, 1)]
    expect([reducer.extract(reducer.merge(a, b)), reducer.extract(b)]).toEqual([[1, 2], [1]])
  })

  it('of multisets counts equal values, below zero too when they are taken back first', () => {
    const reducer = new MultisetReducer(max() as never, undefined)
    let values: unknown = reducer.subtract(reducer.create(), 9)
    values = reducer.add(reducer.add(reducer.add(values, 9), 3), 3)
    expect(reducer.extract(values)).toBe(3)
    values = reducer.merge(values, reducer.subtract(reducer.subtract(reducer.create(), 3), 3))
    expect(reducer.extract(values)).toBeNull()
  })

  it('of elements tells them apart by time, window and bytes, and takes back no other', () => {
    const payload = { primitive: 'groupByKey', order: 'canonical', keyCoder: undefined, valueCoder: undefined } as const
    const reducer = new ElementReducer(payload)
    const window = { start: 0, end: 10 }
    const [a, again] = [reducer.element({ a: 1, b: 2 }, 5, window), reducer.element({ b: 2, a: 1 }, 5, window)]
    const others = [reducer.element({ a: 1 }, 5, window), reducer.element({ a: 1, b: 2 }, 6, window)]
    const elsewhere = reducer.element({ a: 1, b: 2 }, 5, { start: 5, end: 15 })
    let held: unknown = [a, again, ...others].reduce<unknown>((sum, each) => reducer.add(sum, each), reducer.create())
    expect([...reducer.elementsOf(held)].map(({ count }) => count)).toEqual([2, 1, 1])
    held = reducer.merge(reducer.add(reducer.create(), elsewhere), reducer.load(reducer.save(held)))
    expect([a, elsewhere, ...others].map((each) => reducer.countOf(held, each))).toEqual([2, 1, 1, 1])
    for (const each of [again, a, elsewhere]) held = reducer.subtract(held, each)
    expect(reducer.extract(held)).toEqual([{ a: 1 }, { a: 1, b: 2 }])
    expect(() => reducer.subtract(held, a)).toThrow(expect.objectContaining({ code: 'INVARIANT' }))
    expect([...reducer.elementsOf(undefined)]).toEqual([])
  })

  it('of elements keeps a combiner that can subtract up to date, and asks one that cannot anew', () => {
    const payload = { primitive: 'combinePerKey', keyed: true, keyCoder: undefined, valueCoder: undefined } as const
    const totals = [sum(), max()].map((combineFn) => {
      const reducer = new ElementReducer({ ...payload, combineFn: combineFn as never })
      const [three, four] = [3, 4].map((value) => reducer.element(value, value, { start: value, end: 9 }))
      const held = reducer.subtract(reducer.add(reducer.add(reducer.add(reducer.create(), three), four), four), four)
      const both = reducer.extract(held)
      const loaded = reducer.extract(reducer.load(reducer.save(held)))
      return [both, loaded, reducer.extract(reducer.subtract(held, four))]
    })
    expect(totals).toEqual([
      [7, 7, 3],
      [4, 4, 3],
    ])
  })

  it('of a combiner refuses to take back what its combiner cannot', () => {
    const reducer = new CombineReducer(max() as never)
    expect(() => reducer.subtract(reducer.create(), 1)).toThrow(
      'the combiner max was asked to take back an input but cannot',
    )
  })

  it('keeps its inputs only where it must', () => {
    const payload = { primitive: 'combinePerKey', keyed: true, keyCoder: undefined, valueCoder: undefined } as const
    const kind = (combineFn: unknown, fedByChanges: boolean) =>
      reducerOf({ ...payload, combineFn: combineFn as never }, fedByChanges).constructor
    expect([kind(max(), true), kind(max(), false), kind(sum(), true)]).toEqual([
      MultisetReducer,
      CombineReducer,
      CombineReducer,
    ])
  })
})
