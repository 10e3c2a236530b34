/**
 * combineAll and over: combiners made of combiners.
 */
import { combineAll, count, countDistinctOf, max, mean, over, sumBigIntOf, sumOf, top } from '@tidemark/transforms'
import { describe, expect, it } from 'vitest'
import { combine } from './fold.ts'

interface Order {
  readonly user: string
  readonly amount: number
}

const orders: readonly Order[] = [
  { user: 'ann', amount: 10 },
  { user: 'bob', amount: 2.5 },
  { user: 'ann', amount: 1 },
]

describe('combineAll', () => {
  it('gives the record of outputs', () => {
    const totals = combineAll({
      orders: count(),
      revenue: sumOf((order: Order) => order.amount),
      users: countDistinctOf((order: Order) => order.user),
    })
    expect(combine(totals, orders)).toEqual({ orders: 3, revenue: 13.5, users: 2 })
    expect(combine(totals, [])).toEqual({ orders: 0, revenue: 0, users: 0 })
    expect(totals.name).toBe('all(orders: count, revenue: sum, users: count-distinct)')
  })

  it('does not depend on the order of fields', () => {
    const one = combineAll({ a: count(), b: max() })
    const other = combineAll({ b: max(), a: count() })
    expect(one.name).toBe(other.name)
    expect(other.extractOutput(one.addInput(one.createAccumulator(), 5))).toEqual({ a: 1, b: 5 })
  })

  it('subtracts, and merges outputs, exactly if every part does', () => {
    expect(combineAll({ a: count(), b: mean() }).subtractInput).toBeDefined()
    expect(combineAll({ a: count(), b: max() }).subtractInput).toBeUndefined()
    expect(combineAll({ a: count(), b: max() }).mergeOutputs?.({ a: 1, b: 4 }, { a: 2, b: null })).toEqual({
      a: 3,
      b: 4,
    })
    expect(combineAll({ a: count(), b: mean() }).mergeOutputs).toBeUndefined()
    expect(combineAll({ a: count(), b: sumBigIntOf((value: bigint) => value) }).mergeOutputs).toBeDefined()
  })
})

describe('over', () => {
  it('combines an aspect of each element, and keeps what the inner combiner can do', () => {
    const longest = over((text: string) => text.length, top<number>(1))
    expect(combine(longest, ['tide', 'er'])).toEqual([4])
    expect(longest.mergeOutputs).toBeDefined()
    expect(longest.subtractInput).toBeUndefined()
    expect(over((text: string) => text.length, count()).subtractInput?.(2, 'tide')).toBe(1)
  })
})
