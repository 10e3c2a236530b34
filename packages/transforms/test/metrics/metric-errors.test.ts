/**
 * What is refused before any row is read, and what the message says to do.
 */
import { days, fixedWindows, hours, minutes, PipelineError, sessions, slidingWindows } from '@tidemark/core'
import { calendarDays, calendarMonths } from '@tidemark/core/calendar'
import { schema } from '@tidemark/core/fields'
import {
  count,
  countDistinctOf,
  max,
  mean,
  type Money,
  over,
  sumMoneyIn,
  sumMoneyInOf,
  sumMoneyOf,
  sumOf,
} from '@tidemark/transforms'
import {
  conversionOf,
  cumulative,
  defineMetric,
  defineStrictMetric,
  derived,
  dictionary,
  evaluateMetric,
  level,
  lineageOf,
  metricSource,
  ratioOf,
  rollUp,
  strictDictionary,
} from '@tidemark/transforms/metrics'
import { describe, expect, it } from 'vitest'

interface Row {
  readonly at: number
  readonly user: string
  readonly cents: number
}

const rows = metricSource<Row>('Rows', { types: ['a', 'b'], timestamp: ({ at }) => at })
const day = calendarDays({ zone: 'UTC' })
const base = { id: 'x', source: rows, measure: count(), grain: day }
const user = { user: (row: Row) => row.user }

/** The code and the message of the error that a function throws. */
function refusal(fn: () => unknown): { readonly code: string; readonly message: string } {
  try {
    fn()
  } catch (error) {
    if (error instanceof PipelineError) return { code: error.code, message: error.message }
    throw error
  }
  throw new Error('nothing was refused')
}

describe('slices that cannot add up', () => {
  const measures = {
    mean: over((row: Row) => row.cents, mean()),
    distinct: countDistinctOf((row: Row) => row.user),
    sum: sumOf((row: Row) => row.cents),
  }

  // Mutation: packages/transforms/src/metrics/one-pass.ts: `if (slices === 'apart' || !hasSlices) return 'apart'` → `if (true) return 'apart'`
  it('are refused, unless their author says what shall be', () => {
    for (const measure of Object.values(measures)) {
      const { code, message } = refusal(() => defineMetric({ ...base, measure, dimensions: user }))
      expect(code).toBe('METRIC_NOT_ADDITIVE')
      expect(message).toContain("slices: 'accumulators'")
      expect(message).toContain("slices: 'apart'")
      expect(defineMetric({ ...base, measure }).entry.slices).toBe('none')
      const kept = defineMetric({ ...base, measure, dimensions: user, slices: 'accumulators' })
      expect(kept.entry.slices).toBe('from accumulators')
    }
  })

  it('are refused for sessions, as each slice has its own', () => {
    expect(refusal(() => defineMetric({ ...base, grain: sessions(hours(1)), dimensions: user })).code).toBe(
      'METRIC_NOT_ADDITIVE',
    )
  })

  it('are not put together when they stand apart', () => {
    const apart = defineMetric({ ...base, measure: measures.mean, dimensions: user, slices: 'apart' })
    const values = evaluateMetric(apart, [{ at: 1, user: 'a', cents: 5 }])
    expect(refusal(() => rollUp(apart, values)).code).toBe('METRIC_NOT_ADDITIVE')
    expect(rollUp(apart, values, { by: ['user'] })).toHaveLength(1)
  })

  it('of different definitions are not put together', () => {
    const one = defineMetric({ ...base, dimensions: user })
    const other = defineMetric({ ...base, dimensions: user, version: 2 })
    const values = evaluateMetric(other, [{ at: 1, user: 'a', cents: 5 }])
    expect(refusal(() => rollUp(one, values)).code).toBe('MIXED_DEFINITIONS')
  })
})

describe('a definition', () => {
  // Mutation: packages/transforms/src/metrics/grain.ts: `fineness < precision` → `fineness < 0`
  it('is refused when its grain is finer than its source tells time', () => {
    const daily = metricSource<Row>('Daily file', { precision: days(1) })
    const fine = [fixedWindows(hours(1)), slidingWindows(days(2), hours(1)), sessions(minutes(5))]
    for (const grain of fine) {
      const { code, message } = refusal(() => defineMetric({ ...base, source: daily, grain }))
      expect(code).toBe('GRAIN_TOO_FINE')
      expect(message).toContain('"Daily file"')
    }
    for (const grain of [day, calendarMonths({ zone: 'UTC' }), fixedWindows(days(1))]) {
      expect(defineMetric({ ...base, source: daily, grain }).id).toBe('x')
    }
    const monthly = metricSource<Row>('Monthly file', { precision: days(28) })
    expect(refusal(() => defineMetric({ ...base, source: monthly })).code).toBe('GRAIN_TOO_FINE')
    expect(defineMetric({ ...base, source: monthly, grain: calendarMonths({ zone: 'UTC' }) }).id).toBe('x')
  })

  it('is refused without what every metric needs, for callers without types', () => {
    const untyped = (definition: object): string => refusal(() => defineMetric(definition as never)).code
    expect(untyped({ ...base, id: 'Not an id' })).toBe('BAD_METRIC_ID')
    expect(untyped({ ...base, measure: undefined })).toBe('MEASURE_MISSING')
    expect(untyped({ ...base, source: undefined })).toBe('SOURCE_MISSING')
    expect(untyped({ ...base, grain: undefined })).toBe('BAD_WINDOW_FN')
    expect(untyped({ ...base, grian: day })).toBe('BAD_OPTION')
    expect(untyped({ ...base, slices: 'average' })).toBe('BAD_OPTION')
    expect(untyped({ ...base, types: ['c'] })).toBe('UNKNOWN_EVENT_TYPE')
  })

  it('is refused for a field that its schema lacks', () => {
    const order = schema('Order', { at: 'timestamp', cents: 'integer' })
    const fields = order.fields as unknown as Readonly<Record<string, typeof order.fields.cents>>
    expect(refusal(() => defineMetric({ ...base, where: fields['amount']?.moreThan(1) as never })).code).toBe(
      'UNKNOWN_FIELD',
    )
  })

  it('is refused for a cohort without a limit in time', () => {
    const open = { entity: (row: Row) => row.user, from: () => true, to: () => true }
    const { code, message } = refusal(() => conversionOf(open as never))
    expect(code).toBe('COHORT_WITHOUT_LIMIT')
    expect(message).toContain('within')
  })

  it('is refused where there is no unit before or after one', () => {
    const sliding = slidingWindows(hours(2), hours(1))
    expect(
      refusal(() => defineMetric({ ...base, grain: sliding, measure: cumulative(count(), { trailing: 2 }) })).code,
    ).toBe('GRAIN_WITH_GAPS')
    expect(
      refusal(() => defineMetric({ ...base, grain: sliding, measure: level(count(), { carry: days(1) }) })).code,
    ).toBe('GRAIN_WITH_GAPS')
    expect(refusal(() => cumulative(count(), { trailing: 0 })).code).toBe('BAD_TRAILING')
  })
})

describe('money', () => {
  const price = (amount: number, currency = 'USD') => ({ price: { amount, currency } as Money })
  type Priced = ReturnType<typeof price>
  const payments = metricSource<Priced>('Payments', { timestamp: () => 0 })
  const total = defineMetric({
    id: 'total',
    source: payments,
    measure: sumMoneyOf((row: Priced) => row.price),
    grain: day,
  })
  const dollars = defineMetric({
    id: 'dollars',
    source: payments,
    measure: sumMoneyInOf('USD', (row: Priced) => row.price as Money<'USD'>),
    grain: day,
  })

  it('is summed per currency, and never as a float', () => {
    expect(evaluateMetric(total, [price(5), price(7, 'EUR'), price(1)])[0]!.value).toEqual([
      { currency: 'EUR', amount: 7n },
      { currency: 'USD', amount: 6n },
    ])
    expect(refusal(() => evaluateMetric(total, [price(0.5)])).code).toBe('MONEY_NOT_WHOLE')
  })

  it('of two currencies is neither summed into one nor divided', () => {
    expect(refusal(() => evaluateMetric(dollars, [price(5, 'EUR')])).code).toMatch(/CURRENC/)
    expect(refusal(() => ratioOf({ numerator: sumMoneyIn('USD'), denominator: sumMoneyIn('EUR') } as never)).code).toBe(
      'MIXED_CURRENCIES',
    )
  })

  it('is divided by a count, in smallest units', () => {
    const perPayment = defineMetric({
      id: 'per_payment',
      source: payments,
      measure: ratioOf({
        numerator: sumMoneyInOf('USD', (row: Priced) => row.price as Money<'USD'>),
        denominator: count(),
      }),
      grain: day,
    })
    expect(evaluateMetric(perPayment, [price(5), price(6)])[0]!.value).toBe(5.5)
  })

  it('as what a mean or an extreme gives is not divided', () => {
    expect(refusal(() => ratioOf({ numerator: max(), denominator: count() } as never)).code).toBe('BAD_RATIO')
  })
})

describe('a formula', () => {
  const other = metricSource<Row>('Others', { timestamp: ({ at }) => at })
  const one = defineMetric({ ...base, id: 'one', dimensions: user })
  const two = defineMetric({ ...base, id: 'two', source: other })

  it('is refused over nothing, over what is no metric, and sliced by what not all inputs have', () => {
    const over = (from: object, more: object = {}): string =>
      refusal(() =>
        defineMetric({ id: 'x', measure: derived({ from: from as { one: typeof one }, value: () => 1 }), ...more }),
      ).code
    expect(over({})).toBe('NO_INPUT')
    expect(over({ one: count() })).toBe('NO_INPUT')
    expect(over({ one, two }, { dimensions: ['user'] })).toBe('UNKNOWN_DIMENSION')
  })

  it('over inputs of different windows needs a grain of its own', () => {
    const hourly = defineMetric({ ...base, id: 'hourly', grain: fixedWindows(hours(1)) })
    const { code, message } = refusal(() =>
      defineMetric({ id: 'x', measure: derived({ from: { one, hourly }, value: () => 1 }) }),
    )
    expect(code).toBe('BAD_WINDOW_FN')
    expect(message).toContain('different windows')
  })

  it('over several sources is not applied to one collection', () => {
    const both = defineMetric({ id: 'both', measure: derived({ from: { one, two }, value: () => 1 }) })
    expect(refusal(() => both.expand(undefined as never)).code).toBe('SEVERAL_SOURCES')
  })
})

describe('a dictionary', () => {
  const governed = {
    owner: 'sales',
    audience: 'ops',
    unit: 'rows',
    decision: 'informational',
    runbook: 'runbooks/rows.md',
    finality: hours(2),
    freshness: minutes(10),
  }

  // Mutation: packages/transforms/src/metrics/entry-of.ts: `required.filter((name) => !entry[name])` → `required.filter(() => false)`
  it('that is strict refuses metrics without an owner, a decision or a readable formula', () => {
    const strict = (more: object): string =>
      refusal(() => defineStrictMetric({ ...base, ...governed, ...more } as never)).code
    expect(strict({ owner: undefined })).toBe('GOVERNANCE_MISSING')
    expect(strict({ decision: '' })).toBe('GOVERNANCE_MISSING')
    expect(strict({ audience: [] })).toBe('GOVERNANCE_MISSING')
    const hidden = { measure: over((row: Row) => row.cents, max()) }
    expect(strict(hidden)).toBe('FORMULA_MISSING')
    expect(defineStrictMetric({ ...base, ...governed, ...hidden, formula: 'largest amount' } as never)).toMatchObject({
      isStrict: true,
    })
    expect(refusal(() => strictDictionary([defineMetric(base)] as never)).code).toBe('METRIC_NOT_STRICT')
  })

  it('has each id once, and knows no other', () => {
    expect(refusal(() => dictionary([defineMetric(base), defineMetric(base)])).code).toBe('DUPLICATE_METRIC')
    expect(refusal(() => dictionary([defineMetric(base)]).get('y')).code).toBe('UNKNOWN_METRIC')
  })

  it('does not mark anything for what nothing rests on', () => {
    expect(refusal(() => lineageOf(defineMetric(base), { type: 'c' })).code).toBe('UNKNOWN_ORIGIN')
    expect(refusal(() => metricSource('Made', { via: 'Composite' })).code).toBe('SOURCE_WITHOUT_ORIGIN')
    expect(refusal(() => metricSource('Made', { from: rows, via: 'Composite', reads: ['c'] })).code).toBe(
      'UNKNOWN_EVENT_TYPE',
    )
  })
})

it('a row without a time belongs to no window', () => {
  const timeless = metricSource<Row>('Timeless')
  const metric = defineMetric({ ...base, source: timeless })
  const row = { at: 1, user: 'a', cents: 1 }
  expect(refusal(() => evaluateMetric(metric, [row])).code).toBe('NO_TIMESTAMP')
  expect(refusal(() => evaluateMetric(metric, [row], { timestamp: () => 0.5 })).code).toBe('NO_TIMESTAMP')
  expect(evaluateMetric(metric, [row], { timestamp: ({ at }) => at })).toHaveLength(1)
})
