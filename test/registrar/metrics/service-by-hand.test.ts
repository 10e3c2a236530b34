/**
 * DNS, abuse and the pipeline about itself, on events so few that every figure is counted by hand.
 */
import { describe, it } from 'vitest'
import { abuseEvent, type AbuseType } from '../../../examples/registrar/events/abuse-event.ts'
import { dnsEvent, type DnsEvent } from '../../../examples/registrar/events/dns-event.ts'
import { eppEvent } from '../../../examples/registrar/events/epp-event.ts'
import { pipelineEvent } from '../../../examples/registrar/events/pipeline-event.ts'
import { pollEvent } from '../../../examples/registrar/events/poll-event.ts'
import {
  abuseFirstResponseInTime,
  abusePer10k,
  abusePer10kNew,
  abuseReportsComplainant,
  abuseReportsDomain,
  abuseReportsRows,
} from '../../../examples/registrar/metrics/abuse-metrics.ts'
import {
  dnsErrorRate,
  dnsNxdomainRatio,
  dnsQps,
  dnsUniqueSubRatio,
} from '../../../examples/registrar/metrics/dns-metrics.ts'
import {
  completeness,
  dedupRate,
  nullRate,
  quarantineRate,
  reconGapMinor,
  withinSla,
} from '../../../examples/registrar/metrics/pipeline-metrics.ts'
import { restoreSinceDelete, restoreTimeMean } from '../../../examples/registrar/metrics/renewal-metrics.ts'
import { at } from '../three-ways.ts'
import { expectFigures } from './three-runs.ts'

const HOUR = 3_600_000

describe('queries of a minute', () => {
  const rows = (rcode: string, names: readonly string[], queries: number): readonly DnsEvent[] =>
    names.map((name, index) =>
      dnsEvent({
        event_type: queries === 1 ? 'dns.query' : 'dns.aggregate',
        event_ts: at('2026-03-02T10:00:00Z') + index,
        event_id: `${rcode} ${name} ${index}`,
        domain: 'a.test',
        zone: 'test',
        qname: `${name}.a.test`,
        rcode,
        queries,
      }),
    )
  // Ten queries for four names: six answered, two for a name that is not there, one that failed, one that nobody answered.
  const aggregated = [
    ...rows('NOERROR', ['www'], 6),
    ...rows('NXDOMAIN', ['ww'], 2),
    ...rows('SERVFAIL', ['mail'], 1),
    ...rows('TIMEOUT', ['ftp'], 1),
  ]
  const raw = [
    ...rows('NOERROR', ['www', 'www', 'www', 'www', 'www', 'www'], 1),
    ...rows('NXDOMAIN', ['ww', 'ww'], 1),
    ...rows('SERVFAIL', ['mail'], 1),
    ...rows('TIMEOUT', ['ftp'], 1),
  ]

  // Mutation: examples/registrar/metrics/dns-metrics.ts: `where(rcode.isNot('TIMEOUT'), queries)` → `queries`
  it('R65: have the same rates one by one and counted already', async () => {
    for (const dns of [raw, aggregated]) {
      await expectFigures({ dns }, [
        [dnsQps, { '2026-03-02T10:00 test': 10 / 60 }],
        [dnsErrorRate, { '2026-03-02T10:00 test': 2 / 10 }],
        // Of answers only.
        [dnsNxdomainRatio, { '2026-03-02T10:00 test': 2 / 9 }],
        [dnsUniqueSubRatio, { '2026-03-02T10:00 a.test': 4 / 10 }],
      ])
    }
  })
})

describe('reports of abuse', () => {
  const about = { channel: 'web', registrar: '9001', abuse_category: 'phishing' }
  const says = (event_type: AbuseType, report_id: string, time: string, domain: string, complainant = 'ann') =>
    abuseEvent({ event_type, event_ts: at(time), report_id, domain, complainant, ...about })
  const reported = [
    says('abuse.reported', '1', '2026-03-20T01:00:00Z', 'a.test'),
    says('abuse.reported', '2', '2026-03-20T02:00:00Z', 'a.test'),
    says('abuse.reported', '3', '2026-03-20T03:00:00Z', 'a.test', 'bob'),
    says('abuse.reported', '4', '2026-03-20T04:00:00Z', 'b.test'),
  ]

  // Mutation: examples/registrar/metrics/abuse-metrics.ts: `measure: over(tupleOf(domain, complainant), countDistinct()),` → `measure: over(complainant, countDistinct()),`
  it('R10: are four rows, three complaints about two domains', async () => {
    await expectFigures({ abuse: reported }, [
      [abuseReportsRows, { '2026-03-20 phishing 9001 web': 4 }],
      [abuseReportsComplainant, { '2026-03-20 phishing 9001 web': 3 }],
      [abuseReportsDomain, { '2026-03-20 phishing 9001 web': 2 }],
    ])
  })

  it('R65: are answered in time when that is within 24 hours, to the millisecond', async () => {
    const abuse = [
      ...reported,
      says('abuse.responded', '1', '2026-03-20T03:00:00Z', 'a.test'),
      says('abuse.responded', '2', '2026-03-21T02:00:00Z', 'a.test'),
      says('abuse.responded', '3', '2026-03-21T03:00:00.001Z', 'a.test'),
    ]
    await expectFigures({ abuse }, [[abuseFirstResponseInTime, { '2026-03-20 phishing': 2 / 4 }]])
  })

  it('R65: are set against what is held, and what was reported young apart', async () => {
    const held = (name: string) =>
      pollEvent({
        event_type: 'poll.domain_held',
        event_ts: at('2026-03-01T00:00:00Z'),
        domain: `${name}.test`,
        channel: 'web',
        expires_ts: at('2027-01-01T00:00:00Z'),
      })
    const create = (name: string, day: string) =>
      eppEvent({
        event_type: 'domain.create',
        event_ts: at(`2026-${day}T00:00:00Z`),
        domain: `${name}.test`,
        years: 1,
        channel: 'web',
      })
    // Four at the end of March: two that were held, two created; b is 18 days old when it is reported, a has no create.
    await expectFigures(
      { poll: [held('a'), held('c')], epp: [create('b', '03-02'), create('d', '03-03')], abuse: reported },
      [
        [abusePer10k, { '2026-03-01 test 9001 web': (2 / 4) * 10_000 }, 'among others'],
        [abusePer10kNew, { '2026-03-01 test 9001 web': (1 / 4) * 10_000 }, 'among others'],
      ],
    )
  })
})

describe('restores', () => {
  it('R65: are timed from their request, and apart from it from the delete', async () => {
    const domain = (name: string, restored: string) => {
      const given = { domain: `${name}.test` }
      return [
        eppEvent({ event_type: 'domain.delete', event_ts: at('2026-03-10T00:00:00Z'), ...given }),
        eppEvent({ event_type: 'domain.restore_request', event_ts: at('2026-03-12T00:00:00Z'), ...given }),
        eppEvent({ event_type: 'domain.restore_report', event_ts: at(restored), ...given }),
      ]
    }
    const held = ['a', 'b'].map((name) =>
      pollEvent({
        event_type: 'poll.domain_held',
        event_ts: at('2026-03-01T00:00:00Z'),
        domain: `${name}.test`,
        expires_ts: at('2027-01-01T00:00:00Z'),
      }),
    )
    const epp = [...domain('a', '2026-03-12T02:00:00Z'), ...domain('b', '2026-03-12T04:00:00Z')]
    await expectFigures({ epp, poll: held }, [
      [restoreTimeMean, { '2026-03-12 test': 3 * HOUR }],
      [restoreSinceDelete, { '2026-03-12 test': 51 * HOUR }],
    ])
  })
})

describe('the pipeline about itself', () => {
  const MINUTE = 60_000
  const event_ts = at('2026-03-02T10:00:00Z')
  const record = (id: string, lag: number | null, status = 'ok') =>
    pipelineEvent({
      event_type: 'pipeline.record',
      event_id: id,
      event_ts,
      subject: 'epp',
      status,
      ingested_ts: event_ts,
      available_ts: lag === null ? null : event_ts + lag,
    })

  // Mutation: examples/registrar/metrics/pipeline-metrics.ts: `lag.atMost(SLO)` → `lag.lessThan(SLO)`
  it('R90: sees two of four in time, five minutes included', async () => {
    const records = [record('1', MINUTE), record('2', 5 * MINUTE), record('3', 5 * MINUTE + 1), record('4', null)]
    await expectFigures({ pipeline: records }, [[withinSla, { '2026-03-02T10:00 epp': 2 / 4 }]])
  })

  it('R86: has copies and malformed records as shares of all', async () => {
    const records = [
      record('1', 1),
      record('2', 1, 'duplicate'),
      record('3', 1, 'duplicate'),
      record('4', 1, 'quarantined'),
    ]
    await expectFigures({ pipeline: records }, [
      [dedupRate, { '2026-03-02 epp': 2 / 4 }],
      [quarantineRate, { '2026-03-02 epp': 1 / 4 }],
    ])
  })

  it('R84, R85: adds rows up before it divides', async () => {
    const part = (event_type: 'pipeline.field' | 'pipeline.partition', id: string, of: object) =>
      pipelineEvent({ event_type, event_id: id, event_ts, subject: 'epp', part: 'country', ...of })
    const pipeline = [
      part('pipeline.field', 'f1', { rows: 100, null_rows: 25 }),
      part('pipeline.field', 'f2', { rows: 300, null_rows: 15 }),
      part('pipeline.partition', 'p1', { rows: 90, expected_rows: 100 }),
      part('pipeline.partition', 'p2', { rows: 50, expected_rows: 100 }),
    ]
    await expectFigures({ pipeline }, [
      // The mean of both shares would be 0.15.
      [nullRate, { '2026-03-02 epp country': 40 / 400 }],
      [completeness, { '2026-03-02 epp': 140 / 200 }],
    ])
  })

  it('R97: sums gaps per reconciliation and currency', async () => {
    const gap = (id: string, gap_minor: number, currency: string) =>
      pipelineEvent({
        event_type: 'pipeline.reconciled',
        event_id: id,
        event_ts,
        subject: 'billing',
        part: 'invoice',
        gap_minor,
        currency,
      })
    await expectFigures({ pipeline: [gap('1', -500, 'USD'), gap('2', 200, 'USD'), gap('3', 7, 'EUR')] }, [
      [reconGapMinor, { '2026-03-02 invoice EUR': 7, '2026-03-02 invoice USD': -300 }],
    ])
  })
})
