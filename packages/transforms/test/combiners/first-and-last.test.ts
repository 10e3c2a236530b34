/**
 * firstBy, lastBy: by time and then by bytes, never by arrival.
 */
import { firstBy, lastBy } from '@tidemark/transforms'
import { describe, expect, it } from 'vitest'
import { combine } from '../fold.ts'

interface Visit {
  readonly page: string
  readonly at: number
}

const at = (visit: Visit): number => visit.at
const visits: readonly Visit[] = [
  { page: 'mark', at: 5 },
  { page: 'tide', at: 2 },
  { page: 'home', at: 2 },
  { page: 'cart', at: 9 },
  { page: 'paid', at: 9 },
]

describe('firstBy and lastBy', () => {
  // Mutation: packages/transforms/src/combiners/first-and-last.ts: `direction * compareBytes` → `compareBytes`
  it('take the two ends of one order: by time, then by canonical bytes', () => {
    for (const order of [visits, visits.toReversed(), [...visits.slice(2), ...visits.slice(0, 2)]]) {
      expect(combine(firstBy(at), order)).toEqual({ page: 'home', at: 2 })
      expect(combine(lastBy(at), order)).toEqual({ page: 'paid', at: 9 })
    }
  })

  it('are null for nothing, and merge with nothing', () => {
    expect(combine(firstBy(at), [])).toBeNull()
    expect(lastBy(at).mergeOutputs?.(null, null)).toBeNull()
    expect(lastBy(at).mergeOutputs?.(null, { page: 'home', at: 2 })).toEqual({ page: 'home', at: 2 })
  })

  it('take times as bigints, and mixed with numbers', () => {
    const times = [5n, 2, 2n, 9, 9n]
    const time = (value: bigint | number): bigint | number => value
    // Numbers have smaller bytes than bigints.
    for (const order of [times, times.toReversed()]) {
      expect(combine(firstBy(time), order)).toBe(2)
      expect(combine(lastBy(time), order)).toBe(9n)
    }
  })

  // Mutation: packages/transforms/src/combiners/first-and-last.ts: `if (best.length === 0) timeOf(element)` → ``
  it('refuse what is no time, also of a single element', () => {
    for (const time of [Number.NaN, '2026-01-01', undefined]) {
      expect(() =>
        combine(
          firstBy(() => time as number),
          ['a'],
        ),
      ).toThrow(expect.objectContaining({ code: 'BAD_TIMESTAMP' }))
      expect(() =>
        combine(
          lastBy(() => time as number),
          ['a', 'b'],
        ),
      ).toThrow(/Without a time it is neither before nor after/u)
    }
  })
})
