/**
 * generateEvents: a few weeks in the life of a small registrar, from a seed.
 *
 * Pure: no clock, no chance but the seed's. What one family says agrees with what the others say: a create has its order and payment, a
 * refund its delete. Beside the events stand the books, counted while drawing, for tests to compare metrics with.
 */
import { PipelineError, type Timestamp } from '@tidemark/core'
import type { AbuseEvent } from '../events/abuse-event.ts'
import type { ApiEvent } from '../events/api-event.ts'
import type { AppEvent } from '../events/app-event.ts'
import type { BillingEvent } from '../events/billing-event.ts'
import type { DnsEvent } from '../events/dns-event.ts'
import type { EppEvent } from '../events/epp-event.ts'
import type { PipelineEvent } from '../events/pipeline-event.ts'
import type { PollEvent } from '../events/poll-event.ts'
import type { SupportEvent } from '../events/support-event.ts'
import type { WebEvent } from '../events/web-event.ts'
import { accountsOf, webEvents } from './accounts.ts'
import { Books } from './books.ts'
import { Dice } from './dice.ts'
import { portfolio } from './portfolio.ts'
import { registrations } from './registrations.ts'
import { abuseEvents, appEvents, pipelineEvents, supportEvents, trialEvents } from './service.ts'
import { apiEvents, dnsEvents } from './traffic.ts'

/** What to generate. */
export interface Generating {
  /** The same seed gives the same events (1). */
  readonly seed?: number
  /** How many days; at least 14, so that transfers come to their end (21). */
  readonly days?: number
  /** The first midnight in UTC (2 March 2026). */
  readonly start?: Timestamp
}

/** The events of every family, in the order in which they were drawn, and the books. */
export interface Generated {
  readonly epp: readonly EppEvent[]
  readonly poll: readonly PollEvent[]
  readonly billing: readonly BillingEvent[]
  readonly web: readonly WebEvent[]
  readonly dns: readonly DnsEvent[]
  readonly abuse: readonly AbuseEvent[]
  readonly app: readonly AppEvent[]
  readonly api: readonly ApiEvent[]
  readonly support: readonly SupportEvent[]
  readonly pipeline: readonly PipelineEvent[]
  /** What was drawn, by name: `created`, `paid`, `dum test`, `revenue USD`, … */
  readonly books: Readonly<Record<string, number>>
}

/** Generates events from a seed. */
export function generateEvents({ seed = 1, days = 21, start = Date.UTC(2026, 2, 2) }: Generating = {}): Generated {
  if (!Number.isSafeInteger(days) || days < 14) {
    throw new PipelineError(
      'TOO_FEW_DAYS',
      `generateEvents was asked for ${days} days. Transfers and grace periods take up to twelve, so the books would not close. Ask for 14 or more.`,
    )
  }
  const span = { start, days }
  const books = new Books()
  // Each family has dice of its own: what is added to one does not change the others.
  const dice = (family: number): Dice => new Dice(seed * 100 + family)
  const accounts = accountsOf(dice(0), 40)
  const news = registrations(dice(1), accounts, span, books)
  const held = portfolio(dice(2), accounts, span, books)
  const families = {
    epp: [...held.epp, ...news.epp],
    poll: held.poll,
    billing: [...held.billing, ...news.billing, ...trialEvents(dice(3), accounts, span)],
    web: webEvents(dice(4), accounts, span),
    dns: dnsEvents(dice(5), span, books),
    abuse: abuseEvents(dice(6), span, books),
    app: appEvents(dice(7), accounts, span, books),
    api: apiEvents(dice(8), accounts, span, books),
    support: supportEvents(dice(9), accounts, span, books),
  }
  const pipeline = pipelineEvents(dice(10), [...families.epp, ...families.billing], span, books)
  return { ...families, pipeline, books: books.all() }
}
