/**
 * The API: how often it fails, how long it takes, how often a program has to try again.
 */
import { minutes } from '@tidemark/core'
import { count, over, quantiles, where } from '@tidemark/transforms'
import { defineStrictMetric, derived, ratioOf } from '@tidemark/transforms/metrics'
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
  measure: ratioOf({ numerator: where(http_status.atLeast(500), count()), denominator: count() }),
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
  measure: over(latency_ms.orElse(0), quantiles([0.5, 0.95, 0.99])),
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
  measure: ratioOf({ numerator: where(apiTrySchema.fields.is_retry.is(1), count()), denominator: count() }),
  grain: FIVE_MINUTES,
  dimensions: { endpoint: apiTrySchema.fields.endpoint },
  finality,
  unit: 'share',
  decision: 'review the endpoint above 0.05',
})

const counted = {
  ...OPS_REGISTRY,
  ...LIVE,
  measure: count(),
  grain: FIVE_MINUTES,
  finality,
  decision: 'informational',
} as const

const apiRequests = defineStrictMetric({
  ...counted,
  id: 'api_requests',
  description: 'Requests to the API.',
  source: api,
  unit: 'requests',
})

const apiLimitHits = defineStrictMetric({
  ...counted,
  id: 'api_rate_limit_hits',
  description: 'Requests to the API that are refused for their number (429).',
  source: api,
  where: http_status.is(429),
  unit: 'requests',
})

const eppCommands = defineStrictMetric({
  ...counted,
  id: 'epp_commands',
  description: 'Commands to the registry.',
  source: eppLog,
  unit: 'commands',
})

const eppLimitHits = defineStrictMetric({
  ...counted,
  id: 'epp_rate_limit_hits',
  description: 'Commands that the registry refuses for their number (2502).',
  source: eppLog,
  where: eppSchema.fields.result_code.is(2502),
  unit: 'commands',
})

/** What the hits are of. */
export const LIMIT_PARTS = [apiRequests, apiLimitHits, eppCommands, eppLimitHits] as const

/** Share of what is asked that is refused for its number, by us or by the registry. */
export const rateLimitHits = defineStrictMetric({
  ...OPS_REGISTRY,
  ...LIVE,
  id: 'rate_limit_hits',
  description: 'Requests to the API and commands to the registry that are refused for their number, of all of them.',
  formula: '(api_rate_limit_hits + epp_rate_limit_hits) / (api_requests + epp_commands)',
  measure: derived({
    from: { api: apiRequests, refused: apiLimitHits, epp: eppCommands, limited: eppLimitHits },
    value: (asked) => (asked.refused + asked.limited) / (asked.api + asked.epp),
    whenMissing: { api: 0, refused: 0, epp: 0, limited: 0 },
  }),
  finality,
  unit: 'share',
  decision: 'raise limits or talk to the account above 0.02',
})
