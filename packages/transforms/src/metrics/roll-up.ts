/**
 * rollUp: the values of slices put together, exactly as if the metric had been computed without the dimensions that go.
 *
 * Counts add up, ratios recombine from numerators and denominators, and what can do neither carries its accumulator. Nothing is averaged.
 */
import { compareBytes, compareWindows, encodeValue, formatWindow, keyText, PipelineError } from '@tidemark/core'
import type { Metric } from './metric.ts'
import type { MetricValue, Parts, Slice } from './metric-value.ts'
import type { Plan, ToldParts } from './plan.ts'

/**
 * Puts the slices of each window together, keeping the dimensions named in `by` (none: the total).
 *
 * **Contract** — It equals the metric with these dimensions only, computed of the same rows; in particular the order of values does not matter.
 * Values of another definition are refused (code `MIXED_DEFINITIONS`), as is a metric whose slices stand apart (code `METRIC_NOT_ADDITIVE`).
 * A slice of a level that is not told in a unit is as it was told last: give the values of all units.
 *
 * ```ts
 * const orders = metricSource<{ at: number; region: string; paid: boolean }>('Orders', { timestamp: (order) => order.at })
 * const paidShare = defineMetric({
 *   id: 'paid_share',
 *   source: orders,
 *   measure: ratioOf({ numerator: where((order) => order.paid, count()), denominator: count() }),
 *   grain: fixedWindows(hours(1)),
 *   dimensions: { region: (order) => order.region },
 * })
 * const slices = evaluateMetric(paidShare, [
 *   { at: 1, region: 'eu', paid: true },
 *   { at: 2, region: 'eu', paid: false },
 *   { at: 3, region: 'us', paid: true },
 * ])
 * slices.map(({ value }) => value) // => [0.5, 1]
 * rollUp(paidShare, slices).map(({ value }) => value) // => [2 / 3]
 * ```
 */
export function rollUp<Value, S>(
  metric: Metric<never, Value, S>,
  values: readonly MetricValue<Value, S>[],
  options: { readonly by?: readonly (keyof S & string)[] } = {},
): readonly MetricValue<Value>[] {
  const { plan, toValue } = metric['~metric']
  const by = options.by ?? []
  requireKnown(metric, by)
  const isTotalOfOne = by.length === plan.dimensions.length
  if (!plan.addsUp && !isTotalOfOne) {
    throw new PipelineError(
      'METRIC_NOT_ADDITIVE',
      `The slices of "${metric.id}" stand apart: its definition says so, and its results do not add up. ` +
        "Define it with slices: 'accumulators' to keep what slices can be put together from, or compute it without these dimensions.",
    )
  }
  const members = new Map<string, { readonly slice: Slice; readonly told: ToldParts[] }>()
  for (const value of values as readonly MetricValue[]) {
    requireSameDefinition(metric, value)
    const slice = Object.fromEntries(by.map((name) => [name, value.slice[name]!]))
    const parts: Parts = plan.valueIsPart ? { value: value.value } : value.parts!
    const text = keyText(slice)
    const group = members.get(text) ?? { slice, told: [] }
    members.set(text, group)
    group.told.push({ window: value.window, slice: value.slice, parts })
  }
  const rolled = [...members.values()].flatMap(({ slice, told }) =>
    [...mergedByWindow(plan, plan.fill?.(told) ?? told)].map(({ window, parts }) =>
      toValue({ window, slice, parts, value: plan.valueOf(parts, window) }),
    ),
  )
  return sortedValues(rolled) as readonly MetricValue<Value>[]
}

function mergedByWindow(plan: Plan, told: readonly ToldParts[]): Iterable<Pick<ToldParts, 'window' | 'parts'>> {
  const byWindow = new Map<string, Pick<ToldParts, 'window' | 'parts'>>()
  for (const { window, parts } of told) {
    const name = formatWindow(window)
    const before = byWindow.get(name)
    byWindow.set(name, { window, parts: before === undefined ? parts : plan.merge(before.parts, parts) })
  }
  return byWindow.values()
}

/** Values in the order of windows, then of slices. */
export function sortedValues<V extends MetricValue>(values: readonly V[]): readonly V[] {
  return values
    .map((value) => ({ value, bytes: encodeValue(value.slice) }))
    .toSorted((a, b) => compareWindows(a.value.window, b.value.window) || compareBytes(a.bytes, b.bytes))
    .map(({ value }) => value)
}

function requireKnown(metric: Metric<never, unknown, unknown>, by: readonly string[]): void {
  const { dimensions } = metric['~metric'].plan
  const unknown = by.find((name) => !dimensions.includes(name))
  if (unknown === undefined) return
  throw new PipelineError(
    'UNKNOWN_DIMENSION',
    `"${metric.id}" has no dimension "${unknown}", so its values say nothing of it. Its dimensions are ${dimensions.join(', ') || 'none'}.`,
  )
}

function requireSameDefinition({ id, entry }: Metric<never, unknown, unknown>, value: MetricValue): void {
  if (value.metric === id && value.definition === entry.definition) return
  throw new PipelineError(
    'MIXED_DEFINITIONS',
    `A value of "${value.metric}", definition ${value.definition}, was given where those of "${id}", definition ${entry.definition}, are put together. ` +
      'They count different things. Compute all of them by one definition.',
  )
}
