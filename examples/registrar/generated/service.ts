/**
 * Service of the generated world: abuse cases, workflows and features, tickets, and the pipeline about itself.
 */
import type { CoreEvent } from '../events/core-event.ts'
import { ABUSE_CATEGORIES, abuseEvent, type AbuseEvent, type AbuseType } from '../events/abuse-event.ts'
import { appEvent, type AppEvent, type AppType } from '../events/app-event.ts'
import { billingEvent, type BillingEvent } from '../events/billing-event.ts'
import { pipelineEvent, type PipelineEvent } from '../events/pipeline-event.ts'
import { supportEvent, type SupportEvent } from '../events/support-event.ts'
import type { Account } from './accounts.ts'
import type { Books } from './books.ts'
import type { Dice } from './dice.ts'
import { DAY, HOUR, MINUTE, REGISTRARS, TLDS, type Span } from './span.ts'

/** Draws three reports a day, most of which are answered, some corrected. */
export function abuseEvents(dice: Dice, { start, days }: Span, books: Books): readonly AbuseEvent[] {
  return Array.from({ length: days * 3 }, (_, index): readonly AbuseEvent[] => {
    const reported = start + index * 8 * HOUR + dice.whole(0, 7) * HOUR
    const given = {
      report_id: `b${index}`,
      domain: `n${dice.whole(0, 40)}.${dice.pick(TLDS)}`,
      registrar: dice.pick(REGISTRARS),
      complainant: `c${dice.whole(0, 9)}`,
      channel: 'web',
      abuse_category: dice.pick(ABUSE_CATEGORIES),
    }
    const says = (
      event_type: AbuseType,
      after: number,
      abuse_category: string | null = given.abuse_category,
    ): AbuseEvent => abuseEvent({ event_type, event_ts: reported + after, ...given, abuse_category })
    const events = [says('abuse.reported', 0)]
    books.add('reports')
    if (dice.chance(0.9)) {
      const hours = dice.whole(1, 100)
      events.push(says('abuse.acknowledged', 5 * MINUTE), says('abuse.responded', hours * HOUR))
      books.add('reports answered')
      books.add('answer hours', hours)
    }
    if (dice.chance(0.6))
      events.push(says('abuse.evidence_complete', 2 * HOUR), says('abuse.mitigated', dice.whole(3, 200) * HOUR))
    if (dice.chance(0.1)) events.push(says('abuse.reclassified', 12 * HOUR, 'other'))
    else if (dice.chance(0.05)) events.push(says('abuse.withdrawn', 13 * HOUR, null))
    return events
  }).flat()
}

/** Draws runs of workflows, features, auth codes, changes of DNS, and who was there at all. */
export function appEvents(
  dice: Dice,
  accounts: readonly Account[],
  { start, days }: Span,
  books: Books,
): readonly AppEvent[] {
  return Array.from({ length: days * 8 }, (_, index): readonly AppEvent[] => {
    const begun = start + index * 3 * HOUR + dice.whole(0, 90) * MINUTE
    const account = dice.pick(accounts)
    const workflow = dice.pick(['transfer-in', 'dns-setup'])
    const given = {
      ...account,
      workflow,
      run_id: `w${index}`,
      request_id: `d${index}`,
      variant: dice.pick(['control', 'guided']),
    }
    const says = (event_type: AppType, after: number, more: Partial<AppEvent> = {}): AppEvent =>
      appEvent({ event_type, event_ts: begun + after, ...given, ...more })
    const finished = dice.chance(0.7)
    books.add('runs')
    if (finished) books.add('runs finished')
    return [
      says('workflow.started', 0),
      says('workflow.step_reached', MINUTE, { step: 1 }),
      ...(finished ? [says('workflow.completed', dice.whole(2, 50) * MINUTE)] : []),
      says('account.active', 0),
      ...(dice.chance(0.5) ? [says('feature.used', MINUTE, { feature: dice.pick(['bulk', 'dnssec']) })] : []),
      ...(workflow === 'transfer-in'
        ? [says('authcode.issued', 2 * MINUTE, { domain: `h${dice.whole(0, 89)}.test` })]
        : []),
      ...(workflow === 'dns-setup'
        ? [says('dns_change.accepted', MINUTE), says('dns_change.live', dice.whole(2, 90) * MINUTE)]
        : []),
    ]
  }).flat()
}

/** Draws trials; who pays afterwards shows in the other payments. */
export function trialEvents(dice: Dice, accounts: readonly Account[], { start, days }: Span): readonly BillingEvent[] {
  return accounts
    .filter(() => dice.chance(0.4))
    .map((account) =>
      billingEvent({ event_type: 'trial.started', event_ts: start + dice.whole(0, (days >> 1) * DAY), ...account }),
    )
}

/** Draws a ticket or two a day. */
export function supportEvents(
  dice: Dice,
  accounts: readonly Account[],
  { start, days }: Span,
  books: Books,
): readonly SupportEvent[] {
  return Array.from({ length: days * 2 }, (_, index): readonly SupportEvent[] => {
    const event_ts = start + index * 12 * HOUR + dice.whole(0, 11) * HOUR
    const about = {
      ...dice.pick(accounts),
      ticket_id: `t${index}`,
      workflow: dice.pick(['transfer-in', 'dns-setup', null]),
      variant: dice.pick(['control', 'guided']),
    }
    books.add('tickets')
    return [
      supportEvent({ event_type: 'ticket.opened', event_ts, ...about }),
      supportEvent({ event_type: 'ticket.closed', event_ts: event_ts + dice.whole(1, 30) * HOUR, ...about }),
    ]
  }).flat()
}

/** Says of every event how it came through the pipeline, and draws what else the pipeline says of a day. */
export function pipelineEvents(
  dice: Dice,
  events: readonly CoreEvent[],
  { start, days }: Span,
  books: Books,
): readonly PipelineEvent[] {
  const records = events.map((event) => {
    const ingested_ts = event.event_ts + dice.whole(100, 20_000)
    const late = dice.chance(0.05)
    const status = dice.chance(0.02) ? 'duplicate' : dice.chance(0.01) ? 'quarantined' : 'ok'
    books.add(`records ${status}`)
    return pipelineEvent({
      event_type: 'pipeline.record',
      event_ts: event.event_ts,
      event_id: `record ${event.event_id}`,
      subject: event.source_system,
      status,
      error_code: status === 'quarantined' ? 'BAD_ROW' : null,
      ingested_ts,
      available_ts: ingested_ts + (late ? 2 * HOUR : 30_000),
    })
  })
  const daily = Array.from({ length: days }, (_, day): readonly PipelineEvent[] => {
    const event_ts = start + day * DAY + 23 * HOUR
    const rows = dice.whole(80, 100)
    return [
      pipelineEvent({
        event_type: 'pipeline.field',
        event_ts,
        subject: 'epp',
        part: 'country',
        rows,
        null_rows: dice.whole(0, 9),
      }),
      pipelineEvent({
        event_type: 'pipeline.partition',
        event_ts,
        subject: 'dns',
        part: String(day),
        rows,
        expected_rows: 100,
      }),
      pipelineEvent({
        event_type: 'pipeline.stage',
        event_ts,
        subject: 'epp',
        part: 'standardise',
        rows,
        latency_ms: dice.whole(10, 900),
      }),
      pipelineEvent({
        event_type: 'pipeline.reconciled',
        event_ts,
        subject: 'billing',
        part: 'registry invoice',
        gap_count: dice.whole(0, 2),
        gap_minor: dice.whole(-500, 500),
        currency: 'USD',
      }),
    ]
  }).flat()
  return [...records, ...daily]
}
