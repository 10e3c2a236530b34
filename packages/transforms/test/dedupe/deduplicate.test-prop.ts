/**
 * deduplicate against the rule as one would write it over a sorted list, in batch and live in any order of arrival.
 */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { byId, keptInBatch, keptLive, type Sighting } from './copies.ts'

const HORIZON = 40_000

const sightings = fc.array(fc.record({ id: fc.constantFrom('a', 'b'), at: fc.integer({ min: 0, max: HORIZON }) }), {
  maxLength: 30,
})
const rules = fc.record({
  within: fc.integer({ min: 0, max: 8000 }),
  rule: fc.constantFrom('chain' as const, 'anchored' as const),
})

/** The rule over a sorted list. */
function expected(all: readonly Sighting[], within: number, rule: 'chain' | 'anchored'): readonly string[] {
  const last = new Map<string, number>()
  const kept: string[] = []
  for (const { id, at } of all.toSorted((a, b) => a.at - b.at)) {
    const before = last.get(id)
    const isCopy = before !== undefined && at - before <= within
    if (!isCopy) kept.push(`${id} ${at}`)
    if (!isCopy || rule === 'chain') last.set(id, at)
  }
  return kept.toSorted()
}

const shown = (kept: readonly Sighting[]): readonly string[] => kept.map(({ id, at }) => `${id} ${at}`).toSorted()

describe('deduplicate', () => {
  it('keeps what the rule keeps of a sorted list, in batch and live', async () => {
    await fc.assert(
      fc.asyncProperty(sightings, rules, async (all, { within, rule }) => {
        const kept = expected(all, within, rule)
        expect(shown(await keptInBatch(all, byId({ within, rule })))).toEqual(kept)
        const live = await keptLive(all, byId({ within, rule }), HORIZON / 1000)
        expect(shown(live.kept)).toEqual(kept)
        expect([...live.ledger]).toEqual([])
      }),
      { numRuns: 60 },
    )
  })
})
