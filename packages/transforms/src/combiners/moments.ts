/**
 * Moments: the count, the exact sum and the exact sum of squares, which variance and standard deviation are made of.
 *
 * The textbook formula, mean of squares less square of the mean, is useless in doubles, as it subtracts two large numbers that differ
 * by little. Over the reals it is right, and here both are real numbers: it is computed once, exactly, and rounded once.
 */
import { canonicalCoder, checkChoice, checkOptions, PipelineError, type Coder, type CombineFn } from '@tidemark/core'
import { addDyadics, type Dyadic } from './dyadic.ts'
import { sumFromValue, sumToValue, type SumValue } from './exact-sum-coder.ts'
import { addExact, exactValue, mergeExact, subtractExact, zeroSum, type ExactSum } from './exact-sum.ts'
import {
  addSquare,
  mergeSquares,
  squaresValue,
  subtractSquare,
  zeroSquares,
  type ExactSquares,
} from './exact-squares.ts'

/** What the inputs are. */
export interface SpreadOptions {
  /**
   * One of: `population` (all there is: the sum of squared deviations is divided by n), `sample` (some of what there is: by n - 1).
   * There is no default, as either is wrong where the other is meant.
   */
  readonly of: 'population' | 'sample'
}

/** The first moments of some doubles. Plain data. */
export interface Moments {
  count: number
  readonly sum: ExactSum
  readonly squares: ExactSquares
}

/** An exact quotient, not below zero. */
export interface Quotient {
  readonly dividend: Dyadic
  /** Above zero. */
  readonly divisor: bigint
}

type MomentsValue = readonly [number, SumValue, SumValue, bigint, number]

/** Makes a combiner that rounds the exact variance as `round` does; NaN where there is none. */
export function spread(
  name: string,
  options: SpreadOptions,
  round: (variance: Quotient) => number,
): CombineFn<number, Moments, number> {
  const by = requireOf(name, options)
  return {
    name: `${name}(${by})`,
    orderFree: true,
    createAccumulator: () => ({ count: 0, sum: zeroSum(), squares: zeroSquares() }),
    addInput(moments, input) {
      moments.count += 1
      addExact(moments.sum, input)
      addSquare(moments.squares, input)
      return moments
    },
    mergeAccumulators(moments, other) {
      moments.count += other.count
      mergeExact(moments.sum, other.sum)
      mergeSquares(moments.squares, other.squares)
      return moments
    },
    extractOutput(moments) {
      const variance = exactVariance(moments, by)
      return variance === undefined ? Number.NaN : round(variance)
    },
    subtractInput(moments, input) {
      moments.count -= 1
      subtractExact(moments.sum, input)
      subtractSquare(moments.squares, input)
      return moments
    },
    accumulatorCoder: momentsCoder,
  }
}

/** (n Σx² - (Σx)²) / n(n - 1), or / n²; undefined for too few inputs, and with NaN or an infinity among them. */
function exactVariance({ count, sum, squares }: Moments, by: SpreadOptions['of']): Quotient | undefined {
  const freedom = by === 'sample' ? count - 1 : count
  if (freedom < 1 || hasOthers(sum)) return undefined
  const total = exactValue(sum)
  const ofSquares = squaresValue(squares)
  const n = BigInt(count)
  const dividend = addDyadics([
    { digits: n * ofSquares.digits, exponent: ofSquares.exponent },
    { digits: -(total.digits * total.digits), exponent: 2 * total.exponent },
  ])
  // Below zero is only a partial that takes back what another has.
  return dividend.digits < 0n ? undefined : { dividend, divisor: n * BigInt(freedom) }
}

function hasOthers({ rest }: ExactSum): boolean {
  return rest !== null && (rest.nan > 0 || rest.positiveInfinities > 0 || rest.negativeInfinities > 0)
}

const momentsCoder: Coder<Moments> = {
  id: 'moments/1',
  encode: ({ count, sum, squares: { usual, rare } }) =>
    canonicalCoder<MomentsValue>().encode([count, sumToValue(sum), sumToValue(usual), rare.digits, rare.exponent]),
  decode(bytes) {
    const [count, sum, usual, digits, exponent] = canonicalCoder<MomentsValue>().decode(bytes)
    return { count, sum: sumFromValue(sum), squares: { usual: sumFromValue(usual), rare: { digits, exponent } } }
  },
}

function requireOf(name: string, options: SpreadOptions): SpreadOptions['of'] {
  checkOptions(name, options, { of: true })
  checkChoice(name, 'of', options.of, ['population', 'sample'])
  if (options.of !== undefined) return options.of
  throw new PipelineError(
    'BAD_OPTION',
    `${name} was not told what its inputs are. All there is has another ${name} than a sample of it, by a factor of n / (n - 1) before ` +
      "any root. Give { of: 'population' } or { of: 'sample' }.",
  )
}
