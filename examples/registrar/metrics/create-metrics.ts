/**
 * Creates: what is asked of the registry and what it answers. Three numbers are called registrations; this file has the first, and
 * registration-metrics.ts those that know about payment and grace.
 */
import { days, hours } from '@tidemark/core'
import { count, where } from '@tidemark/transforms'
import { defineStrictMetric, ratioOf } from '@tidemark/transforms/metrics'
import { eppSchema } from '../events/epp-event.ts'
import { DAILY, DAY, FIVE_MINUTES, LIVE, OPS_REGISTRY, SALES } from './governance.ts'
import { eppLog } from './sources.ts'

const { event_type, result_code, tld, channel, country } = eppSchema.fields
const isCreate = event_type.is('domain.create')
const isDone = result_code.lessThan(2000)
const types = ['domain.create']

/** Create commands, whatever became of them: ICANN's attempted-adds. */
export const regAttempts = defineStrictMetric({
  ...OPS_REGISTRY,
  ...LIVE,
  id: 'reg_attempts',
  description: "Create commands, successful or not: ICANN's attempted-adds.",
  source: eppLog,
  types,
  where: isCreate,
  measure: count(),
  grain: DAY,
  dimensions: { tld, channel },
  finality: days(2),
  unit: 'commands',
  decision: 'informational',
})

/** Share of create commands that succeed. */
export const regSuccessRate = defineStrictMetric({
  ...OPS_REGISTRY,
  ...LIVE,
  id: 'reg_success_rate',
  description: 'Share of create commands that succeed.',
  source: eppLog,
  types,
  where: isCreate,
  measure: ratioOf({ numerator: where(isDone, count()), denominator: count() }),
  grain: FIVE_MINUTES,
  dimensions: { tld },
  finality: hours(1),
  unit: 'share',
  decision: 'open an incident below 0.9 for three windows',
})

/** The same without names that were taken: what one could have registered. */
export const regSuccessRateAddressable = defineStrictMetric({
  ...OPS_REGISTRY,
  ...LIVE,
  id: 'reg_success_rate_addressable',
  description: 'Share of create commands that succeed, of those whose name was free.',
  source: eppLog,
  types,
  where: isCreate.and(result_code.isNot(2302)),
  measure: ratioOf({ numerator: where(isDone, count()), denominator: count() }),
  grain: FIVE_MINUTES,
  dimensions: { tld },
  finality: hours(1),
  unit: 'share',
  decision: 'open an incident below 0.95 for three windows',
})

/** Successful creates. */
export const registrationsCreated = defineStrictMetric({
  ...SALES,
  ...DAILY,
  id: 'registrations_created',
  description: 'Creates that the registry has answered with success, paid or not, deleted in grace or not.',
  source: eppLog,
  types,
  where: isCreate.and(isDone),
  measure: count(),
  grain: DAY,
  dimensions: { tld, channel, country },
  finality: days(2),
  unit: 'domains',
  decision: 'informational',
})
