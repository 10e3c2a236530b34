/**
 * Registrations that know about payment and grace, what is deleted, and how many domains are held.
 */
import { days } from '@tidemark/core'
import { count, over, sum, where } from '@tidemark/transforms'
import { defineStrictMetric, level } from '@tidemark/transforms/metrics'
import { agpMonthSchema } from '../domain/agp-limits.ts'
import { lifecycleFactSchema } from '../domain/lifecycle-fact.ts'
import { netRegistrationSchema, paidRegistrationSchema } from '../domain/net-registrations.ts'
import { agpMonths, lifecycle, netCreates, paidCreates } from './derived-sources.ts'
import { DAILY, DAY, FINANCE, MONTH, MONTHLY, SALES } from './governance.ts'

const { fact, tld, registrar, channel, years, dum: change, agp } = lifecycleFactSchema.fields
const { net } = netRegistrationSchema.fields
const { paid } = paidRegistrationSchema.fields
const slices = 'accumulators'
const MONTH_END = days(2)

/** Creates whose payment was captured and not given back in grace. */
export const registrationsPaid = defineStrictMetric({
  ...FINANCE,
  ...DAILY,
  id: 'registrations_paid',
  description: 'Successful creates whose payment was captured and not refunded within the add grace period.',
  source: paidCreates,
  measure: where(paid.is(1), count()),
  grain: DAY,
  dimensions: { tld: paidRegistrationSchema.fields.tld, channel: paidRegistrationSchema.fields.channel },
  finality: days(7),
  unit: 'domains',
  decision: 'reconcile with billing when it differs from registrations_net',
})

/** Creates less those that are deleted in grace, by the day of the create. */
export const registrationsNet = defineStrictMetric({
  ...SALES,
  ...DAILY,
  id: 'registrations_net',
  description: 'Creates less those deleted in their add grace period, dated by the create. Known five days later.',
  source: netCreates,
  measure: over(net, sum()),
  slices,
  grain: DAY,
  dimensions: { tld: netRegistrationSchema.fields.tld, channel: netRegistrationSchema.fields.channel },
  finality: days(5),
  unit: 'domains',
  decision: 'informational',
})

/** Net adds per term, by the month in which the add grace ends: ICANN's convention for new gTLDs. */
export const netAdds = defineStrictMetric({
  ...FINANCE,
  ...MONTHLY,
  id: 'net_adds_k_yr',
  description: "ICANN's net-adds per term of 1 to 10 years, in the month in which the add grace period ends.",
  source: lifecycle,
  where: fact.is('add_matured'),
  measure: count(),
  grain: MONTH,
  dimensions: { term: years, tld, registrar },
  finality: MONTH_END,
  unit: 'domains',
  decision: 'reconcile with the report of the registry',
})

/** Net adds per term, by the month of the create: the convention of legacy TLDs. */
export const netAddsLegacy = defineStrictMetric({
  ...FINANCE,
  ...MONTHLY,
  id: 'net_adds_k_yr_legacy',
  description: 'Net adds per term, in the month of the create: the convention of legacy TLDs.',
  source: netCreates,
  measure: over(net, sum()),
  slices,
  grain: MONTH,
  dimensions: {
    term: netRegistrationSchema.fields.years,
    tld: netRegistrationSchema.fields.tld,
    registrar: netRegistrationSchema.fields.registrar,
  },
  finality: days(5),
  unit: 'domains',
  decision: 'reconcile with the report of the registry',
})

const held = {
  source: lifecycle,
  grain: DAY,
  dimensions: { tld, registrar, channel },
  slices,
  finality: days(2),
} as const

/** Domains under management. */
export const dum = defineStrictMetric({
  ...FINANCE,
  ...DAILY,
  ...held,
  id: 'dum',
  description: 'Domains under sponsorship at the end of the day, in any status but pendingCreate, and not purged.',
  measure: level(over(change, sum()), { carry: days(366) }),
  unit: 'domains',
  decision: 'reconcile with the report of the registry',
})

/** Domains that can still be deleted without cost. */
export const openAgp = defineStrictMetric({
  ...FINANCE,
  ...DAILY,
  ...held,
  id: 'open_agp',
  description: 'Domains in their add grace period at the end of the day.',
  measure: level(over(agp, sum()), { carry: days(6) }),
  unit: 'domains',
  decision: 'informational',
})

const deleted = {
  ...FINANCE,
  ...MONTHLY,
  source: lifecycle,
  measure: count(),
  grain: MONTH,
  dimensions: { tld, registrar },
  finality: MONTH_END,
  unit: 'domains',
  decision: 'reconcile with the report of the registry',
} as const

/** Deletes inside the add grace period. */
export const deletesGrace = defineStrictMetric({
  ...deleted,
  id: 'deletes_grace',
  description: 'Domains deleted inside their add grace period, in the month of the purge.',
  where: fact.is('deleted_grace'),
})

/** Deletes outside of it. */
export const deletesNograce = defineStrictMetric({
  ...deleted,
  id: 'deletes_nograce',
  description: 'Domains deleted outside of their add grace period, in the month of the purge.',
  where: fact.is('deleted_nograce'),
})

/** Deletes in grace beyond what ICANN's policy gives back. */
export const agpExcess = defineStrictMetric({
  ...FINANCE,
  ...MONTHLY,
  id: 'agp_excess',
  description: 'Deletes in grace that are not refunded: beyond a tenth of the net adds of the month, or 50.',
  source: agpMonths,
  measure: over(agpMonthSchema.fields.excess, sum()),
  slices,
  grain: MONTH,
  dimensions: { tld: agpMonthSchema.fields.tld, registrar: agpMonthSchema.fields.registrar },
  finality: MONTH_END,
  unit: 'domains',
  decision: 'look at who tries names by the thousand',
})
