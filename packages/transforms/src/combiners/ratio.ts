/**
 * ratio: two combiners over the same inputs, and how many times the one goes into the other.
 *
 * The ratio of a whole is not the mean of the ratios of its parts. So numerator and denominator stay beside the value, and parts are put
 * together by adding those: a ratio over regions is made of the ratios per region, exactly.
 */
import { checkOptions, PipelineError, requireFunction, type CombineFn, type OptionNames } from '@tidemark/core'
import { combineAll, type CombinePart } from './combine-all.ts'
import { decomposeDouble, roundQuotient, type Dyadic } from './dyadic.ts'
import { mixedCurrencies, type MoneyTotal } from './money.ts'

/** What can stand above or below the line. */
export type Quantity = number | bigint | MoneyTotal

/** A numerator and a denominator, and their quotient. */
export interface Ratio<out N extends Quantity = Quantity, out D extends Quantity = Quantity> {
  readonly numerator: N
  readonly denominator: D
  /** The double nearest to the real quotient; null where the denominator is zero, for nothing is known then: missing is not zero. */
  readonly value: number | null
}

/** The combiners of a {@link ratio}. */
export interface RatioParts<in In, out N extends Quantity, out D extends Quantity> {
  readonly numerator: CombinePart<In, N>
  readonly denominator: CombinePart<In, D>
}

/** Asks for nothing where two quantities can be divided: money goes into money of its own currency only. */
export type Divides<N, D> = [N, D] extends [MoneyTotal<infer A>, MoneyTotal<infer B>]
  ? [A, B] extends [B, A]
    ? unknown
    : { readonly denominator: CombinePart<never, N> }
  : unknown

const PARTS: OptionNames<RatioParts<never, Quantity, Quantity>> = { numerator: true, denominator: true }

/**
 * Divides what one combiner makes of the inputs by what another makes of the same inputs, and keeps both.
 *
 * **Contract** — The parts give numbers, bigints or money of one currency (`sumMoneyIn`); `value` is their quotient rounded once, in smallest
 * units where there is money above and none below, and null when the denominator is zero. It subtracts if both parts do. It merges outputs
 * if both parts do, by merging numerators and denominators and dividing anew: ratios are never averaged. Money in two currencies does
 * not compile, and is refused at construction (`MIXED_CURRENCIES`).
 *
 * ```ts
 * const share = ratio({ numerator: countIf((size: number) => size > 2), denominator: count() })
 * const sizes = [1, 2, 3, 4].reduce(share.addInput, share.createAccumulator())
 * share.extractOutput(sizes) // => { numerator: 2, denominator: 4, value: 0.5 }
 * share.extractOutput(share.createAccumulator()) // => { numerator: 0, denominator: 0, value: null }
 * ```
 */
export function ratio<In, N extends Quantity, D extends Quantity>(
  // As in combineAll, the first half tells the compiler the inputs, the second the outputs.
  parts: Readonly<Record<'numerator' | 'denominator', Pick<CombinePart<In, unknown>, 'addInput'>>> &
    RatioParts<In, N, D> &
    Divides<NoInfer<N>, NoInfer<D>>,
): CombineFn<In, unknown[], Ratio<N, D>> {
  checkOptions('ratio', parts, PARTS)
  requireFunction('ratio', 'numerator', parts.numerator?.addInput)
  requireFunction('ratio', 'denominator', parts.denominator?.addInput)
  const { numerator, denominator } = parts
  const both = combineAll<In, { numerator: N; denominator: D }>({ numerator, denominator })
  const { mergeOutputs } = both
  const name = `ratio(${numerator.name} / ${denominator.name})`
  requireOneUnit(name, both.extractOutput(both.createAccumulator()))
  return {
    ...both,
    name,
    extractOutput: (accumulators) => divided(both.extractOutput(accumulators)),
    ...(mergeOutputs && { mergeOutputs: (a: Ratio<N, D>, b: Ratio<N, D>) => divided(mergeOutputs(a, b)) }),
  } as CombineFn<In, unknown[], Ratio<N, D>>
}

function divided<N extends Quantity, D extends Quantity>(both: { numerator: N; denominator: D }): Ratio<N, D> {
  const { numerator, denominator } = both
  return { numerator, denominator, value: quotient(amountOf(numerator), amountOf(denominator)) }
}

function amountOf(quantity: Quantity): number | bigint {
  return typeof quantity === 'object' ? quantity.amount : quantity
}

function quotient(above: number | bigint, below: number | bigint): number | null {
  if (below === 0 || below === 0n) return null
  const [a, b] = [exactly(above), exactly(below)]
  // One division of doubles is itself rounded once; adding zero turns -0 into 0.
  if (a === undefined || b === undefined || (typeof above === 'number' && typeof below === 'number')) {
    return Number(above) / Number(below) + 0
  }
  const sign = b.digits < 0n ? -1n : 1n
  return roundQuotient({ digits: sign * a.digits, exponent: a.exponent - b.exponent }, sign * b.digits)
}

/** A real number; undefined for NaN and infinities. */
function exactly(value: number | bigint): Dyadic | undefined {
  if (typeof value === 'bigint') return { digits: value, exponent: 0 }
  return Number.isFinite(value) ? decomposeDouble(value) : undefined
}

/** Nothing, combined, tells what the parts give. */
function requireOneUnit(name: string, { numerator, denominator }: Ratio | Omit<Ratio, 'value'>): void {
  for (const quantity of [numerator, denominator] as readonly unknown[]) {
    if (isQuantity(quantity)) continue
    throw new PipelineError(
      'BAD_RATIO',
      `${name} was given a part that makes ${String(quantity)} of nothing. It divides numbers, bigints, and money of one currency, which ` +
        'count, sum, sumBigInt and sumMoneyIn give; a mean or an extreme has no value to divide where there is nothing. Give two such combiners.',
    )
  }
  if (typeof numerator !== 'object' || typeof denominator !== 'object') return
  if (numerator.currency !== denominator.currency) throw mixedCurrencies(name, denominator.currency, numerator.currency)
}

function isQuantity(value: unknown): value is Quantity {
  if (typeof value === 'number' || typeof value === 'bigint') return true
  return typeof value === 'object' && value !== null && typeof (value as Partial<MoneyTotal>).amount === 'bigint'
}
