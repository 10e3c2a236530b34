/**
 * Dictionary: metrics by id, and the page that explains them.
 *
 * Everything on the page comes from the metric objects. Nothing is written twice, so the page cannot say what is not computed.
 */
import { PipelineError } from '@tidemark/core'
import type { DictionaryEntry } from './dictionary-entry.ts'
import { dictionaryPage } from './dictionary-page.ts'
import { dependentsOf, lineageOf, type Lineage, type Removal } from './lineage.ts'
import type { AnyMetric, StrictMetric } from './metric.ts'

/** Metrics that are explained together. */
export interface MetricDictionary<out M extends AnyMetric = AnyMetric> {
  readonly metrics: readonly M[]
  readonly entries: readonly DictionaryEntry[]
  /** The metric of an id. Throws a PipelineError with code `UNKNOWN_METRIC` for one that is not there. */
  readonly get: (id: string) => M
  /** The page, in Markdown. */
  readonly markdown: (title?: string) => string
  /** The page as data. */
  readonly toJSON: () => { readonly metrics: readonly DictionaryEntry[] }
  /** The lineage of one metric, or of all; what rests on something removed is marked. */
  readonly lineage: (id?: string, removed?: Removal) => Lineage
  /** The ids of the metrics that rest on something. */
  readonly dependents: (removed: Removal) => readonly string[]
}

/** Puts metrics into a dictionary. An id that stands twice is an error (code `DUPLICATE_METRIC`). */
export function dictionary<const M extends AnyMetric>(metrics: readonly M[]): MetricDictionary<M> {
  const byId = new Map(metrics.map((metric) => [metric.id, metric]))
  if (byId.size < metrics.length) {
    const twice = metrics.find(({ id }, index) => metrics.findIndex((other) => other.id === id) !== index)!
    throw new PipelineError(
      'DUPLICATE_METRIC',
      `The id "${twice.id}" stands twice in a dictionary: two numbers with one name are what a dictionary is there to prevent. Rename one.`,
    )
  }
  const get = (id: string): M => {
    const metric = byId.get(id)
    if (metric !== undefined) return metric
    throw new PipelineError(
      'UNKNOWN_METRIC',
      `The dictionary has no metric "${id}". Its metrics are ${[...byId.keys()].join(', ') || 'none'}.`,
    )
  }
  const entries = Object.freeze(metrics.map(({ entry }) => entry))
  return Object.freeze({
    metrics: Object.freeze([...metrics]),
    entries,
    get,
    markdown: (title = 'Metrics') => dictionaryPage(title, entries),
    toJSON: () => ({ metrics: entries }),
    lineage: (id?: string, removed?: Removal) => lineageOf(id === undefined ? metrics : get(id), removed),
    dependents: (removed: Removal) => dependentsOf(metrics, removed),
  })
}

/**
 * A dictionary in which every metric has an owner, an audience, a unit, a decision, a runbook, a finality, a freshness and a readable formula: one
 * made by `defineStrictMetric`. Another does not compile, and is refused at construction (code `METRIC_NOT_STRICT`).
 */
export function strictDictionary<const M extends StrictMetric<never, unknown, unknown>>(
  metrics: readonly M[],
): MetricDictionary<M> {
  for (const metric of metrics) {
    if ((metric as Partial<M>).isStrict === true) continue
    throw new PipelineError(
      'METRIC_NOT_STRICT',
      `Metric "${metric.id}" was defined without what a strict dictionary asks for (owner, audience, unit, decision, runbook, finality, freshness). ` +
        'Define it with defineStrictMetric.',
    )
  }
  return dictionary(metrics)
}
