/**
 * runningTotals: each element of a key with what all up to it come to, in the order of event time.
 *
 * The total beside an element does not depend on when it came: elements wait until nothing earlier can come.
 */
import {
  checkOptions,
  combiningState,
  composite,
  requireFunction,
  statefulParDo,
  windowInto,
  withKeys,
  type CombineFn,
  type KV,
  type OptionNames,
  type PCollection,
  type PTransform,
  type WindowFn,
} from '@tidemark/core'
import { requireForgetting } from '../emission/at-once.ts'

/** An element, and what all of its key up to it come to. */
export interface RunningTotal<out T, out Out> {
  readonly element: T
  readonly total: Out
}

/** Options of {@link runningTotals}. */
export interface RunningTotalsOptions<T, K, In, Acc, Out> {
  /** Whose totals they are: any key. */
  readonly key: (element: T) => K
  /** What elements come to. */
  readonly combine: CombineFn<In, Acc, Out>
  /** Windows in which totals begin anew, such as `calendarMonths` for a month to date (the windows of the input). */
  readonly per?: WindowFn
}

const OPTIONS: OptionNames<RunningTotalsOptions<never, unknown, never, never, unknown>> = {
  key: true,
  combine: true,
  per: true,
}

/**
 * Puts beside each element what the elements of its key and window come to, up to and with itself.
 *
 * **Contract** — Elements are taken by (timestamp, canonical bytes): of two of one timestamp, the total of the second has the first in it. An
 * element keeps its timestamp; its window is that of `per`.
 *
 * **Late data** — An element leaves once the watermark has passed its timestamp and the allowed lateness; one later than that goes to the
 * ledger as `too-late`, and no total has it.
 *
 * **State** — one accumulator for each key, until the window expires. An unbounded collection in the global window needs `per` (code
 * `NEVER_FORGETS`).
 *
 * ```ts
 * runningTotals('Orders', { key: (order: { shop: string }) => order.shop, combine: count() }).name // => 'Orders'
 * ```
 */
export function runningTotals<T extends In, const K, In, Acc, Out>(
  name: string,
  options: RunningTotalsOptions<T, K, In, Acc, Out>,
): PTransform<PCollection<T>, PCollection<KV<K, RunningTotal<T, Out>>>> {
  const subject = `runningTotals(${JSON.stringify(name)})`
  checkOptions(subject, options, OPTIONS)
  requireFunction(subject, 'key', options.key)
  const { combine, per } = options
  const total = combiningState(combine)
  return composite(name, (elements: PCollection<T>) => {
    const windowed = per === undefined ? elements : elements.pipe(windowInto(per))
    requireForgetting(subject, windowed, 'Give per: windows in which totals begin anew.')
    return windowed.pipe(
      withKeys(options.key),
      statefulParDo('Totals', {
        state: { total },
        process({ key, value, state }): readonly KV<K, RunningTotal<T, Out>>[] {
          state.total.add(value)
          return [[key, { element: value, total: state.total.read() }]]
        },
      }),
    )
  })
}
