/**
 * The law checker finds combiners that break the laws: each of these is wrong in one way.
 */
import type { CombineFn } from '@tidemark/core'
import { checkCombineFnLaws } from '@tidemark/core/testing'
import { count, max, sum } from '@tidemark/transforms'
import { describe, expect, it } from 'vitest'

const floatSum: CombineFn<number, number, number> = {
  name: 'float-sum',
  orderFree: true,
  createAccumulator: () => 0,
  addInput: (accumulator, input) => accumulator + input,
  mergeAccumulators: (accumulator, other) => accumulator + other,
  extractOutput: (accumulator) => accumulator,
}

interface Listed {
  readonly values: number[]
}

const sortedList: CombineFn<number, Listed, readonly number[]> = {
  name: 'sorted-list',
  orderFree: true,
  createAccumulator: () => ({ values: [] }),
  addInput(accumulator, input) {
    accumulator.values.push(input)
    return accumulator
  },
  mergeAccumulators(accumulator, other) {
    accumulator.values.push(...other.values)
    return accumulator
  },
  extractOutput: ({ values }) => values.toSorted((a, b) => a - b),
}

/** The laws that are broken, by name. */
function broken<In, Acc, Out>(combineFn: CombineFn<In, Acc, Out>, inputs: readonly In[]): readonly string[] {
  return [...new Set(checkCombineFnLaws(combineFn, inputs).map((line) => line.slice(0, line.indexOf(':'))))]
}

describe('checkCombineFnLaws', () => {
  it('finds nothing in lawful combiners', () => {
    expect(broken(count(), ['a', 'b'])).toEqual([])
    expect(broken(sum(), [0.1, 0.2, 0.3, 1e16])).toEqual([])
    expect(broken(sortedList, [3, 1, 2])).toEqual([])
    expect(broken(sum(), [])).toEqual([])
  })

  it('finds that addition of doubles depends on order and grouping', () => {
    expect(broken(floatSum, [0.1, 0.2, 0.3, 1e16, -1e16])).toEqual(['order', 'grouping'])
    expect(checkCombineFnLaws(floatSum, [0.1, 0.2, 0.3])[0]).toMatch(/^order: inputs \[.*\] give 0\.6.*, not 0\.6/u)
  })

  it('finds that the last value depends on order', () => {
    const last: CombineFn<number, number | null, number | null> = {
      ...max(),
      addInput: (_, input) => input,
      mergeAccumulators: (accumulator, other) => other ?? accumulator,
      mergeOutputs: (a, b) => b ?? a,
    }
    expect(broken(last, [1, 2])).toContain('order')
  })

  it('finds a merge that loses its first argument, or counts an empty partial', () => {
    expect(broken({ ...count(), mergeAccumulators: (_, other) => other }, ['a', 'b'])).toContain('grouping')
    expect(broken({ ...count(), mergeAccumulators: (a, b) => Math.max(a, 1) + b }, ['a', 'b'])).toContain('grouping')
  })

  it('finds a merge that is right for a left fold only', () => {
    const lopsided: CombineFn<number, readonly number[], number> = {
      name: 'lopsided',
      orderFree: true,
      createAccumulator: () => [],
      addInput: (accumulator, input) => [...accumulator, input],
      // Forgets all but the first value of its second argument.
      mergeAccumulators: (accumulator, other) => [...accumulator, ...other.slice(0, 1)],
      extractOutput: (accumulator) => accumulator.length,
    }
    expect(broken(lopsided, [1, 2, 3])).toContain('grouping')
  })

  it('finds an extraction that changes the accumulator', () => {
    const draining: typeof sortedList = {
      ...sortedList,
      extractOutput: ({ values }) => values.splice(0).toSorted((a, b) => a - b),
    }
    expect(broken(draining, [1, 2])).toContain('purity')
  })

  it('finds a merge that changes or keeps its second argument', () => {
    const taking: typeof sortedList = {
      ...sortedList,
      mergeAccumulators: (accumulator, other) => ({ values: [...accumulator.values, ...other.values.splice(0)] }),
    }
    const sharing: typeof sortedList = {
      ...sortedList,
      mergeAccumulators: (accumulator, other) =>
        accumulator.values.length === 0 ? other : sortedList.mergeAccumulators(accumulator, other),
    }
    expect(broken(taking, [1, 2])).toContain('purity')
    expect(broken(sharing, [1, 2])).toContain('purity')
  })

  it('finds accumulators that are one and the same', () => {
    const one: Listed = { values: [] }
    expect(broken({ ...sortedList, createAccumulator: () => one }, [1, 2])).toContain('purity')
  })

  it('finds a subtraction that is only nearly the inverse', () => {
    const nearly = { ...floatSum, subtractInput: (accumulator: number, input: number) => accumulator - input }
    expect(broken(nearly, [1e16, 1])).toContain('subtraction')
    expect(broken({ ...count(), subtractInput: (accumulator) => Math.max(0, accumulator - 1) }, ['a'])).toContain(
      'subtraction',
    )
  })

  it('finds outputs that do not merge', () => {
    expect(broken({ ...sum(), mergeOutputs: (a, b) => a + b }, [1, 1e16, -1e16, 1])).toContain('outputs')
  })

  it('finds accumulators that bytes do not hold', () => {
    const inSet: CombineFn<number, Set<number>, number> = {
      name: 'in-set',
      orderFree: true,
      createAccumulator: () => new Set(),
      addInput: (accumulator, input) => accumulator.add(input),
      mergeAccumulators: (accumulator, other) => new Set([...accumulator, ...other]),
      extractOutput: (accumulator) => accumulator.size,
    }
    expect(broken(inSet, [1])).toContain('coder')
    const forgetful = {
      ...sortedList,
      accumulatorCoder: { id: 'none', encode: () => new Uint8Array(0), decode: () => ({ values: [] }) },
    }
    expect(broken(forgetful, [1])).toContain('coder')
  })

  it('compares outputs as it is told to', () => {
    const nearby = (a: number, b: number): boolean => Math.abs(a - b) < 1e-9
    expect(checkCombineFnLaws(floatSum, [0.1, 0.2, 0.3], { equal: nearby })).toEqual([])
  })
})
