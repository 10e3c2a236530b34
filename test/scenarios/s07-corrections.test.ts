/**
 * S07: reports that turn out to be something else, and what was known when.
 */
import { describe, expect, it } from 'vitest'
import { abuseFacts, type AbuseFact } from '../../examples/registrar/domain/abuse-facts.ts'
import { abuseEvent, type AbuseEvent } from '../../examples/registrar/events/abuse-event.ts'
import { expectAnswer, sums, type Dated } from '../registrar/three-ways.ts'
import { hasRealData, readScenario, skipNote } from './scenario-data.ts'

interface Corrections {
  readonly reports: readonly { readonly id: string; readonly known_at: number; readonly category: string }[]
  readonly corrections: readonly {
    readonly known_at: number
    readonly corrects: string
    readonly old: string
    readonly new: string | null
  }[]
  readonly expected_as_of: Readonly<Record<string, Readonly<Record<string, number>>>>
  readonly fact_rows: number
}

type Rows = readonly Dated<AbuseFact>[]

describe(`S07, corrections of abuse reports${skipNote}`, () => {
  const { reports, corrections, expected_as_of, fact_rows }: Corrections = hasRealData
    ? readScenario<Corrections>('S07-corrections.json')
    : { reports: [], corrections: [], expected_as_of: {}, fact_rows: 0 }
  const events: readonly AbuseEvent[] = [
    ...reports.map(({ id, known_at, category }) =>
      abuseEvent({ event_type: 'abuse.reported', event_ts: known_at, report_id: id, abuse_category: category }),
    ),
    ...corrections.map(({ known_at, corrects, new: category }) =>
      abuseEvent({
        event_type: category === null ? 'abuse.withdrawn' : 'abuse.reclassified',
        event_ts: known_at,
        report_id: corrects,
        abuse_category: category,
      }),
    ),
  ]

  // Mutation: examples/registrar/domain/abuse-facts.ts: `[{ ...said, at_ts: timestamp, count: -1 as const }]` → `[]`
  it.skipIf(!hasRealData)('answers at every instant what was known then, from rows that only add', async () => {
    const instants = Object.keys(expected_as_of)
    const asOf = (rows: Rows): unknown =>
      Object.fromEntries(
        instants.map((instant) => [
          instant,
          sums(
            rows.filter(({ timestamp }) => timestamp <= Number(instant)),
            ({ value }) => value.category,
            ({ value }) => value.count,
          ),
        ]),
      )
    await expectAnswer(abuseFacts, events, asOf, sorted(expected_as_of))
    await expectAnswer(abuseFacts, events, (rows) => rows.length, fact_rows)
  })

  it.skipIf(!hasRealData)(
    'takes back what was said, and agrees with what each correction thinks that was',
    async () => {
      const takenBack = (rows: Rows): readonly string[] =>
        rows
          .filter(({ value }) => value.count === -1)
          .map(({ value, timestamp }) => `${timestamp} ${value.category}`)
          .toSorted()
      const thought = corrections.map(({ known_at, old }) => `${known_at} ${old}`).toSorted()
      await expectAnswer(abuseFacts, events, takenBack, thought)
      expect(thought).toHaveLength(corrections.length)
    },
  )
})

function sorted(named: Corrections['expected_as_of']): unknown {
  return Object.fromEntries(
    Object.entries(named).map(([instant, counts]) => [
      instant,
      Object.fromEntries(Object.entries(counts).toSorted(([a], [b]) => (a < b ? -1 : 1))),
    ]),
  )
}
