/**
 * The values of metrics three ways: by the batch runner, live with events out of order, and by the reference evaluator.
 */
import { batchRunner } from '@tidemark/runners/batch'
import { streamingRunner } from '@tidemark/runners/streaming'
import { evaluate, type SettledResult } from '@tidemark/runners/testing'
import type { AnyMetric, MetricValue } from '@tidemark/transforms/metrics'
import { expect } from 'vitest'
import { disordered, LOGS, valuesByMetric, type Events } from './registrar-pipeline.ts'

/** The settled values of metrics, by id. */
export type SettledById = Readonly<Record<string, SettledResult>>

/** What three ways have settled on. */
export interface ThreeRuns {
  readonly batch: SettledById
  readonly live: SettledById
  readonly evaluated: SettledById
}

/** Computes metrics of events three ways. No way may leave anything out. */
export async function threeRuns(metrics: readonly AnyMetric[], events: Events, seed = 3): Promise<ThreeRuns> {
  const history = await batchRunner({ progress: 'never', settled: true }).run(valuesByMetric(metrics, events))
  expect([...history.ledgerCounts], 'left out in batch').toEqual([])
  const job = streamingRunner({ maxFuture: 'off', bundleSize: 3, settled: true }).run(
    valuesByMetric(metrics, disordered(events, seed)),
  )
  await job.done
  expect([...job.ledgerCounts], 'left out live').toEqual([])
  return { batch: history.settled, live: job.settled, evaluated: evaluated(metrics, events) }
}

/** What the reference evaluator says of metrics. */
function evaluated(metrics: readonly AnyMetric[], events: Events): SettledById {
  return evaluate(valuesByMetric(metrics, events), eventsByLog(events)).outputs
}

/** The events by the names of their logs. */
export function eventsByLog(events: Events): Readonly<Record<string, readonly unknown[]>> {
  return Object.fromEntries(Object.entries(LOGS).map(([name, family]) => [name, events[family] ?? []]))
}

/** The values that a metric has settled on, in the order of windows. */
export function valuesOf(settled: SettledResult): readonly MetricValue[] {
  expect(settled.entries.every(({ count }) => count === 1)).toBe(true)
  return settled.entries.map(({ value }) => value as MetricValue)
}

/** What a figure is called: the start of its window in UTC, as exact as it has to be, and its slice, as its dimensions are ordered. */
function nameOf({ window, slice }: MetricValue, dimensions: readonly string[]): string {
  const start = new Date(window.start).toISOString()
  const from = start.endsWith('T00:00:00.000Z') ? start.slice(0, 10) : start.slice(0, 16)
  return [from, ...dimensions.map((name) => String(slice[name]))].join(' ')
}

/** Values by window and slice, such as `{ '2026-03-02 test web': 4 }`. */
export type Figures = Readonly<Record<string, unknown>>

/** A metric and its figures: all of them, or these `among others`. */
type Expected = readonly [metric: AnyMetric, figures: Figures, among?: 'among others']

/** Expects metrics of events to have these figures, three ways. */
export async function expectFigures(events: Events, expected: readonly Expected[]): Promise<void> {
  const metrics = expected.map(([metric]) => metric)
  const runs = await threeRuns(metrics, events)
  for (const [way, byId] of Object.entries(runs) as [string, SettledById][]) {
    for (const [metric, right, among] of expected) {
      const { id } = metric
      const { dimensions } = metric['~metric'].plan
      const figures = valuesOf(byId[id]!).map((value) => [nameOf(value, dimensions), value.value] as const)
      const found = Object.fromEntries(among === undefined ? figures : figures.filter(([name]) => name in right))
      expect(found, `${id}, ${way}`).toEqual(right)
      // A window and a slice have one value.
      expect(new Set(figures.map(([name]) => name)).size).toBe(figures.length)
    }
  }
}
