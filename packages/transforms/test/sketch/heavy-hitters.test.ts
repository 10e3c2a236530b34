/**
 * heavyHitters: exact counts, and a cell for the rest.
 */
import { heavyHitters } from '@tidemark/transforms'
import { describe, expect, it } from 'vitest'
import { accumulate, combine, subtract } from '../fold.ts'
import { seeded } from './seeded.ts'

describe('heavyHitters', () => {
  it('lists the values that occur most, and adds up the others', () => {
    expect(combine(heavyHitters<string>(2), ['a', 'b', 'a', 'c', 'b', 'a', 'd'])).toEqual({
      top: [
        { value: 'a', count: 3 },
        { value: 'b', count: 2 },
      ],
      others: { values: 2, count: 2 },
    })
    expect(combine(heavyHitters(3), [])).toEqual({ top: [], others: { values: 0, count: 0 } })
    expect(combine(heavyHitters<unknown>(9), [[1], { a: 1 }, [1]])).toEqual({
      top: [
        { value: [1], count: 2 },
        { value: { a: 1 }, count: 1 },
      ],
      others: { values: 0, count: 0 },
    })
  })

  // Mutation: packages/transforms/src/sketch/heavy-hitters.ts: `count: total - listed` → `count: total`
  it('adds up to the number of inputs, with the counts that a sorted list has', () => {
    const random = seeded(11)
    const inputs = Array.from({ length: 20_000 }, () => Math.floor(random() * random() * 500))
    const counts = new Map<number, number>()
    for (const input of inputs) counts.set(input, (counts.get(input) ?? 0) + 1)
    const expected = [...counts]
      .toSorted(([a, m], [b, n]) => n - m || a - b)
      .map(([value, count]) => ({ value, count }))
    const { top, others } = combine(heavyHitters<number>(25), inputs)
    expect(top).toEqual(expected.slice(0, 25))
    expect(others.values).toBe(expected.length - 25)
    expect(others.count + top.reduce((sum, { count }) => sum + count, 0)).toBe(inputs.length)
  })

  it('breaks ties by value, whichever came first', () => {
    const tied = { top: [{ value: 'a', count: 1 }], others: { values: 2, count: 2 } }
    expect(combine(heavyHitters<string>(1), ['c', 'a', 'b'])).toEqual(tied)
    expect(combine(heavyHitters<string>(1), ['b', 'c', 'a'])).toEqual(tied)
  })

  it('forgets a value that is taken back as often as it came', () => {
    const fn = heavyHitters<string>(1)
    const left = subtract(fn, accumulate(fn, ['a', 'a', 'b']), ['a', 'a'])
    expect(fn.extractOutput(left)).toEqual({ top: [{ value: 'b', count: 1 }], others: { values: 0, count: 0 } })
  })

  it('refuses a number that is no count', () => {
    expect(() => heavyHitters(0)).toThrow('heavyHitters(0)')
    expect(() => heavyHitters(2.5)).toThrow(expect.objectContaining({ code: 'BAD_TOP' }))
  })
})
