/**
 * The law of enrich: the field is what the latest row at or before the element says, by looking at all rows, or the fallback.
 */
import { create, withKeys } from '@tidemark/core'
import { batchRunner } from '@tidemark/runners/batch'
import { enrich } from '@tidemark/transforms'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const key = fc.constantFrom('a', 'b', 'c', null)
const at = fc.integer({ min: 0, max: 20 })
const visits = fc.array(fc.record({ id: fc.nat(), customer: key, at }), { maxLength: 15 })
// One row for each key and instant: which of several counts is for asOfJoin to say.
const rows = fc.uniqueArray(fc.record({ customer: key, at, segment: fc.constantFrom('x', 'y', null) }), {
  selector: (row) => `${row.customer} ${row.at}`,
  maxLength: 12,
})
const time = { timestamp: (each: { readonly at: number }) => each.at }

describe('enrich', () => {
  it('says what the latest row says that is not after the element, or unknown', async () => {
    await fc.assert(
      fc.asyncProperty(visits, rows, async (elements, dimension) => {
        const { outputs } = await batchRunner({ progress: 'never' }).run((root) => ({
          out: root.pipe(
            create('Visits', elements, time),
            enrich('Segment', {
              with: root.pipe(
                create('Rows', dimension, time),
                withKeys(({ customer }) => customer),
              ),
              key: ({ customer }) => customer,
              as: 'segment',
              take: ({ segment }) => segment,
            }),
          ),
        }))
        const expected = elements.map((visit) => {
          const known = dimension.filter((row) => row.customer === visit.customer && row.at <= visit.at)
          const latest = known.toSorted((a, b) => b.at - a.at)[0]
          return { ...visit, segment: latest?.segment ?? 'unknown' }
        })
        const sorted = (all: readonly object[]) => all.map((each) => JSON.stringify(each)).toSorted()
        expect(sorted(outputs.out.map(({ value }) => value))).toEqual(sorted(expected))
      }),
      { seed: 47, numRuns: 100 },
    )
  })
})
