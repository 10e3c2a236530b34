/**
 * What does not compile: a metric that means nothing, or that nobody answers for.
 */
import { days, hours, minutes, type PCollection } from '@tidemark/core'
import { calendarDays, calendarMonths } from '@tidemark/core/calendar'
import { schema } from '@tidemark/core/fields'
import { count, type Money, over, sumBigInt, sumMoneyInOf, sumMoneyOf, sumOf, where } from '@tidemark/transforms'
import {
  conversionOf,
  cumulative,
  defineMetric,
  defineStrictMetric,
  derived,
  evaluateMetric,
  level,
  metricSource,
  ratioOf,
  rollUp,
  strictDictionary,
  type MetricValue,
} from '@tidemark/transforms/metrics'
import { expectTypeOf } from 'vitest'

const order = schema('Order', { at: 'timestamp', user: 'text', region: 'text', channel: 'text?', cents: 'integer' })
const orders = metricSource('Orders', { schema: order, types: ['placed', 'paid'], timestamp: (row) => row.at })
interface Login {
  readonly at: number
  readonly user: string
  readonly region: string
}
const logins = metricSource<Login>('Logins')
const grain = calendarDays({ zone: 'UTC' })
const base = { source: orders, measure: count(), grain }

// The first metric.
const placed = defineMetric({ id: 'placed', source: orders, measure: count(), grain })
expectTypeOf(evaluateMetric(placed, [])).toEqualTypeOf<readonly MetricValue<number, {}>[]>()

// Slices have the types of the dimensions.
const sliced = defineMetric({
  ...base,
  id: 'sliced',
  dimensions: { region: order.fields.region, channel: order.fields.channel, isLarge: (row) => row.cents > 5 },
})
expectTypeOf(evaluateMetric(sliced, [])[0]!.slice).toEqualTypeOf<{
  readonly region: string
  readonly channel: string | null
  readonly isLarge: boolean
}>()
rollUp(sliced, evaluateMetric(sliced, []), { by: ['region'] })
// @ts-expect-error -- there is no such dimension
rollUp(sliced, evaluateMetric(sliced, []), { by: ['country'] })

// Quotients are null where there is nothing to divide by.
const share = defineMetric({
  ...base,
  id: 'share',
  measure: ratioOf({ numerator: where(order.fields.region.is('eu'), count()), denominator: count() }),
})
expectTypeOf(evaluateMetric(share, [])[0]!.value).toEqualTypeOf<number | null>()

// A metric is a transform of its rows.
expectTypeOf(placed.expand).parameter(0).toEqualTypeOf<PCollection<ReturnType<typeof order.parse>>>()

// @ts-expect-error -- a field that the schema lacks
defineMetric({ ...base, id: 'a', where: order.fields.amount.moreThan(1) })
// @ts-expect-error -- a field that the row lacks
defineMetric({ ...base, id: 'b', where: (row) => row.amount > 1 })
// @ts-expect-error -- a dimension of a field that the row lacks
defineMetric({ ...base, id: 'c', dimensions: { country: (row) => row.country } })
// @ts-expect-error -- a measure of other rows
defineMetric({ ...base, id: 'd', measure: sumOf((row: { dollars: number }) => row.dollars) })
// @ts-expect-error -- a metric without a grain
defineMetric({ id: 'e', source: orders, measure: count() })
// @ts-expect-error -- a metric without a source
defineMetric({ id: 'f', measure: count(), grain })

// @ts-expect-error -- a cohort without a limit in time
conversionOf({ entity: order.fields.user, from: order.fields.region.is('eu'), to: order.fields.region.is('us') })
// @ts-expect-error -- a level that does not say for how long it is carried
level(count(), {})
// @ts-expect-error -- a reach that is neither
cumulative(count(), {})

// Money: neither floats, nor two currencies in one sum or quotient.
type Payment = { readonly price: Money<'USD'>; readonly fee: Money<'EUR'> }
// @ts-expect-error -- money is no number
sumOf((row: Payment) => row.price)
// @ts-expect-error -- dollars are no euros
sumMoneyInOf('EUR', (row: Payment) => row.price)
ratioOf({ numerator: sumMoneyInOf('USD', (row: Payment) => row.price), denominator: count() })
const dollars = sumMoneyInOf('USD', (row: Payment) => row.price)
const euros = sumMoneyInOf('EUR', (row: Payment) => row.fee)
// @ts-expect-error -- dollars by euros
ratioOf({ numerator: dollars, denominator: euros })
// @ts-expect-error -- totals of several currencies cannot be divided
ratioOf({ numerator: sumMoneyOf((row: Payment) => row.price), denominator: count() })

// Formulas see the values of their inputs, without null.
const stock = defineMetric({
  ...base,
  id: 'stock',
  measure: level(
    over((row: { cents: number }) => BigInt(row.cents), sumBigInt()),
    { carry: days(31) },
  ),
})
const perStock = defineMetric({
  id: 'per_stock',
  measure: derived({
    from: { share, stock },
    value({ share: one, stock: other }) {
      expectTypeOf(one).toEqualTypeOf<number>()
      expectTypeOf(other).toEqualTypeOf<bigint>()
      return one / Number(other)
    },
    each: { stock: 'mean' },
  }),
  grain: calendarMonths({ zone: 'UTC' }),
})
expectTypeOf(evaluateMetric(perStock, [])[0]!.value).toEqualTypeOf<number | null>()
// @ts-expect-error -- an input that the formula does not have
derived({ from: { placed }, value: ({ placed: one }) => one, each: { stock: 'mean' } })

// Over several sources each input has rows of its own.
const loginCount = defineMetric({ id: 'logins', source: logins, measure: count(), grain })
const perLogin = defineMetric({
  id: 'per_login',
  measure: derived({ from: { placed, loginCount }, value: ({ placed: one, loginCount: other }) => one / other }),
})
export function joined(orderRows: PCollection<ReturnType<typeof order.parse>>, loginRows: PCollection<Login>): void {
  expectTypeOf(perLogin.join({ placed: orderRows, loginCount: loginRows })).toEqualTypeOf<
    PCollection<MetricValue<number | null>>
  >()
  // @ts-expect-error -- rows of the other source
  perLogin.join({ placed: loginRows, loginCount: loginRows })
}
evaluateMetric(perLogin, { placed: [], loginCount: [] })

// A strict dictionary.
const governed = {
  owner: 'sales',
  audience: 'ops',
  unit: 'orders',
  decision: 'informational',
  runbook: 'https://example.org/runbooks/orders',
  finality: hours(2),
  freshness: minutes(10),
} as const
const strict = defineStrictMetric({ ...base, ...governed, id: 'strict' })
strictDictionary([strict])
// @ts-expect-error -- defined without what a strict dictionary asks for
strictDictionary([placed])
const { owner: _owner, ...withoutOwner } = governed
// @ts-expect-error -- nobody answers for it
defineStrictMetric({ ...base, ...withoutOwner, id: 'g' })
const { finality: _finality, ...withoutFinality } = governed
// @ts-expect-error -- nobody knows when it is final
defineStrictMetric({ ...base, ...withoutFinality, id: 'h' })
defineStrictMetric({
  ...governed,
  id: 'i',
  measure: derived({ from: { placed, share }, value: ({ placed: one, share: other }) => one * other }),
  formula: 'placed × share',
})

// Rows of a conversion are known from one function that says what they are.
const isTrial = (step: { user: string; name: string }): boolean => step.name === 'trial'
conversionOf({ entity: (step) => step.user, from: isTrial, to: (step) => step.name === 'paid', within: days(30) })
