/**
 * The anomaly job over a DNS log, written once: each minute of each domain against the minutes before it.
 *
 * A log of twenty minutes has no week behind it, so figures are judged by a mean that forgets. What is judged is closed: copies are
 * removed and stragglers waited for first, so a verdict is never taken back.
 */
import { composite, filter, flatten, globalWindow, hours, map, milliseconds } from '@tidemark/core'
import { statefulParDo, windowInto, withKeys, type KV, type PCollection, type PTransform } from '@tidemark/core'
import { deduplicate, judgeByEwma, type Verdict } from '@tidemark/transforms'
import { LATENESS } from '../side-by-side/dns/dns-kpis.ts'
import type { DnsRow } from '../side-by-side/dns/dns-row.ts'
import { domainMinutes, nxdomainRatio, randomSubdomains, type DomainMinute } from './domain-figures.ts'

/** What is judged. */
export type Measure = 'NXDOMAIN ratio' | 'random subdomains'

/** A verdict on a minute of a domain. */
export interface DomainVerdict extends Verdict {
  readonly domain: string
  readonly measure: Measure
}

/** The least that one unit of deviation is: five percentage points, and two bits of new names per query. */
const FLOORS: Readonly<Record<Measure, number>> = { 'NXDOMAIN ratio': 0.05, 'random subdomains': 2 }

// Whoever waits for copies has waited for stragglers: nothing comes late after that, and nobody need wait again.
const OF_ONE_LOG = {
  alpha: 0.3,
  minimum: 3,
  threshold: 3,
  side: 'above',
  forgetAfter: hours(1),
  lateness: milliseconds(0),
} as const

/** Mirrored ports bring a packet again within microseconds; a resolver asks again after seconds. */
const withoutCopies = composite('WithoutCopies', (rows: PCollection<DnsRow>) =>
  rows.pipe(
    windowInto(globalWindow(), { allowedLateness: LATENESS, accumulationMode: 'retracting' }),
    deduplicate('Dedupe', {
      key: ({ uid, transId, name, type }) => [uid, transId, name, type],
      at: (row) => row.at,
      within: milliseconds(1),
    }),
  ),
)

type Figures = PTransform<PCollection<KV<string, DomainMinute>>, PCollection<KV<string, number>>>

function judged(name: string, figures: Figures, measure: Measure) {
  return composite(name, (domains: PCollection<KV<string, DomainMinute>>) =>
    domains.pipe(
      figures,
      judgeByEwma('Judge', { ...OF_ONE_LOG, floor: FLOORS[measure] }),
      map(([domain, verdict]): DomainVerdict => ({ domain, measure, ...verdict })),
    ),
  )
}

/** Alerts in the order of time: one key, whose elements a stateful step runs one after the other. */
const inOrder = composite('InOrder', (alerts: PCollection<DomainVerdict>) =>
  alerts.pipe(
    withKeys(() => 'all'),
    statefulParDo('Alerts', {
      state: {},
      orderBy: ({ domain, measure }) => [domain, measure],
      lateness: OF_ONE_LOG.lateness,
      process: ({ value }) => [value],
    }),
  ),
)

/** All verdicts, and the anomalies among them. */
export const dnsAnomalies = composite('DnsAnomalies', (rows: PCollection<DnsRow>) => {
  const domains = rows.pipe(withoutCopies, domainMinutes)
  const verdicts = flatten([
    domains.pipe(judged('Ratios', nxdomainRatio, 'NXDOMAIN ratio')),
    domains.pipe(judged('Names', randomSubdomains, 'random subdomains')),
  ])
  return {
    verdicts,
    alerts: verdicts.pipe(
      filter(({ isAnomaly }) => isAnomaly),
      inOrder,
    ),
  }
})
