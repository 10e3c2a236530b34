/**
 * Some keys, whole.
 */
import { assertSameAnswer } from '@tidemark/runners/testing'
import { sampleByHash } from '@tidemark/transforms'
import { describe, expect, it } from 'vitest'
import { driftOf, rowsOf, settledIn, timestamp, type Row } from '../rows.ts'

const users = Array.from({ length: 4000 }, (_, user): Row => ({ id: `user ${user}`, at: 0, value: 0 }))
const sampled = (rate: number, salt?: string): ReadonlySet<string> => {
  const sample = sampleByHash({ key: ({ id }: Row) => id, rate, ...(salt !== undefined && { salt }) })
  return new Set(settledIn(sample, users))
}

describe('sampleByHash', () => {
  // Mutation: packages/transforms/src/sample/sample-by-hash.ts: `const limit = rate * HASHES` → `const limit = (rate * HASHES) / 2`
  it('keeps nothing at 0, everything at 1, and about its share between', () => {
    expect(sampled(0).size).toBe(0)
    expect(sampled(1).size).toBe(users.length)
    for (const rate of [0.1, 0.5, 0.9]) {
      // Four standard deviations.
      expect(Math.abs(sampled(rate).size - rate * 4000)).toBeLessThan(4 * Math.sqrt(4000 * rate * (1 - rate)))
    }
  })

  it('keeps the same keys in ten years: these were written down', () => {
    const sample = sampleByHash({ key: ({ id }: Row) => id, rate: 0.3 })
    const kept = settledIn(sample, users.slice(0, 12)).map((text) => (JSON.parse(text) as [number, Row])[1].id)
    expect(kept).toEqual(['user 11', 'user 2', 'user 7', 'user 9'])
  })

  // Mutation: packages/transforms/src/sample/sample-by-hash.ts: `encodeKey([salt, key(element)])` → `encodeKey([key(element)])`
  it('has the smaller of two samples in the larger, and others with another salt', () => {
    const [small, large, other] = [sampled(0.2), sampled(0.4), sampled(0.4, 'other')]
    expect([...small].every((row) => large.has(row))).toBe(true)
    const common = [...large].filter((row) => other.has(row)).length
    expect(Math.abs(common - 0.16 * 4000)).toBeLessThan(100)
  })

  it('has all elements of a key or none, in every run', () => {
    const rows = rowsOf(3, 60, { ids: 10 })
    const sample = sampleByHash({ key: ({ id }: Row) => id, rate: 0.5 })
    const ids = new Set(settledIn(sample, rows).map((text) => (JSON.parse(text) as [number, Row])[1].id))
    const whole = rows.filter(({ id }) => ids.has(id))
    expect(settledIn(sample, rows)).toHaveLength(whole.length)
    assertSameAnswer(sample, rows, { timestamp, runs: 10 })
    expect(driftOf(sample)).toEqual([])
  })

  it.each([-0.1, 1.1, Number.NaN, '0.5' as never])('refuses %s as a rate', (rate) => {
    expect(() => sampleByHash({ key: () => 0, rate })).toThrow(expect.objectContaining({ code: 'BAD_RATE' }))
  })
})
