/**
 * Calculations: what a metric can compute beside a single measure.
 *
 * Each is frozen data, made by a function that reads like what it is. They carry their row and value types, so that a metric over rows that lack
 * a field, or a formula over values that are no numbers, does not compile.
 */
import {
  checkChoice,
  checkOptions,
  PipelineError,
  requireFunction,
  toMillis,
  type OptionNames,
  type WindowFn,
  type Duration,
} from '@tidemark/core'
import type { Measure } from './measure.ts'
import { decomposeDouble, roundQuotient, type Dyadic } from '../combiners/dyadic.ts'
import { ratio, type Divides, type Quantity } from '../combiners/ratio.ts'

/** A calculation that is no single measure. Its rows and values are known to the compiler only. */
export interface SpecialCalculation<in Row, out Value> {
  readonly kind: 'ratio' | 'rate' | 'cumulative' | 'level' | 'conversion'
  readonly '~row'?: (row: Row) => void
  readonly '~value'?: Value
}

/** One quantity of the rows divided by another. */
export interface RatioCalculation<in Row> extends SpecialCalculation<Row, number | null> {
  readonly kind: 'ratio'
  readonly numerator: Measure<Row, Quantity>
  readonly denominator: Measure<Row, Quantity>
  /** What the quotient is multiplied with. */
  readonly times: number
}

/** A quantity of the rows divided by the length of the window. */
export interface RateCalculation<in Row> extends SpecialCalculation<Row, number | null> {
  readonly kind: 'rate'
  readonly measure: Measure<Row, Quantity>
  /** Milliseconds. */
  readonly per: number
}

/** A calculation over more than the unit of the grain that it is reported for. */
export interface CumulativeCalculation<in Row, out Value> extends SpecialCalculation<Row, Value> {
  readonly kind: 'cumulative'
  readonly of: object
  /** So many units of the grain back, or from the start of a longer period. */
  readonly reach: { readonly trailing: number } | { readonly toDate: WindowFn }
}

/** A total that goes on from unit to unit: what there is at the end of each. */
export interface LevelCalculation<in Row, out Value> extends SpecialCalculation<Row, Value> {
  readonly kind: 'level'
  readonly of: object
  /** For how long after the last change the total is still reported, in milliseconds. */
  readonly carry: number
  readonly report: LevelReport
}

/** What a level reports of a unit; one of: `closing` (at its end), `opening` (at its start), `change` (the difference), `growth` (the change as a share of the opening). */
export type LevelReport = 'closing' | 'opening' | 'change' | 'growth'

/**
 * Divides one measure by another: `ratioOf({ numerator: where(isPaid, count()), denominator: count() })`. Both are kept with every value, and
 * slices are put together from them; a ratio is never averaged. It is `null` where the denominator is zero.
 *
 * ```ts
 * ratioOf({ numerator: where((row: { ok: boolean }) => row.ok, count()), denominator: count() }).kind // => 'ratio'
 * ```
 */
export function ratioOf<Row, N extends Quantity, D extends Quantity>(
  measures: {
    readonly numerator: Measure<Row, N>
    readonly denominator: Measure<Row, D>
    /** What the quotient is multiplied with (1): 10_000 for so many per 10,000. */
    readonly times?: number
  } & Divides<NoInfer<N>, NoInfer<D>>,
): RatioCalculation<Row> {
  checkOptions('ratioOf', measures, { numerator: true, denominator: true, times: true })
  const { numerator, denominator, times = 1 } = measures as RatioMeasures<Row>
  // The combiner of this name refuses what cannot be divided, such as money of two currencies, or a mean.
  ratio<Row, Quantity, Quantity>({ numerator, denominator })
  return Object.freeze({ kind: 'ratio', numerator, denominator, times })
}

interface RatioMeasures<Row> {
  readonly numerator: Measure<Row, Quantity>
  readonly denominator: Measure<Row, Quantity>
  readonly times?: number
}

/**
 * Divides a measure by the seconds that the window has lasted by the clock of the world: 82,800 on the day that is 23 hours long.
 *
 * ```ts
 * perSecond(count()).per // => 1000
 * ```
 */
export function perSecond<Row>(measure: Measure<Row, Quantity>): RateCalculation<Row> {
  return Object.freeze({ kind: 'rate', measure, per: 1000 })
}

const REACH: OptionNames<{ trailing: number } & { toDate: WindowFn }> = { trailing: true, toDate: true }

/**
 * Looks further back than one unit of the grain: `{ trailing: 28 }` over the last 28 units, the reported one among them, `{ toDate: months }`
 * from the start of the month. A value has the window from there to the end of its unit.
 *
 * ```ts
 * cumulative(count(), { trailing: 28 }).kind // => 'cumulative'
 * ```
 */
export function cumulative<Row, Value>(
  of: Measure<Row, Value>,
  reach: { readonly trailing: number } | { readonly toDate: WindowFn },
): CumulativeCalculation<Row, Value>
export function cumulative<Row>(
  of: RatioCalculation<Row>,
  reach: { readonly trailing: number } | { readonly toDate: WindowFn },
): CumulativeCalculation<Row, number | null>
export function cumulative(
  of: unknown,
  reach: { readonly trailing: number } | { readonly toDate: WindowFn },
): CumulativeCalculation<never, unknown> {
  checkOptions('cumulative', reach, REACH)
  if ('trailing' in reach && !(Number.isSafeInteger(reach.trailing) && reach.trailing >= 1)) {
    throw new PipelineError(
      'BAD_TRAILING',
      `cumulative was given trailing: ${String(reach.trailing)}. It counts units of the metric's grain, the reported one among them, so it must be ` +
        'a whole number from 1 on. For the last 28 days at the grain of days give trailing: 28.',
    )
  }
  return Object.freeze({ kind: 'cumulative', of: of as object, reach: Object.freeze({ ...reach }) })
}

/**
 * Reports what there is at the end of each unit of the grain, from all rows since the beginning: domains under management from rows that add
 * and take away one. `carry` says for how long after its last row a slice is reported again in each unit, though nothing has changed.
 *
 * **Contract** — Values come once, when they are final: an instant has no provisional state. The parts of a value hold the level at the start of
 * the unit (`opening`) and at its end (`closing`); `report` says which of them, their difference or the growth is the value (`closing`).
 *
 * ```ts
 * level(over((row: { change: number }) => row.change, sum()), { carry: days(31) }).carry // => 2_678_400_000
 * ```
 */
export function level<Row, Value>(
  of: Measure<Row, Value>,
  options: { readonly carry: Duration; readonly report?: 'closing' | 'opening' },
): LevelCalculation<Row, Value>
export function level<Row>(
  of: Measure<Row, Quantity>,
  options: { readonly carry: Duration; readonly report: 'change' | 'growth' },
): LevelCalculation<Row, number | null>
export function level(of: object, options: { readonly carry: Duration; readonly report?: LevelReport }): unknown {
  checkOptions('level', options, { carry: true, report: true })
  const { carry, report = 'closing' } = options
  checkChoice('level', 'report', report, ['closing', 'opening', 'change', 'growth'])
  return Object.freeze({ kind: 'level', of, carry: toMillis(carry), report })
}

/** What is reported of a unit with these levels at its start and end. */
export function reported(report: LevelReport, opening: unknown, closing: unknown): unknown {
  if (report === 'closing') return closing
  if (report === 'opening') return opening
  const [before, after] = [amountOf(opening as Quantity), amountOf(closing as Quantity)]
  const change =
    typeof before === 'bigint' && typeof after === 'bigint' ? after - before : Number(after) - Number(before)
  return report === 'change' ? Number(change) : quotient(change, before, 1)
}

/** An entity that began something, and whether it came to an end within the limit. */
export interface ConversionCalculation<in Row> extends SpecialCalculation<Row, number | null> {
  readonly kind: 'conversion'
  readonly entity: (row: Row) => unknown
  readonly from: (row: Row) => boolean
  readonly to: (row: Row) => boolean
  /** Milliseconds. */
  readonly within: number
}

/**
 * Of the entities that begin (`from`), the share that arrives (`to`) at most `within` later; dated by the beginning, so a cohort's value comes
 * when its limit in time has passed.
 *
 * **Contract** — An entity counts once until its limit has passed; after that a new beginning counts anew. Beginning and arriving at one
 * timestamp is an arrival. The slice is that of the row that begins. Without a limit nobody could say when a cohort is
 * complete: it is a compile error, and a construction error with code `COHORT_WITHOUT_LIMIT`.
 *
 * ```ts
 * const isTrial = (step: { user: string; name: string }) => step.name === 'trial'
 * conversionOf({ entity: (step) => step.user, from: isTrial, to: (step) => step.name === 'paid', within: days(30) }).kind // => 'conversion'
 * ```
 */
export function conversionOf<Row>(options: {
  readonly entity: (row: Row) => unknown
  readonly from: (row: Row) => boolean
  readonly to: (row: Row) => boolean
  readonly within: Duration
}): ConversionCalculation<Row> {
  checkOptions('conversionOf', options, { entity: true, from: true, to: true, within: true })
  const { entity, from, to, within } = options
  for (const [name, fn] of Object.entries({ entity, from, to })) requireFunction('conversionOf', name, fn)
  if ((within as Duration | undefined) === undefined) {
    throw new PipelineError(
      'COHORT_WITHOUT_LIMIT',
      'conversionOf was given no limit in time, so a cohort would never be complete: its value could rise for ever, and no two days of reporting ' +
        'would agree. Give within, such as days(30).',
    )
  }
  return Object.freeze({ kind: 'conversion', entity, from, to, within: toMillis(within) })
}

/** Any calculation over rows of one source: a combiner, or what the functions above make. */
export type Calculation<Row, Value> = Measure<Row, Value> | SpecialCalculation<Row, Value>

/**
 * The double nearest to the real quotient of two quantities times a factor; null where there is nothing to divide by. Money counts in its
 * smallest units.
 */
export function quotient(numerator: Quantity, denominator: Quantity, times: number): number | null {
  const [above, below] = [amountOf(numerator), amountOf(denominator)]
  if (Number(below) === 0) return null
  const [a, b, factor] = [exactly(above), exactly(below), exactly(times)]
  // What is not finite has no exact quotient; adding zero turns -0 into 0.
  if (a === undefined || b === undefined || factor === undefined) return (Number(above) * times) / Number(below) + 0
  const sign = b.digits < 0n ? -1n : 1n
  const digits = sign * a.digits * factor.digits
  return roundQuotient({ digits, exponent: a.exponent + factor.exponent - b.exponent }, sign * b.digits)
}

function amountOf(quantity: Quantity): number | bigint {
  return typeof quantity === 'object' ? quantity.amount : quantity
}

function exactly(value: number | bigint): Dyadic | undefined {
  if (typeof value === 'bigint') return { digits: value, exponent: 0 }
  return Number.isFinite(value) ? decomposeDouble(value) : undefined
}
