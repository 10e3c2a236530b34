/**
 * Derived metrics: a formula over the values of other metrics.
 *
 * Where all inputs are computed of the rows of one window, the formula is too: one pass, one pane, parts of the same moment. Where they are not
 * (a level, another grain), it joins their final values by unit of the grain and slice.
 */
import { checkOptions } from '@tidemark/core'
import type { AnyMetric, ValueOf } from './metric.ts'

/** Which of several values of an input in one unit is meant; one of: `last`, `first`, `mean`, `sum`. */
export type Each = 'last' | 'first' | 'mean' | 'sum'

/** The metrics that a formula reads, by the names that it gives them. */
export type MetricInputs = Readonly<Record<string, AnyMetric>>

/** The values of inputs, by name. */
export type InputValues<Inputs> = { readonly [N in keyof Inputs]: NonNullable<ValueOf<Inputs[N]>> }

/** A formula over the values of other metrics. */
export interface Derived<Inputs, out Value> {
  readonly kind: 'derived'
  readonly from: Inputs
  readonly value: (values: never) => Value
  readonly each: Readonly<Record<string, Each>>
  readonly whenMissing: Readonly<Record<string, unknown>>
}

/**
 * Computes a metric from the values of others: `derived({ from: { gained, lost }, value: ({ gained, lost }) => gained - lost })`.
 *
 * **Contract** — The formula is asked when every input has a value; the result is `null` otherwise, as missing is not zero, and where it is no
 * finite number. `whenMissing` gives a value in place of one that is missing. In one pass a count of no rows is 0, as the window and slice has
 * rows of another input; where final values are joined it is missing. Where an input has several values in a unit of the grain (days in a
 * month), `each` says which is meant (`last`). Slices are put together from the inputs' parts, and the formula is computed anew.
 */
export function derived<const Inputs extends MetricInputs, Value>(options: {
  readonly from: Inputs
  readonly value: (values: InputValues<Inputs>) => Value
  readonly each?: { readonly [N in keyof Inputs]?: Each }
  readonly whenMissing?: { readonly [N in keyof Inputs]?: NonNullable<ValueOf<Inputs[N]>> }
}): Derived<Inputs, Value> {
  checkOptions('derived', options, { from: true, value: true, each: true, whenMissing: true })
  const { from, value, each = {}, whenMissing = {} } = options
  const names = Object.fromEntries(Object.keys(from).map((name) => [name, true as const]))
  checkOptions('each of derived', each, names)
  checkOptions('whenMissing of derived', whenMissing, names)
  return Object.freeze({
    kind: 'derived',
    from: Object.freeze({ ...from }),
    value,
    each: Object.freeze({ ...(each as Record<string, Each>) }),
    whenMissing: Object.freeze({ ...(whenMissing as Record<string, unknown>) }),
  })
}

/** Computes the formula, where every input has a value. */
export function formulaOf({ from, value, whenMissing }: Derived<MetricInputs, unknown>) {
  return (values: Readonly<Record<string, unknown>>): unknown => {
    const given: Record<string, unknown> = {}
    for (const name of Object.keys(from)) {
      const one = values[name] ?? whenMissing[name]
      if (one === undefined || one === null) return null
      given[name] = one
    }
    const result = value(given as never)
    // A quotient by zero is no number that anybody could act on.
    return typeof result === 'number' && !Number.isFinite(result) ? null : result
  }
}
