/**
 * Sums and means against vectors made by Python's fractions: every line, in several orders and groupings, to the last bit.
 *
 * The vectors lie beside the repository; without them the test says that it was skipped.
 */
import type { CombineFn } from '@tidemark/core'
import { checkCombineFnLaws } from '@tidemark/core/testing'
import { mean, sum } from '@tidemark/transforms'
import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

interface Vector {
  readonly kind: string
  readonly values: readonly number[]
  readonly sum: number | 'Infinity' | '-Infinity'
  /** Absent when there are no values. */
  readonly mean?: number | 'Infinity' | '-Infinity'
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

describe.skipIf(vectors.length === 0)('exact sums (SKIPPED where the conformance vectors are absent)', () => {
  it.each(vectors.map((vector, index) => [index + 1, vector.kind, vector] as const))('line %i, %s', (_, __, vector) => {
    expect(combine(sum(), vector.values)).toBe(Number(vector.sum))
    // The mean of nothing is absent there, and NaN here.
    expect(combine(mean(), vector.values)).toBe(Number(vector.mean))
    // The law checker compares other orders and groupings with the output just seen.
    expect(checkCombineFnLaws(sum(), vector.values)).toEqual([])
    expect(checkCombineFnLaws(mean(), vector.values)).toEqual([])
  })
})
