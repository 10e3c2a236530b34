/**
 * Money: a whole number of the smallest units of one currency, and which currency that is.
 *
 * Fractions of a unit are not amounts: 0.1 is no double, and sums of what it became are off by cents sooner or later. So an
 * amount is a bigint or a safe integer, and everything that adds money refuses others.
 */
import { PipelineError } from '@tidemark/core'

/** An amount of one currency, as it comes in. */
export interface Money<out C extends string = string> {
  /** Whole smallest units (cents, yen): a bigint, or a number that is a safe integer. Below zero is a refund. */
  readonly amount: bigint | number
  /** Its ISO 4217 code: three capital letters. Whether the code is assigned is not looked up, as that list changes. */
  readonly currency: C
}

/** A sum of money of one currency. */
export interface MoneyTotal<out C extends string = string> {
  readonly currency: C
  /** Whole smallest units. */
  readonly amount: bigint
}

/**
 * Returns money that can be added, or throws a {@link PipelineError}: `MONEY_NOT_WHOLE` for an amount that is no whole number
 * of smallest units, `BAD_CURRENCY` for a currency that is not three capital letters.
 *
 * In front of a grouping it keeps bad rows from stopping the run: `map((row) => requireMoney(row), { onError: 'dead-letter' })`.
 *
 * ```ts
 * requireMoney({ amount: 1250, currency: 'EUR' }).amount // => 1250
 * ```
 */
export function requireMoney<M extends Money>(money: M): M {
  wholeUnits(money, 'requireMoney')
  requireCurrency(money.currency, 'requireMoney')
  return money
}

/** Returns the amount as a bigint; throws `MONEY_NOT_WHOLE` for one that is not whole. */
export function wholeUnits({ amount, currency }: Money, subject: string): bigint {
  if (typeof amount === 'bigint') return amount
  if (Number.isSafeInteger(amount)) return BigInt(amount)
  throw new PipelineError(
    'MONEY_NOT_WHOLE',
    `${subject} was given the amount ${shown(amount)} of ${shown(currency)}. Money is added in whole smallest units, such as cents, ` +
      'as sums of fractions are off by cents in the end, and doubles beyond 2^53 by more. Give 1250 or 1250n for 12.50, or add decimal ' +
      'text with sumDecimal.',
  )
}

/** Returns an ISO 4217 code; throws `BAD_CURRENCY` for what cannot be one. */
export function requireCurrency<C extends string>(currency: C, subject: string): C {
  if (typeof currency === 'string' && /^[A-Z]{3}$/u.test(currency)) return currency
  throw new PipelineError(
    'BAD_CURRENCY',
    `${subject} was given the currency ${shown(currency)}. Totals are kept per ISO 4217 code, which is three capital letters: a currency ` +
      'written in two ways would have two totals. Give a code such as "EUR".',
  )
}

/** The error for a second currency where there may be one (code `MIXED_CURRENCIES`). */
export function mixedCurrencies(subject: string, given: string, wanted: string): PipelineError {
  return new PipelineError(
    'MIXED_CURRENCIES',
    `${subject} was given ${shown(given)} where it adds ${shown(wanted)}. A sum over several currencies is an amount of none. Keep one ` +
      'currency with filter, convert before with a rate that is known, or add each apart with sumMoney.',
  )
}

function shown(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : String(value)
}
