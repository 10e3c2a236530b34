/**
 * Every metric of the dictionary on a generated registrar: one definition, one number, however it is computed.
 *
 * Batch, live out of order, the evaluator, and plain loops over rows that know nothing of windows or panes. And slices make up totals.
 */
import { keyText, type PCollection, type Root } from '@tidemark/core'
import { buildGraph, explainGraph } from '@tidemark/core/graph'
import {
  assertSameAnswer,
  evaluate,
  formatDifferences,
  settledDifferences,
  type SettledResult,
} from '@tidemark/runners/testing'
import { rollUp, type AnyMetric, type Metric } from '@tidemark/transforms/metrics'
import { beforeAll, describe, expect, it } from 'vitest'
import { generateEvents } from '../../../examples/registrar/generated/generate-events.ts'
import { REGISTRAR_DICTIONARY } from '../../../examples/registrar/metrics/dictionary.ts'
import { SourceRows, thinned, valuesByMetric, type Events } from './registrar-pipeline.ts'
import { eventsByLog, threeRuns, valuesOf, type ThreeRuns } from './three-runs.ts'

const every: readonly AnyMetric[] = REGISTRAR_DICTIONARY.metrics
/** Levels by the hour are told for months: of fewer events, they say no less. */
const HOURLY = ['dum_by_hour', 'authcode_rate']
/** A formula over two levels. */
const OF_LEVELS = ['cohort_margin', 'cohort_size', 'ltv']
const groups = [
  ['metrics', every.filter(({ id }) => !HOURLY.includes(id) && !OF_LEVELS.includes(id)), 3],
  ['levels by the hour', every.filter(({ id }) => HOURLY.includes(id)), 40],
  ['levels of cohorts', every.filter(({ id }) => OF_LEVELS.includes(id)), 3],
] as const

/** What the generated registry never says. */
const NEVER_HAPPENS: readonly string[] = ['epp_rate_limit_hits']

interface Timed {
  readonly row: unknown
  readonly timestamp: number
}

describe.each(groups)('%s', (_, metrics, oneOf) => {
  const { books: _books, ...all } = generateEvents({ seed: 21, days: 14 })
  const events: Events = thinned(all, oneOf)
  let runs: ThreeRuns
  let rows: ReadonlyMap<string, readonly Timed[]>

  beforeAll(async () => {
    runs = await threeRuns(metrics, events)
    rows = rowsBySource(metrics, events)
  })

  it('is drift-safe', () => {
    const { outputs, steps } = explainGraph(buildGraph(valuesByMetric(metrics, events)))
    expect(outputs).toHaveLength(metrics.length)
    expect(steps.flatMap(({ step, reasons }) => reasons.map(({ reason }) => `${step}: ${reason}`))).toEqual([])
  })

  it.each(metrics.map((metric) => [metric.id, metric] as const))('R58: %s is one number', (id, metric) => {
    const { batch, live, evaluated } = runs
    expect(differences(batch[id]!, live[id]!), 'batch and live').toBe('')
    expect(differences(batch[id]!, evaluated[id]!), 'batch and the evaluator').toBe('')
    const values = valuesOf(batch[id]!)
    expect(values.some(({ value }) => value !== null)).toBe(!NEVER_HAPPENS.includes(id))
    expect(asSet(values)).toEqual(asSet(byLoops(metric, rows, metric['~metric'].wanted.dimensions)))
  })

  it.each(
    metrics
      .filter(({ entry }) => entry.dimensions.length > 0 && entry.slices !== 'apart')
      .map((metric) => [metric.id, metric] as const),
  )('R63: the slices of %s make up its totals', (id, metric) => {
    const names = metric.entry.dimensions.map(({ name }) => name)
    for (const by of [[], names.slice(0, 1)]) {
      const total = rollUp(
        metric as Metric<never, unknown, Record<string, never>>,
        valuesOf(runs.batch[id]!) as never,
        { by },
      )
      expect(asSet(total)).toEqual(asSet(byLoops(metric, rows, by)))
    }
  })
})

describe('all metrics at once', () => {
  it('R58: settle on the same however events come, with some too late, and with runs that go on from what was saved', () => {
    const { books: _books, ...all } = generateEvents({ seed: 21, days: 14 })
    const few = Object.entries(thinned(all, 20)).map(([family, list]) => [family, everyFifth(family, list)])
    const metrics = every.filter(({ id }) => !HOURLY.includes(id) && !OF_LEVELS.includes(id))
    const pipeline = valuesByMetric(metrics, {})
    const tried = assertSameAnswer(pipeline, eventsByLog(Object.fromEntries(few) as Events), { runs: 3, seed: 3 })
    expect(Math.min(tried.live, tried.dropping, tried.restored, tried.sharded)).toBeGreaterThan(0)
  })
})

function everyFifth(family: string, events: readonly unknown[]): readonly unknown[] {
  return ['web', 'abuse', 'pipeline'].includes(family) ? events.filter((_, index) => index % 5 === 0) : events
}

/** The rows of every source that metrics read, as the evaluator makes them. */
function rowsBySource(metrics: readonly AnyMetric[], events: Events): ReadonlyMap<string, readonly Timed[]> {
  const sources = new Map(metrics.flatMap((metric) => metric['~metric'].sources).map((source) => [source.name, source]))
  const pipeline = (root: Root): Record<string, PCollection<unknown>> => {
    const made = new SourceRows(root, events)
    return Object.fromEntries([...sources].map(([name, source]) => [name, made.of(source)]))
  }
  const { rows } = evaluate(pipeline, eventsByLog(events))
  return new Map(
    Object.entries(rows).map(([name, list]) => [name, list.map(({ value, timestamp }) => ({ row: value, timestamp }))]),
  )
}

/** What plain loops say of a metric, sliced by some of its dimensions. */
function byLoops(
  { '~metric': { plan, sources, inputs, wanted } }: AnyMetric,
  rows: ReadonlyMap<string, readonly Timed[]>,
  dimensions: readonly string[],
): readonly unknown[] {
  const of = (input: AnyMetric): readonly Timed[] => rows.get(input['~metric'].sources[0]!.name)!
  const lists = Object.fromEntries(Object.entries(inputs).map(([name, input]) => [name, of(input)]))
  return plan.loops(sources.length === 1 ? rows.get(sources[0]!.name)! : lists, { ...wanted, dimensions })
}

function differences(left: SettledResult, right: SettledResult): string {
  const found = settledDifferences(left, right)
  return found.length === 0 ? '' : formatDifferences(found)
}

/** Windows, slices and values as a multiset. */
function asSet(values: readonly unknown[]): readonly string[] {
  return (values as readonly { window: unknown; slice: unknown; value: unknown }[])
    .map(({ window, slice, value }) => keyText([window, slice, value]))
    .toSorted()
}
