/**
 * meanDecimal: the exact mean of decimal text, rounded once.
 *
 * A third has no last digit, so a mean has to say how many it keeps. What is kept of the inputs is their exact sum and their count.
 */
import { canonicalCoder, checkOptions, type CombineFn, type OptionNames } from '@tidemark/core'
import { addDecimal, formatDecimal, parseDecimal, powerOfTen, requireScale, type Decimal } from './decimal.ts'
import { over } from './over.ts'
import { decimalCoder, zeroDecimal } from './sum-decimal.ts'

/** How {@link meanDecimal} rounds. */
export interface MeanDecimalOptions {
  /** How many digits of the mean stand behind the point. */
  readonly scale: number
}

/** What a mean of decimals is made of. */
export interface MeanDecimalAccumulator {
  count: number
  readonly sum: Decimal
}

const OPTIONS: OptionNames<MeanDecimalOptions> = { scale: true }

/**
 * Averages decimal text: the decimal with `scale` digits behind the point that is nearest to the real mean; half way, the one whose
 * last digit is even. The mean of nothing is null.
 *
 * **Contract** — Rounded once, at the end. Text that is no decimal is an error (`BAD_DECIMAL`). Means do not merge: keep numerator and
 * denominator apart, with `ratio`, where parts are to be put together.
 *
 * ```ts
 * const { createAccumulator, addInput, extractOutput } = meanDecimal({ scale: 2 })
 * extractOutput(['0.10', '0.15'].reduce(addInput, createAccumulator())) // => '0.12'
 * extractOutput(['1', '2', '2'].reduce(addInput, createAccumulator())) // => '1.67'
 * ```
 */
export function meanDecimal(options: MeanDecimalOptions): CombineFn<string, MeanDecimalAccumulator, string | null> {
  checkOptions('meanDecimal', options, OPTIONS)
  const scale = requireScale(options.scale, 'meanDecimal')
  const name = `mean-decimal(${scale})`
  return {
    name,
    orderFree: true,
    createAccumulator: () => ({ count: 0, sum: zeroDecimal() }),
    addInput(accumulator, text) {
      addDecimal(accumulator.sum, parseDecimal(text, name), 1n)
      accumulator.count += 1
      return accumulator
    },
    mergeAccumulators(accumulator, other) {
      addDecimal(accumulator.sum, other.sum, 1n)
      accumulator.count += other.count
      return accumulator
    },
    extractOutput: ({ count, sum }) => (count > 0 ? formatDecimal(meanOf(sum, count, scale), scale) : null),
    subtractInput(accumulator, text) {
      addDecimal(accumulator.sum, parseDecimal(text, name), -1n)
      accumulator.count -= 1
      return accumulator
    },
    accumulatorCoder: {
      id: 'mean-decimal/1',
      encode: ({ count, sum }) =>
        canonicalCoder<readonly [number, Uint8Array]>().encode([count, decimalCoder.encode(sum)]),
      decode(bytes) {
        const [count, sum] = canonicalCoder<readonly [number, Uint8Array]>().decode(bytes)
        return { count, sum: decimalCoder.decode(sum) }
      },
    },
  }
}

/**
 * Averages decimal text of each element, as {@link meanDecimal} does.
 *
 * ```ts
 * const { createAccumulator, addInput, extractOutput } = meanDecimalOf((row: { fee: string }) => row.fee, { scale: 1 })
 * extractOutput(addInput(createAccumulator(), { fee: '0.25' })) // => '0.2'
 * ```
 */
export function meanDecimalOf<T>(
  select: (element: T) => string,
  options: MeanDecimalOptions,
): CombineFn<T, MeanDecimalAccumulator, string | null> {
  return over(select, meanDecimal(options))
}

function meanOf({ digits, scale: given }: Decimal, count: number, scale: number): Decimal {
  const dividend = (digits < 0n ? -digits : digits) * powerOfTen(scale)
  const divisor = BigInt(count) * powerOfTen(given)
  const quotient = dividend / divisor
  const twice = 2n * (dividend - quotient * divisor)
  const up = twice > divisor || (twice === divisor && quotient % 2n === 1n)
  const magnitude = up ? quotient + 1n : quotient
  return { digits: digits < 0n ? -magnitude : magnitude, scale }
}
