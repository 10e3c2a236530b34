/**
 * The API: how often it fails, how long it takes, how often a program has to try again.
 */
import { hours, minutes } from '@tidemark/core'
import { count, quantiles } from '@tidemark/transforms'
import { defineStrictMetric, derived, matching, measureOf, ratioOf } from '@tidemark/transforms/metrics'
import { apiTrySchema } from '../domain/api-tries.ts'
import { apiSchema } from '../events/api-event.ts'
import { eppSchema } from '../events/epp-event.ts'
import { apiRequestsWithTries } from './derived-sources.ts'
import { FIVE_MINUTES, LIVE, OPS_REGISTRY, PRODUCT } from './governance.ts'
import { api, eppLog } from './sources.ts'

const { endpoint, http_status, error_code, latency_ms } = apiSchema.fields

const finality = minutes(15)

/** Share of requests that fail through us. */
export const apiErrorShare = defineStrictMetric({
  ...PRODUCT,
  ...LIVE,
  id: 'api_error_share',
  description: 'Share of requests that are answered with a fault of ours (5xx).',
  source: api,
  measure: ratioOf({ numerator: matching(http_status.atLeast(500), count()), denominator: count() }),
  grain: FIVE_MINUTES,
  dimensions: { endpoint },
  finality,
  unit: 'share',
  decision: 'open an incident above 0.01 for three windows',
})

/** Which errors there are. */
export const apiErrors = defineStrictMetric({
  ...PRODUCT,
  ...LIVE,
  id: 'api_errors',
  description: 'Requests that were not answered with success, by code.',
  source: api,
  where: http_status.atLeast(400),
  measure: count(),
  grain: FIVE_MINUTES,
  dimensions: { endpoint, code: error_code },
  finality,
  unit: 'requests',
  decision: 'informational',
})

/** How long requests take. */
export const apiLatency = defineStrictMetric({
  ...PRODUCT,
  ...LIVE,
  id: 'api_latency',
  description: 'Milliseconds from request to answer: median, 95th and 99th percentile, within 1 %.',
  source: api,
  where: latency_ms.isPresent(),
  measure: measureOf(latency_ms.orElse(0), quantiles([0.5, 0.95, 0.99])),
  slices: 'accumulators',
  grain: FIVE_MINUTES,
  dimensions: { endpoint },
  finality,
  unit: 'milliseconds',
  decision: 'open an incident when the 95th percentile is above 1,000 for three windows',
})

/** Share of requests that are another try. */
export const apiRetryRate = defineStrictMetric({
  ...PRODUCT,
  ...LIVE,
  id: 'api_retry_rate',
  description: 'Share of requests that repeat one of the ten minutes before, by request id or by body.',
  source: apiRequestsWithTries,
  measure: ratioOf({ numerator: matching(apiTrySchema.fields.is_retry.is(1), count()), denominator: count() }),
  grain: FIVE_MINUTES,
  dimensions: { endpoint: apiTrySchema.fields.endpoint },
  finality,
  unit: 'share',
  decision: 'review the endpoint above 0.05',
})

const apiLimitHits = defineStrictMetric({
  ...OPS_REGISTRY,
  ...LIVE,
  id: 'api_rate_limit_hits',
  description: 'Requests to the API that are refused for their number (429).',
  source: api,
  measure: ratioOf({ numerator: matching(http_status.is(429), count()), denominator: count() }),
  grain: FIVE_MINUTES,
  finality,
  unit: 'share',
  decision: 'informational',
})

const eppLimitHits = defineStrictMetric({
  ...OPS_REGISTRY,
  ...LIVE,
  id: 'epp_rate_limit_hits',
  description: 'Commands that the registry refuses for their number (2502).',
  source: eppLog,
  measure: ratioOf({ numerator: matching(eppSchema.fields.result_code.is(2502), count()), denominator: count() }),
  grain: FIVE_MINUTES,
  finality,
  unit: 'share',
  decision: 'informational',
})

/** What the hits are of. */
export const LIMIT_PARTS = [apiLimitHits, eppLimitHits] as const

/** The greater of both shares: whoever asks too often, of us or of the registry. */
export const rateLimitHits = defineStrictMetric({
  ...OPS_REGISTRY,
  ...LIVE,
  id: 'rate_limit_hits',
  description: 'Share of requests refused for their number: the greater of that of the API and that of the registry.',
  formula: 'greater of api_rate_limit_hits and epp_rate_limit_hits',
  measure: derived({
    from: { api: apiLimitHits, epp: eppLimitHits },
    value: (hits) => Math.max(hits.api, hits.epp),
    whenMissing: { api: 0, epp: 0 },
  }),
  grain: FIVE_MINUTES,
  finality: hours(1),
  unit: 'share',
  decision: 'raise limits or talk to the account above 0.02',
})
