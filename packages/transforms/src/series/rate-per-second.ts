/**
 * ratePerSecond: a number of a window, divided by the seconds that the window has.
 *
 * A local day has 23, 24.5 or 25 hours where clocks change. A rate that takes every day for 86,400 seconds is four per cent off on
 * two days of the year; here the window itself says how long it was.
 */
import { IncompatibleWindowingError, parDo, type KV, type PCollection, type PTransform } from '@tidemark/core'
import { addExact, roundExact, zeroSum } from '../combiners/exact-sum.ts'

/** A number of a window and its rate. */
export interface Rate {
  readonly value: number
  /** Length of the window. */
  readonly seconds: number
  /** The double nearest to value / seconds. */
  readonly perSecond: number
}

/**
 * Says of the number of each key and window how many that is per second of the window.
 *
 * **Contract** — Seconds are real ones, from the window's start to its end, whatever clocks on the wall say. The quotient is rounded once. The
 * global window has no length that says anything: refused (code `WINDOW_WITHOUT_LENGTH`). Changes stay changes.
 *
 * ```ts
 * ratePerSecond().name // => 'RatePerSecond'
 * ```
 */
export function ratePerSecond<K>(): PTransform<PCollection<KV<K, number>>, PCollection<KV<K, Rate>>> {
  const rate = parDo({
    process: ([key, value]: KV<K, number>, { window }): readonly KV<K, Rate>[] => [[key, perSecondOf(value, window)]],
  })
  return Object.freeze({
    name: 'RatePerSecond',
    '~scope': 'none' as const,
    expand(input: PCollection<KV<K, number>>) {
      if (input['~ref'].windowing.windowFn.kind !== 'global') return input.pipe(rate)
      throw new IncompatibleWindowingError(
        'WINDOW_WITHOUT_LENGTH',
        'ratePerSecond is applied in the global window, which lasts for all of time: a rate over that says nothing. Count in windows first: ' +
          'windowInto(fixedWindows(…)) or calendarDays({ zone }) before the grouping.',
      )
    },
  })
}

/** The rate of a value over a window. */
export function perSecondOf(value: number, window: { readonly start: number; readonly end: number }): Rate {
  const length = window.end - window.start
  return { value, seconds: length / 1000, perSecond: dividedExactly(value, length) }
}

/** 1000 as powers of two: a double times one of them is exact. */
const THOUSAND = [512, 256, 128, 64, 32, 8]

// value / (length / 1000) would round twice where the length is no whole number of seconds.
function dividedExactly(value: number, length: number): number {
  if (length % 1000 === 0) return value / (length / 1000)
  const thousandfold = THOUSAND.reduce((sum, power) => addExact(sum, value * power), zeroSum())
  return roundExact(thousandfold, length)
}
