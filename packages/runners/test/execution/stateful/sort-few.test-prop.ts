/**
 * sortFew against the sort of the language.
 */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sortFew } from '../../../src/execution/stateful/sort-few.ts'

describe('sortFew', () => {
  // Mutation: packages/runners/src/execution/stateful/sort-few.ts: `place > 0 && compare` → `place > 1 && compare`
  // Mutation: packages/runners/src/execution/stateful/sort-few.ts: `moved) > 0` → `moved) >= 0`
  it('sorts lists of any length, and leaves equal ones in their order', () => {
    const item = fc.record({ rank: fc.integer({ min: 0, max: 5 }) })
    const byRank = (a: { readonly rank: number }, b: { readonly rank: number }): number => a.rank - b.rank
    fc.assert(
      fc.property(fc.array(item, { maxLength: 14 }), (items) => {
        const sorted = [...items]
        sortFew(sorted, byRank)
        const expected = items.toSorted(byRank)
        expect(sorted.every((each, index) => each === expected[index])).toBe(true)
      }),
    )
  })
})
