/**
 * DNS: how much is asked, and how it is answered. A row weighs what it stands for, so sums of raw rows and of aggregates are one.
 */
import { minutes } from '@tidemark/core'
import { countDistinct, over, sum, where } from '@tidemark/transforms'
import { defineStrictMetric, derived, perSecond, ratioOf } from '@tidemark/transforms/metrics'
import { dnsSchema } from '../events/dns-event.ts'
import { ABUSE_DESK, FIVE_MINUTES, LIVE, MINUTE, OPS_DNS } from './governance.ts'
import { dns } from './sources.ts'

const { rcode, zone, domain, qname } = dnsSchema.fields
const queries = over(dnsSchema.fields.queries, sum())
const slices = 'accumulators'
const dimensions = { zone }
const finality = minutes(5)

/** Queries per second, by the seconds that the window really has. */
export const dnsQps = defineStrictMetric({
  ...OPS_DNS,
  ...LIVE,
  id: 'dns_qps',
  description: 'Queries per real second of the window.',
  source: dns,
  measure: perSecond(queries),
  grain: MINUTE,
  dimensions,
  slices,
  finality,
  unit: 'queries per second',
  decision: 'investigate growth that no campaign explains',
})

/** Share of queries that were not answered as they should be; names that do not exist are no error. */
export const dnsErrorRate = defineStrictMetric({
  ...OPS_DNS,
  ...LIVE,
  id: 'dns_error_rate',
  description: 'Share of queries answered with SERVFAIL or REFUSED, or not at all.',
  source: dns,
  measure: ratioOf({
    numerator: where(rcode.isIn(['SERVFAIL', 'REFUSED', 'TIMEOUT']), queries),
    denominator: queries,
  }),
  grain: MINUTE,
  dimensions,
  slices,
  finality,
  unit: 'share',
  decision: 'page above 0.01 for five minutes',
})

/** Share of answers that say that there is no such name. */
export const dnsNxdomainRatio = defineStrictMetric({
  ...OPS_DNS,
  ...LIVE,
  id: 'dns_nxdomain_ratio',
  description: 'Share of the answers that say that the name does not exist.',
  source: dns,
  measure: ratioOf({
    numerator: where(rcode.is('NXDOMAIN'), queries),
    denominator: where(rcode.isNot('TIMEOUT'), queries),
  }),
  grain: FIVE_MINUTES,
  dimensions,
  slices,
  finality: minutes(15),
  unit: 'share',
  decision: 'investigate abuse or infrastructure above the baseline',
})

const byDomain = {
  ...ABUSE_DESK,
  ...LIVE,
  source: dns,
  where: domain.isPresent(),
  grain: FIVE_MINUTES,
  dimensions: { domain },
  slices,
  finality: minutes(15),
  decision: 'informational',
} as const

const uniqueNames = defineStrictMetric({
  ...byDomain,
  id: 'dns_unique_names',
  description: 'Different names that were asked for under a domain.',
  measure: over(qname, countDistinct()),
  unit: 'names',
})

const domainQueries = defineStrictMetric({
  ...byDomain,
  id: 'dns_domain_queries',
  description: 'Queries for names under a domain.',
  measure: queries,
  unit: 'queries',
})

/** Different names to queries, per registered domain: near 1 when somebody makes names up. */
export const dnsUniqueSubRatio = defineStrictMetric({
  ...ABUSE_DESK,
  ...LIVE,
  id: 'dns_unique_sub_ratio',
  description: 'Different names to queries, per registered domain: near 1 under a random-subdomain attack.',
  formula: 'dns_unique_names / dns_domain_queries',
  measure: derived({
    from: { names: uniqueNames, asked: domainQueries },
    value: ({ names, asked }) => names / asked,
  }),
  finality: minutes(15),
  unit: 'share',
  decision: 'investigate an attack above 0.8 with more than 100 queries',
})

/** What the ratio is made of. */
export const DNS_PARTS = [uniqueNames, domainQueries] as const
