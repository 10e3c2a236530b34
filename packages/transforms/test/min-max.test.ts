/**
 * min, max and the elements of least and greatest rank.
 */
import { max, maxBy, maxOf, min, minBy, minOf } from '@tidemark/transforms'
import { describe, expect, it } from 'vitest'
import { combine } from './fold.ts'

interface Call {
  readonly id: string
  readonly millis: number
}

const calls: readonly Call[] = [
  { id: 'c', millis: 5 },
  { id: 'b', millis: 9 },
  { id: 'a', millis: 5 },
  { id: 'd', millis: 9 },
]

describe('min and max', () => {
  it('are null for nothing', () => {
    expect(combine(min(), [])).toBeNull()
    expect(combine(max(), [])).toBeNull()
    expect(
      combine(
        minBy((call: Call) => call.millis),
        [],
      ),
    ).toBeNull()
  })

  it('take the least and the greatest number', () => {
    expect(combine(min(), [3, -2, 7])).toBe(-2)
    expect(combine(max(), [3, -2, 7])).toBe(7)
    expect(
      combine(
        minOf((call: Call) => call.millis),
        calls,
      ),
    ).toBe(5)
    expect(
      combine(
        maxOf((call: Call) => call.millis),
        calls,
      ),
    ).toBe(9)
  })

  it('put -0 below 0 and are NaN once an input is', () => {
    expect(combine(min(), [0, -0])).toBe(-0)
    expect(combine(max(), [-0, 0])).toBe(0)
    expect(combine(min(), [1, Number.NaN, 0])).toBeNaN()
    expect(combine(max(), [Number.NaN, Number.POSITIVE_INFINITY])).toBeNaN()
  })
})

describe('minBy and maxBy', () => {
  it('take the element with the smallest canonical bytes of those that tie', () => {
    expect(
      combine(
        minBy((call: Call) => call.millis),
        calls,
      )?.id,
    ).toBe('a')
    expect(
      combine(
        maxBy((call: Call) => call.millis),
        calls,
      )?.id,
    ).toBe('b')
  })

  it('rank by anything that can be a key', () => {
    expect(
      combine(
        maxBy((call: Call) => call.id),
        calls,
      )?.id,
    ).toBe('d')
    expect(
      combine(
        maxBy((call: Call) => [-call.millis, call.id]),
        calls,
      )?.id,
    ).toBe('c')
    expect(
      combine(
        minBy((call: Call) => BigInt(call.millis)),
        calls,
      )?.id,
    ).toBe('a')
  })

  it('take an element ranked NaN only if all are', () => {
    expect(
      combine(
        minBy((value: number) => value),
        [Number.NaN, 3],
      ),
    ).toBe(3)
    expect(
      combine(
        maxBy((value: number) => value),
        [Number.NaN, 3],
      ),
    ).toBe(3)
    expect(
      combine(
        maxBy((value: number) => value),
        [Number.NaN],
      ),
    ).toBeNaN()
  })
})
