/**
 * The law checker sees an output that would change after it was emitted.
 */
import { expect, it } from 'vitest'
import type { CombineFn } from '../../src/model/combine-fn.ts'
import { checkCombineFnLaws } from '../../src/testing/combine-fn-laws.ts'

const sorted: CombineFn<number, number[], readonly number[]> = {
  name: 'sorted',
  orderFree: true,
  createAccumulator: () => [],
  addInput: (accumulator, input) => {
    accumulator.push(input)
    accumulator.sort((a, b) => a - b)
    return accumulator
  },
  mergeAccumulators: (accumulator, other) => {
    for (const input of other) accumulator.push(input)
    accumulator.sort((a, b) => a - b)
    return accumulator
  },
  extractOutput: (accumulator) => [...accumulator],
}

it('a combiner that hands out its accumulator breaks the law, and one that hands out a copy does not', () => {
  expect(checkCombineFnLaws(sorted, [3, 1, 2])).toEqual([])
  expect(checkCombineFnLaws({ ...sorted, extractOutput: (accumulator) => accumulator }, [3, 1, 2])).toEqual([
    'purity: the result of extractOutput shares state with the accumulator',
  ])
})
