/**
 * A metric of every kind, over the orders of a shop.
 */
import { days, fixedWindows, hours, minutes, sessions } from '@tidemark/core'
import { calendarDays, calendarMonths } from '@tidemark/core/calendar'
import { schema } from '@tidemark/core/fields'
import { count, countDistinct, countDistinctOf, maxOf, mean, over, sum, sumBigInt, where } from '@tidemark/transforms'
import {
  conversionOf,
  cumulative,
  defineMetric,
  derived,
  level,
  metricSource,
  perSecond,
  ratioOf,
  type AnyMetric,
} from '@tidemark/transforms/metrics'

export const orderSchema = schema('Order', {
  at: 'timestamp',
  user: 'text',
  region: 'text',
  channel: 'text',
  kind: 'text',
  cents: 'integer',
})
const { fields } = orderSchema
export type Order = ReturnType<typeof orderSchema.parse>

export const orders = metricSource('Orders', {
  schema: orderSchema,
  types: ['trial', 'paid'],
  timestamp: (order) => order.at,
})

export const day = calendarDays({ zone: 'UTC' })
export const month = calendarMonths({ zone: 'UTC' })
export const isPaid = fields.kind.is('paid')
const dimensions = { region: fields.region, channel: fields.channel }

export const placed = defineMetric({
  id: 'placed',
  source: orders,
  measure: count(),
  grain: day,
  dimensions,
  finality: hours(6),
  naive: (rows) => rows.length,
})

export const revenue = defineMetric({
  id: 'revenue',
  source: orders,
  where: isPaid,
  measure: over(fields.cents, sum()),
  grain: day,
  dimensions,
  slices: 'accumulators',
  finality: hours(6),
  naive: (rows) => rows.reduce((total, { cents }) => total + cents, 0),
})

export const users = defineMetric({
  id: 'users',
  source: orders,
  measure: over(fields.user, countDistinct()),
  grain: day,
  dimensions,
  slices: 'accumulators',
  naive: (rows) => new Set(rows.map(({ user }) => user)).size,
})

export const largest = defineMetric({
  id: 'largest',
  source: orders,
  measure: maxOf((order: Order) => order.cents),
  grain: sessions(hours(2)),
  dimensions,
  slices: 'apart',
  naive: (rows) => Math.max(...rows.map(({ cents }) => cents)),
})

export const paidShare = defineMetric({
  id: 'paid_share',
  source: orders,
  measure: ratioOf({ numerator: where(isPaid, count()), denominator: count() }),
  grain: day,
  dimensions,
  finality: hours(6),
  naive: (rows) => rows.filter(({ kind }) => kind === 'paid').length / rows.length,
})

export const perUser = defineMetric({
  id: 'per_user',
  source: orders,
  measure: ratioOf({ numerator: count(), denominator: countDistinctOf((order: Order) => order.user) }),
  grain: day,
  dimensions,
  slices: 'accumulators',
})

export const orderRate = defineMetric({
  id: 'order_rate',
  source: orders,
  measure: perSecond(count()),
  grain: fixedWindows(minutes(30)),
  dimensions,
})

export const lastThreeDays = defineMetric({
  id: 'last_three_days',
  source: orders,
  measure: cumulative(count(), { trailing: 3 }),
  grain: day,
  dimensions,
  finality: hours(6),
})

export const shareToDate = defineMetric({
  id: 'share_to_date',
  source: orders,
  measure: cumulative(ratioOf({ numerator: where(isPaid, count()), denominator: count() }), { toDate: month }),
  grain: day,
  dimensions,
})

/** The stock of trials and purchases: every order adds one. */
export const stock = defineMetric({
  id: 'stock',
  source: orders,
  measure: level(
    over((order: Order) => BigInt(order.cents), sumBigInt()),
    { carry: days(2) },
  ),
  grain: day,
  dimensions,
  finality: hours(6),
})

export const growth = defineMetric({
  id: 'growth',
  source: orders,
  measure: level(over(fields.cents, sum()), { carry: days(20), report: 'growth' }),
  grain: month,
  dimensions,
  slices: 'accumulators',
})

export const trialToPaid = defineMetric({
  id: 'trial_to_paid',
  source: orders,
  measure: conversionOf({ entity: fields.user, from: fields.kind.is('trial'), to: isPaid, within: days(2) }),
  grain: day,
  dimensions,
  finality: hours(6),
})

/** Inputs in the same windows: computed in one pass. */
export const revenuePerOrder = defineMetric({
  id: 'revenue_per_order',
  measure: derived({ from: { revenue, placed }, value: ({ revenue: cents, placed: n }) => cents / n }),
  formula: 'revenue / placed',
})

/** A level, and a grain of its own: final values are joined. */
export const monthlyTurnover = defineMetric({
  id: 'monthly_turnover',
  measure: derived({
    from: { placed, stock },
    value: ({ placed: n, stock: units }) => n / Number(units),
    each: { placed: 'sum', stock: 'mean' },
  }),
  grain: month,
  finality: hours(6),
})

/** Means of slices cannot be put together, and the definition says so. */
export const meanOrder = defineMetric({
  id: 'mean_order',
  source: orders,
  measure: over(fields.cents, mean()),
  grain: day,
  dimensions,
  slices: 'apart',
})

export const everyKind: readonly AnyMetric[] = [
  placed,
  revenue,
  users,
  largest,
  paidShare,
  perUser,
  orderRate,
  lastThreeDays,
  shareToDate,
  stock,
  growth,
  trialToPaid,
  revenuePerOrder,
  monthlyTurnover,
  meanOrder,
]

/** Orders around the end of a month, from a seed. */
export function randomOrders(count_: number, seed: number): readonly Order[] {
  let state = seed
  const random = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 4_294_967_296) * below)
  }
  return Array.from({ length: count_ }, () => ({
    at: Date.UTC(2026, 0, 29) + random(6 * 86_400) * 1000,
    user: `u${random(5)}`,
    region: ['eu', 'us'][random(2)]!,
    channel: ['web', 'shop'][random(2)]!,
    kind: ['trial', 'paid'][random(2)]!,
    cents: 1 + random(500),
  }))
}
