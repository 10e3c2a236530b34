/**
 * Every combiner keeps the laws, on inputs made to break them.
 */
import { compareBytes, encodeValue, type CombineFn } from '@tidemark/core'
import { checkCombineFnLaws } from '@tidemark/core/testing'
import * as transforms from '@tidemark/transforms'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anyDouble, finiteDouble } from './doubles.ts'
import { combine, stored } from './fold.ts'
import { nearestQuotient } from './rational.ts'

const { combineAll, count, countDistinct, distinctValues, max, maxBy, mean, min, minBy, sum, sumBigInt, top } =
  transforms

interface Call {
  readonly id: string
  readonly millis: number
}

const call: fc.Arbitrary<Call> = fc.record({
  id: fc.constantFrom('a', 'b', 'c'),
  millis: fc.oneof(fc.integer({ min: 0, max: 3 }), anyDouble),
})

// Few enough values that they repeat, and of every type.
const scalar = fc.oneof(
  fc.constantFrom(0, -0, 1, '1', 1n, null, true, '', '\u0000', '😀', '\uffee'),
  fc.string(),
  anyKeyNumber(),
)
const value = fc.oneof(
  scalar,
  fc.array(scalar, { maxLength: 2 }),
  fc.record({ a: scalar, b: scalar }, { requiredKeys: [] }),
)

function anyKeyNumber(): fc.Arbitrary<number> {
  return anyDouble.map((double) => (Number.isNaN(double) ? 0 : double))
}

function itKeepsTheLaws<In, Acc, Out>(combineFn: CombineFn<In, Acc, Out>, input: fc.Arbitrary<In>): void {
  it(`${combineFn.name} keeps the laws`, () => {
    fc.assert(
      fc.property(fc.array(input, { maxLength: 12 }), (inputs) => {
        expect(checkCombineFnLaws(combineFn, inputs)).toEqual([])
      }),
      { numRuns: 150 },
    )
  })
}

function itIsStoredCanonically<In, Acc, Out>(combineFn: CombineFn<In, Acc, Out>, input: fc.Arbitrary<In>): void {
  it(`${combineFn.name} stores the same inputs as the same bytes`, () => {
    fc.assert(
      fc.property(fc.array(input, { maxLength: 30 }), (inputs) => {
        const sorted = inputs.toSorted((a, b) => compareBytes(encodeValue(a), encodeValue(b)))
        expect(stored(combineFn, inputs.toReversed())).toEqual(stored(combineFn, inputs))
        expect(stored(combineFn, sorted)).toEqual(stored(combineFn, inputs))
      }),
    )
  })
}

describe('combiners', () => {
  itKeepsTheLaws(count(), value)
  itKeepsTheLaws(sum(), anyDouble)
  itKeepsTheLaws(sumBigInt(), fc.bigInt())
  itKeepsTheLaws(mean(), anyDouble)
  itKeepsTheLaws(min(), anyDouble)
  itKeepsTheLaws(max(), anyDouble)
  itKeepsTheLaws(
    minBy((of: Call) => of.millis),
    call,
  )
  itKeepsTheLaws(
    maxBy((of: Call) => of.millis),
    call,
  )
  itKeepsTheLaws(
    maxBy((of: Call) => [of.id]),
    call,
  )
  itKeepsTheLaws(top<number>(3), anyDouble)
  itKeepsTheLaws(top(2, { by: (of: Call) => of.millis, order: 'smallest' }), call)
  itKeepsTheLaws(countDistinct(), value)
  itKeepsTheLaws(distinctValues(), value)
  itKeepsTheLaws(combineAll({ count: count(), sum: sum(), mean: mean(), distinct: countDistinct() }), anyKeyNumber())
  itKeepsTheLaws(
    combineAll({ count: count(), min: min(), top: top<number>(2), values: distinctValues() }),
    anyKeyNumber(),
  )

  itIsStoredCanonically(sum(), anyDouble)
  itIsStoredCanonically(mean(), anyDouble)
  itIsStoredCanonically(countDistinct(), value)
})

describe('exact sums', () => {
  it('are the nearest double to the real sum, and means to the real mean', () => {
    fc.assert(
      fc.property(fc.array(finiteDouble, { minLength: 1, maxLength: 20 }), (values) => {
        expect(combine(sum(), values)).toBe(nearestQuotient(values, 1))
        expect(combine(mean(), values)).toBe(nearestQuotient(values, values.length))
      }),
      { numRuns: 1000 },
    )
  })

  it('of long runs of one magnitude are exact too', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -1000, max: 1000, noNaN: true }), { minLength: 100, maxLength: 400 }),
        (values) => {
          expect(combine(sum(), values)).toBe(nearestQuotient(values, 1))
          expect(combine(mean(), values)).toBe(nearestQuotient(values, values.length))
        },
      ),
      { numRuns: 50 },
    )
  })
})
