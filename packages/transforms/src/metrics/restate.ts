/**
 * restate: final values corrected from raw rows, as new versions with a reason.
 *
 * Rows that came after finality are in the ledger and not in any value. A correction never changes a final value in silence: it computes the
 * affected windows anew, by the naive evaluator over the raw rows, and gives what differs as a restatement.
 */
import { compareWindows, formatWindow, type Timestamp, type Window } from '@tidemark/core'
import { evaluateMetric } from './evaluate-metric.ts'
import type { Metric } from './metric.ts'
import type { MetricValue } from './metric-value.ts'
import { nameOf, sameValue, type PublishedValue } from './published.ts'

/** Options of {@link restate}. */
export interface RestateOptions<Row, Value, S> {
  /** What has been published: the last of each window and slice. */
  readonly published: readonly PublishedValue<Value | null, S>[]
  /** All raw rows of the windows that are looked at, as the metric's source gives them. */
  readonly rows: readonly Row[]
  /** The rows that came too late: only their windows are computed anew. All windows that were published, when left out. */
  readonly late?: readonly Row[]
  /** Why, as the restated values shall say: `late data after finalization (a8)`. */
  readonly reason: string
  /** When a row happened; what the source says when left out. */
  readonly timestamp?: (row: Row) => Timestamp
}

/** What a restatement did. */
export interface Restatement<Value, S> {
  /** The windows that were computed anew. */
  readonly recomputed: readonly Window[]
  /** The values that differ from what was final, to be published in its place. */
  readonly restated: readonly PublishedValue<Value | null, S>[]
}

/**
 * Computes published windows anew and gives the values that differ, one version on.
 *
 * **Contract** — Only final values are restated: a provisional one corrects itself. A window and slice that had no value gets version 1; where the
 * rows give none any more, the value is restated as `null`. Pure; nothing is published.
 */
export function restate<Row, Value, S>(
  metric: Metric<Row, Value, S>,
  options: RestateOptions<NoInfer<Row>, NoInfer<Value>, NoInfer<S>>,
): Restatement<Value, S> {
  const { published, rows, late, reason, timestamp } = options
  const evaluate = (list: readonly Row[]): readonly MetricValue<Value, S>[] =>
    evaluateMetric(metric, list, timestamp === undefined ? {} : { timestamp })
  // The windows of late rows are those that they alone would have; sessions lie in the ones that they would merge into.
  const touched = late === undefined ? published : evaluate(late)
  const all = evaluate(rows)
  const isTouched = (window: Window): boolean =>
    touched.some((value) => value.window.start >= window.start && value.window.end <= window.end)
  const before = new Map(published.map((value) => [nameOf(value), value]))
  const now = new Map(all.filter(({ window }) => isTouched(window)).map((value) => [nameOf(value), value]))
  const gone = published.filter((value) => isTouched(value.window) && !now.has(nameOf(value)))
  const restated = [...now].flatMap(([name, value]) => restatedValue(value, before.get(name), reason, published))
  const withdrawn = gone
    .filter(({ status, value }) => status !== 'provisional' && value !== null)
    .map((last) => ({
      ...last,
      value: null,
      status: 'restated' as const,
      version: last.version + 1,
      replaces: last.value,
      reason,
    }))
  const windows = new Map([...now.values(), ...gone].map(({ window }) => [formatWindow(window), window]))
  return { recomputed: [...windows.values()].toSorted(compareWindows), restated: [...restated, ...withdrawn] }
}

function restatedValue<Value, S>(
  value: MetricValue<Value, S>,
  last: PublishedValue<Value | null, S> | undefined,
  reason: string,
  published: readonly PublishedValue<Value | null, S>[],
): readonly PublishedValue<Value | null, S>[] {
  if (last?.status === 'provisional' || (last !== undefined && sameValue(last.value, value.value))) return []
  const { watermark, completeness } = last ?? latestOf(published)
  return [
    {
      ...value,
      status: 'restated',
      version: (last?.version ?? 0) + 1,
      watermark,
      completeness,
      ...(last !== undefined && { replaces: last.value }),
      reason,
    },
  ]
}

const NOTHING_HEARD = { passed: [], behind: [], silent: [], missing: [], isComplete: true }

// A window that was never published has no moment of its own; it takes that of the latest publication.
function latestOf(
  published: readonly PublishedValue<unknown, unknown>[],
): Pick<PublishedValue, 'watermark' | 'completeness'> {
  const watermark = published.reduce((latest, value) => Math.max(latest, value.watermark), 0)
  return { watermark, completeness: NOTHING_HEARD }
}
