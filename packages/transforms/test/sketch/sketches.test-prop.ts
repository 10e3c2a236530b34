/**
 * Every sketch keeps the laws of combiners, on inputs made to break them.
 */
import { encodeValue, equalBytes, type CombineFn } from '@tidemark/core'
import { checkCombineFnLaws } from '@tidemark/core/testing'
import { combineAll, count, countDistinctApprox, heavyHitters, over, quantiles } from '@tidemark/transforms'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anyDouble } from '../doubles.ts'

const key = fc.oneof(
  fc.constantFrom<unknown>(0, -0, 1, '1', 1n, null, true, '', '\u0000', '😀', [0], [-0], { a: 1, b: [2] }),
  fc.string(),
  fc.integer(),
)

function itKeepsTheLaws<In, Acc, Out>(combineFn: CombineFn<In, Acc, Out>, input: fc.Arbitrary<In>, seed: number): void {
  it(`${combineFn.name} keeps the laws`, () => {
    fc.assert(
      fc.property(fc.array(input, { maxLength: 12 }), (inputs) => {
        expect(checkCombineFnLaws(combineFn, inputs)).toEqual([])
      }),
      { seed, numRuns: 100 },
    )
  })
}

describe('sketches', () => {
  itKeepsTheLaws(countDistinctApprox(), key, 611)
  // So few registers that inputs share them, and that both forms occur.
  itKeepsTheLaws(countDistinctApprox({ precision: 4 }), key, 612)
  itKeepsTheLaws(countDistinctApprox({ precision: 7 }), key, 613)
  itKeepsTheLaws(quantiles([0, 0.25, 0.5, 0.99, 1]), anyDouble, 614)
  itKeepsTheLaws(quantiles([0.5], { relativeError: 0.5 }), anyDouble, 615)
  itKeepsTheLaws(heavyHitters<unknown>(2), key, 616)
  itKeepsTheLaws(
    combineAll({
      count: count(),
      users: over((of: number) => of % 3, countDistinctApprox()),
      spread: quantiles([0.5, 0.95]),
      most: over((of: number) => Math.sign(of), heavyHitters<number>(1)),
    }),
    fc.integer({ min: -1000, max: 1000 }),
    617,
  )

  it('subtract where every part does, and only there', () => {
    expect(combineAll({ count: count(), spread: quantiles([0.5]) }).subtractInput).toBeDefined()
    expect(heavyHitters(1).subtractInput).toBeDefined()
    expect(countDistinctApprox().subtractInput).toBeUndefined()
  })

  it('of numbers cut in two and merged the other way round are the same bytes', () => {
    fc.assert(
      fc.property(fc.array(anyDouble, { maxLength: 40 }), fc.nat(40), (numbers, cut) => {
        const fn = quantiles([0.5], { relativeError: 0.05 })
        const add = (part: readonly number[]) => part.reduce(fn.addInput, fn.createAccumulator())
        const apart = fn.mergeAccumulators(add(numbers.slice(cut)), add(numbers.slice(0, cut)))
        const bytes = (accumulator: ReturnType<typeof add>): Uint8Array => fn.accumulatorCoder!.encode(accumulator)
        expect(equalBytes(bytes(apart), bytes(add(numbers)))).toBe(true)
        expect(encodeValue(fn.extractOutput(apart))).toEqual(encodeValue(fn.extractOutput(add(numbers))))
      }),
      { seed: 618 },
    )
  })
})
