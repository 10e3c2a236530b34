/**
 * The generated registrar against its own books, through the derived streams.
 */
import { pipe } from '@tidemark/core'
import { describe, expect, it } from 'vitest'
import { abuseFacts } from '../../examples/registrar/domain/abuse-facts.ts'
import { apiTries } from '../../examples/registrar/domain/api-tries.ts'
import { attributedOrders, reportsWithAge } from '../../examples/registrar/domain/attribution.ts'
import { accountMonths, holdings, partnerTransfers } from '../../examples/registrar/domain/holdings.ts'
import { lifecycleFacts, type RegistryEvent } from '../../examples/registrar/domain/lifecycle-facts.ts'
import { netRegistrations, paidRegistrations } from '../../examples/registrar/domain/net-registrations.ts'
import { abuseResponses, dnsChanges, trials, workflowRuns } from '../../examples/registrar/domain/outcomes.ts'
import { cohortMargins, revenueRows } from '../../examples/registrar/domain/revenue-rows.ts'
import { transferFacts } from '../../examples/registrar/domain/transfer-facts.ts'
import { netTransfers, transferOutcomes } from '../../examples/registrar/domain/transfer-outcomes.ts'
import { CORE_COLUMNS } from '../../examples/registrar/events/core-event.ts'
import { generateEvents } from '../../examples/registrar/generated/generate-events.ts'
import { rowsOf } from './rows-of.ts'
import { sums } from './three-ways.ts'

const HOUR = 3_600_000
const SEEDS = [1, 2, 3]

describe.each(SEEDS)('a generated registrar of seed %d', (seed) => {
  const days = 21
  const start = Date.UTC(2026, 2, 2)
  const end = start + days * 24 * HOUR
  const { books, ...families } = generateEvents({ seed, days })
  const registry: readonly RegistryEvent[] = [...families.epp, ...families.poll, ...families.billing]
  const figure = (name: string): number => books[name] ?? 0
  const count = <T>(rows: readonly T[], holds: (row: T) => boolean): number => rows.filter(holds).length

  it('is the same every time, and another one of another seed', () => {
    expect(generateEvents({ seed, days })).toEqual({ books, ...families })
    expect(generateEvents({ seed: seed + 100, days }).books).not.toEqual(books)
  })

  it('has the fifteen columns in every event, and no id twice in a family', () => {
    expect(Object.keys(CORE_COLUMNS)).toHaveLength(15)
    for (const events of Object.values(families)) {
      expect(events.length).toBeGreaterThan(20)
      for (const name of Object.keys(CORE_COLUMNS)) expect(events.every((event) => name in event)).toBe(true)
      expect(new Set(events.map(({ event_id }) => event_id)).size).toBe(events.length)
    }
  })

  it('nets registrations and knows which were paid', async () => {
    const net = await rowsOf(families.epp, netRegistrations)
    expect(net.reduce((sum, { value }) => sum + value.net, 0)).toBe(figure('created') - figure('deleted in grace'))
    expect(count(net, ({ value }) => value.net === 1)).toBe(figure('created'))
    const paid = await rowsOf([...families.epp, ...families.billing], paidRegistrations)
    expect(paid).toHaveLength(figure('created'))
    expect(count(paid, ({ value }) => value.paid === 1)).toBe(figure('paid'))
  })

  it('holds as many domains per TLD as the books say', async () => {
    const facts = await rowsOf(registry, lifecycleFacts())
    const held = facts.filter(({ timestamp }) => timestamp < end)
    const inBooks = Object.entries(books).filter(([name]) => name.startsWith('dum '))
    expect(
      sums(
        held,
        ({ value }) => `dum ${value.tld}`,
        ({ value }) => value.dum,
      ),
    ).toEqual(Object.fromEntries(inBooks))
    expect(facts.every(({ value, timestamp }) => value.at_ts === timestamp)).toBe(true)
    const restored = facts.filter(({ value }) => value.fact === 'restored')
    expect(restored).toHaveLength(figure('restored'))
    expect(restored.reduce((sum, { value }) => sum + value.duration_ms!, 0)).toBe(figure('restore hours') * HOUR)
  })

  it('decides every term that has expired, and renews what was paid, outlived its grace or was restored', async () => {
    const facts = await rowsOf(registry, lifecycleFacts())
    const ended = facts.filter(({ value }) => value.fact === 'term_ended' && value.expires_ts! < end)
    const gone = figure('story transferred') // what left before it expired was not up for renewal, unless the transfer failed
    expect(ended.length).toBeGreaterThanOrEqual(90 - gone)
    const renewed = sums(
      ended.filter(({ value }) => value.renewed === 1),
      ({ value }) => value.renewed_by!,
    )
    expect(renewed).toMatchObject({ renew: figure('story renewed'), auto_renew: figure('story auto-renewed') })
  })

  it('counts transfers as they were drawn', async () => {
    const log = [...families.epp, ...families.poll]
    const facts = await rowsOf(log, transferFacts())
    const counted = sums(facts, ({ value }) => value.fact)
    expect(counted).toMatchObject({
      initiated: figure('transfers initiated'),
      completed: figure('transfers completed'),
      gaining_successful: figure('transfers gained'),
    })
    expect([counted['rejected'] ?? 0, counted['cancelled'] ?? 0, counted['reversed'] ?? 0]).toEqual([
      figure('transfers rejected'),
      figure('transfers cancelled'),
      figure('transfers reversed'),
    ])
    expect(counted['attempt_failed'] ?? 0).toBe(figure('transfer attempts failed'))
    const outcomes = await rowsOf(log, pipe(transferFacts(), transferOutcomes))
    expect(outcomes).toHaveLength(figure('transfers initiated'))
    expect(count(outcomes, ({ value }) => value.completed === 1)).toBe(figure('transfers completed'))
    const net = await rowsOf(log, pipe(transferFacts(), netTransfers))
    expect(net.reduce((sum, { value }) => sum + value.net, 0)).toBe(
      figure('transfers gained') - figure('transfers completed'),
    )
    const withPartners = await rowsOf([...log, ...families.web], partnerTransfers)
    expect(withPartners).toHaveLength(net.length)
    // Every account has a profile from the first instant on.
    const gained = withPartners.filter(({ value }) => value.side === 'gaining')
    expect(gained.every(({ value }) => value.segment !== 'unknown')).toBe(true)
  })

  it('books revenue per currency, and the same margin by cohort', async () => {
    const rows = await rowsOf(families.billing, revenueRows)
    expect(
      sums(
        rows,
        ({ value }) => `revenue ${value.currency}`,
        ({ value }) => value.minor,
      ),
    ).toEqual(Object.fromEntries(Object.entries(books).filter(([name]) => name.startsWith('revenue '))))
    const cohorts = await rowsOf(families.billing, pipe(revenueRows, cohortMargins))
    const margin = (all: readonly { readonly value: { readonly margin_minor: number } }[]): number =>
      all.reduce((sum, { value }) => sum + value.margin_minor, 0)
    expect(margin(cohorts)).toBe(margin(rows))
    expect(count(cohorts, ({ value }) => value.joined === 1)).toBe(
      new Set(rows.map(({ value }) => value.account_id)).size,
    )
  })

  it('follows what has begun to its end', async () => {
    const responses = await rowsOf(families.abuse, abuseResponses)
    expect(responses).toHaveLength(figure('reports'))
    expect(responses.reduce((sum, { value }) => sum + value.done, 0)).toBe(figure('reports answered'))
    expect(responses.reduce((sum, { value }) => sum + (value.duration_ms ?? 0), 0)).toBe(figure('answer hours') * HOUR)
    const runs = await rowsOf(families.app, workflowRuns)
    expect([runs.length, runs.reduce((sum, { value }) => sum + value.done, 0)]).toEqual([
      figure('runs'),
      figure('runs finished'),
    ])
    const changes = await rowsOf(families.app, dnsChanges)
    expect(changes.every(({ value }) => value.done === 1 && value.duration_ms! > 0)).toBe(true)
    const tries = await rowsOf(families.api, apiTries)
    expect([tries.length, count(tries, ({ value }) => value.is_retry === 1)]).toEqual([
      figure('requests'),
      figure('requests tried again'),
    ])
    const facts = await rowsOf(families.abuse, abuseFacts)
    const withdrawn = count(families.abuse, ({ event_type }) => event_type === 'abuse.withdrawn')
    expect(facts.reduce((sum, { value }) => sum + value.count, 0)).toBe(figure('reports') - withdrawn)
  })

  it('looks back for campaigns, ages, trials and segments as a search through all events does', async () => {
    const orders = await rowsOf([...families.billing, ...families.web], attributedOrders)
    for (const { value } of orders) {
      const touches = families.web.filter(
        ({ event_type, account_id, event_ts }) =>
          event_type === 'campaign.touched' && account_id === value.account_id && event_ts <= value.event_ts,
      )
      expect(value.campaign).toBe(touches.toSorted((a, b) => b.event_ts - a.event_ts)[0]?.campaign ?? null)
    }
    const reports = await rowsOf([...families.abuse, ...families.epp], reportsWithAge)
    for (const { value } of reports) {
      const created = families.epp.find(
        ({ event_type, domain, result_code, event_ts }) =>
          event_type === 'domain.create' &&
          result_code === 1000 &&
          domain === value.domain &&
          event_ts <= value.event_ts,
      )
      expect(value.age_days).toBe(
        created === undefined ? null : Math.floor((value.event_ts - created.event_ts) / (24 * HOUR)),
      )
    }
    const tried = await rowsOf(families.billing, trials)
    for (const { value } of tried) {
      const paid = families.billing
        .filter(({ event_type, account_id }) => event_type === 'payment.captured' && account_id === value.account_id)
        .map(({ event_ts }) => event_ts - value.event_ts)
        .filter((after) => after >= 0 && after < 14 * 24 * HOUR)
      expect(value.duration_ms).toBe(paid.length === 0 ? null : Math.min(...paid))
    }
    const months = await rowsOf([...registry, ...families.web], pipe(holdings, accountMonths))
    const march = months.filter(({ value }) => value.at_ts === Date.UTC(2026, 3, 1) - 1)
    const held = await rowsOf(registry, lifecycleFacts())
    for (const { value } of march) {
      const own = held.filter(
        ({ value: fact, timestamp }) => fact.account_id === value.account_id && timestamp < Date.UTC(2026, 3, 1),
      )
      expect(value.dum_end).toBe(own.reduce((sum, { value: { dum } }) => sum + dum, 0))
      expect(value.won).toBe(value.dum_end > 0 ? 1 : 0)
    }
  })
})
