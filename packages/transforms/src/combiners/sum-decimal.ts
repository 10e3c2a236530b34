/**
 * sumDecimal: the exact sum of decimal text.
 *
 * Digits add as whole numbers do, so the sum is exact, accumulators are one number, and outputs, which are text again, merge.
 */
import {
  canonicalCoder,
  checkOptions,
  PipelineError,
  type Coder,
  type CombineFn,
  type OptionNames,
} from '@tidemark/core'
import { addDecimal, formatDecimal, parseDecimal, requireScale, type Decimal } from './decimal.ts'
import { over } from './over.ts'

/** How {@link sumDecimal} writes its sum. */
export interface SumDecimalOptions {
  /** How many digits stand behind the point; inputs with more are refused (as many as the sum needs). */
  readonly scale?: number
}

const OPTIONS: OptionNames<SumDecimalOptions> = { scale: true }

/**
 * Sums decimal text such as `'12.340'`, exactly, into decimal text. The sum of nothing is zero.
 *
 * **Contract** — Trailing zeros say nothing: the sum has as many digits behind the point as it needs, so it is the same text however
 * its inputs were written. With `scale: 2` it always has two, and an input that needs more is an error (`DECIMAL_TOO_FINE`) rather
 * than rounded. Text that is no decimal is an error (`BAD_DECIMAL`), numbers too.
 *
 * ```ts
 * const { createAccumulator, addInput, extractOutput } = sumDecimal()
 * extractOutput(['0.1', '0.2', '-0.050'].reduce(addInput, createAccumulator())) // => '0.25'
 * ```
 */
export function sumDecimal(options: SumDecimalOptions = {}): CombineFn<string, Decimal, string> {
  checkOptions('sumDecimal', options, OPTIONS)
  const places = options.scale === undefined ? undefined : requireScale(options.scale, 'sumDecimal')
  const name = places === undefined ? 'sum-decimal' : `sum-decimal(${places})`
  const read = (text: string): Decimal => {
    const decimal = parseDecimal(text, name)
    if (places !== undefined && decimal.scale > places) requirePlaces(decimal, places, name)
    return decimal
  }
  return {
    name,
    orderFree: true,
    createAccumulator: zeroDecimal,
    addInput: (total, text) => addDecimal(total, read(text), 1n),
    mergeAccumulators: (total, other) => addDecimal(total, other, 1n),
    extractOutput: (total) => formatDecimal(total, places),
    subtractInput: (total, text) => addDecimal(total, read(text), -1n),
    mergeOutputs: (a, b) => formatDecimal(addDecimal(read(a), read(b), 1n), places),
    accumulatorCoder: decimalCoder,
  }
}

/**
 * Sums decimal text of each element, as {@link sumDecimal} does.
 *
 * ```ts
 * const { createAccumulator, addInput, extractOutput } = sumDecimalOf((row: { fee: string }) => row.fee, { scale: 2 })
 * extractOutput(addInput(createAccumulator(), { fee: '0.5' })) // => '0.50'
 * ```
 */
export function sumDecimalOf<T>(
  select: (element: T) => string,
  options: SumDecimalOptions = {},
): CombineFn<T, Decimal, string> {
  return over(select, sumDecimal(options))
}

/** Makes the number zero. */
export function zeroDecimal(): Decimal {
  return { digits: 0n, scale: 0 }
}

/** Stores a number as its canonical text: equal numbers are equal bytes, however they were reached. */
export const decimalCoder: Coder<Decimal> = {
  id: 'decimal/1',
  encode: (decimal) => canonicalCoder<string>().encode(formatDecimal(decimal)),
  decode: (bytes) => parseDecimal(canonicalCoder<string>().decode(bytes), 'a stored sum'),
}

function requirePlaces(decimal: Decimal, places: number, name: string): void {
  const text = formatDecimal(decimal)
  const point = text.indexOf('.')
  if (point < 0 || text.length - point - 1 <= places) return
  throw new PipelineError(
    'DECIMAL_TOO_FINE',
    `${name} was given "${text}", which has more than ${places} digits behind the point. They would be lost from the sum. ` +
      'Round before, by a rule that is yours, or give a larger scale.',
  )
}
