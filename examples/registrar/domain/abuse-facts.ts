/**
 * abuseFacts: what abuse reports say, with corrections that add up.
 *
 * A report that turns out to be something else is not changed: one row takes back what was said, another says what is true. So a sum over
 * the rows known at an instant is what was known at that instant, and the same sum today is what is known today.
 */
import {
  composite,
  days,
  eventTimeTimer,
  filter,
  statefulParDo,
  valueState,
  withKeys,
  type PCollection,
  type PTransform,
} from '@tidemark/core'
import type { AbuseEvent } from '../events/abuse-event.ts'
import { rowSchema } from '../events/core-event.ts'
import type { Dated } from './dated.ts'

/** One report more or less in a category. Dated by when it became known. */
export interface AbuseFact extends Dated {
  readonly report_id: string
  readonly category: string
  readonly count: 1 | -1
  readonly domain: string | null
  readonly tld: string | null
  readonly registrar: string | null
  readonly channel: string | null
  readonly complainant: string | null
}

/** What is known about reports, as rows. */
export const abuseFactSchema = rowSchema<AbuseFact>('Abuse facts', {
  at_ts: 'timestamp',
  report_id: 'text',
  category: 'text',
  count: 'integer',
  domain: 'text?',
  tld: 'text?',
  registrar: 'text?',
  channel: 'text?',
  complainant: 'text?',
})

/** How long after its last event a report can still be corrected: then it is forgotten. */
const MEMORY = days(400)

/**
 * Makes rows that add up of reports, reclassifications and withdrawals.
 *
 * **Contract** — What is taken back is what was said, whatever a correction thinks it was. A second report of one id and a correction that
 * changes nothing give no rows; a reclassification of an unknown report is the first that is heard of it; after a withdrawal there is
 * nothing to correct.
 *
 * **State** — per report, what was said last, for 400 days.
 */
export const abuseFacts: PTransform<PCollection<AbuseEvent>, PCollection<AbuseFact>> = composite(
  'AbuseFacts',
  (events: PCollection<AbuseEvent>) =>
    events.pipe(
      filter(({ event_type }) => CORRECTING.has(event_type)),
      withKeys(({ report_id }) => report_id),
      statefulParDo('Reports', {
        state: { said: valueState<AbuseFact | 'withdrawn'>() },
        timers: { forget: eventTimeTimer() },
        process({ value, timestamp, state, timers }): readonly AbuseFact[] {
          const said = state.said.read()
          if (said === 'withdrawn' || (said !== undefined && value.event_type === 'abuse.reported')) return []
          const now = value.event_type === 'abuse.withdrawn' ? undefined : factOf(value, said)
          if (now?.category === said?.category) return []
          state.said.write(now ?? 'withdrawn')
          timers.forget.setAfter(MEMORY, { outputTimestamp: 'none' })
          return [
            ...(said === undefined ? [] : [{ ...said, at_ts: timestamp, count: -1 as const }]),
            ...(now === undefined ? [] : [now]),
          ]
        },
        onTimer: {
          forget({ state }) {
            state.said.clear()
          },
        },
      }),
    ),
)

const CORRECTING: ReadonlySet<string> = new Set(['abuse.reported', 'abuse.reclassified', 'abuse.withdrawn'])

function factOf(event: AbuseEvent, said: AbuseFact | undefined): AbuseFact {
  const { report_id, domain, tld, registrar, channel, complainant, event_ts: at_ts } = event
  const category = event.abuse_category ?? 'other'
  return said === undefined
    ? { at_ts, report_id, category, count: 1, domain, tld, registrar, channel, complainant }
    : { ...said, at_ts, category }
}
