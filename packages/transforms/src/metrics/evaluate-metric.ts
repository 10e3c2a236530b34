/**
 * evaluateMetric: what a metric says of rows, by plain loops.
 *
 * No pipeline, no engine, no watermark: rows are put into groups and each group is computed from its rows at once. It is what runs are held
 * against, and what a restatement is made with.
 */
import { isTimestamp, PipelineError, type Timestamp } from '@tidemark/core'
import type { AnyMetric, JoinedMetric, Metric, RowOf } from './metric.ts'
import type { MetricSource } from './metric-source.ts'
import type { MetricValue, TimedRow } from './metric-value.ts'
import type { RowLists } from './plan.ts'
import { sortedValues } from './roll-up.ts'

/** Options of {@link evaluateMetric}. */
export interface EvaluateOptions<Row> {
  /** When a row happened; what the source says when left out. */
  readonly timestamp?: (row: Row) => Timestamp
}

/** Rows for each input of a formula over several sources. */
export type RowsByName<Inputs> = { readonly [N in keyof Inputs]: readonly RowOf<Inputs[N]>[] }

/**
 * Computes the values of a metric over all of its rows, in the order of windows, then of slices.
 *
 * **Contract** — Equal to the settled result of the metric in every runner. Rows of a formula over several sources are given by input.
 * Rows without a time are an error (code `NO_TIMESTAMP`).
 */
export function evaluateMetric<Inputs, Value>(
  metric: Metric<never, Value> & JoinedMetric<Inputs, Value>,
  rows: RowsByName<Inputs>,
): readonly MetricValue<Value>[]
export function evaluateMetric<Row, Value, S>(
  metric: Metric<Row, Value, S>,
  rows: readonly NoInfer<Row>[],
  options?: EvaluateOptions<Row>,
): readonly MetricValue<Value, S>[]
export function evaluateMetric(
  metric: AnyMetric,
  rows: readonly unknown[] | Readonly<Record<string, readonly unknown[]>>,
  options: EvaluateOptions<never> = {},
): readonly MetricValue[] {
  const { plan, wanted, toValue } = metric['~metric']
  return sortedValues(plan.loops(timedRows(metric, rows, options), wanted).map(toValue))
}

function timedRows(
  metric: AnyMetric,
  rows: readonly unknown[] | Readonly<Record<string, readonly unknown[]>>,
  { timestamp }: EvaluateOptions<never>,
): RowLists {
  const { sources, inputs } = metric['~metric']
  if (Array.isArray(rows)) return timed(metric.id, rows as readonly unknown[], sources, timestamp)
  return Object.fromEntries(
    Object.entries(rows as Readonly<Record<string, readonly unknown[]>>).map(([name, list]) => [
      name,
      timed(metric.id, list, inputs[name]?.['~metric'].sources ?? [], timestamp),
    ]),
  )
}

function timed(
  id: string,
  rows: readonly unknown[],
  sources: readonly MetricSource<unknown>[],
  given: ((row: never) => Timestamp) | undefined,
): readonly TimedRow[] {
  const timestampOf = given ?? sources[0]?.timestamp
  return rows.map((row) => {
    const timestamp = timestampOf?.(row as never)
    if (timestamp !== undefined && isTimestamp(timestamp)) return { row, timestamp }
    throw new PipelineError(
      'NO_TIMESTAMP',
      `A row of "${id}" has ${timestampOf === undefined ? 'nobody who knows when it happened' : `the timestamp ${String(timestamp)}`}, so it belongs to ` +
        'no window. Give the source a timestamp function, metricSource(…, { timestamp }), that returns whole milliseconds.',
    )
  })
}
