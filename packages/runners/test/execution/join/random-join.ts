/**
 * Random arrivals of two sources, played to an engine over a pipeline that joins them, and what the evaluator makes of the same elements.
 */
import { DROP_REASONS, type LedgerEntry, type PCollection, type Root } from '@tidemark/core'
import { buildGraph, type PipelineGraph } from '@tidemark/core/graph'
import fc from 'fast-check'
import { expect } from 'vitest'
import { Engine, type EngineOptions } from '../../../src/execution/engine.ts'
import type { SettledResult } from '../../../src/settled/settled-result.ts'
import { evaluate } from '../../../src/testing/evaluator/evaluate.ts'

/** An element: its time, its key, its number. */
export type Arriving = readonly [at: number, key: unknown, value: number]

/** What happens to one of the sources. */
export type Arrival =
  | { readonly source: 'L' | 'R'; readonly offer: readonly Arriving[] }
  | { readonly source: 'L' | 'R'; readonly watermark: number }
  | { readonly source: 'L' | 'R'; readonly idle: true }

/** A pipeline with the output `out`. */
export type JoinPipeline = (root: Root) => Readonly<Record<string, PCollection<unknown>>>

const source = fc.constantFrom('L' as const, 'R' as const)

/** Arrivals between -10 and 60, in disorder, with watermarks that run ahead now and then, and sources that fall silent. */
export function arrivals(keys: readonly unknown[], silences = true): fc.Arbitrary<readonly Arrival[]> {
  const element = fc.tuple(fc.integer({ min: -10, max: 60 }), fc.constantFrom(...keys), fc.integer({ min: 0, max: 2 }))
  return fc.array(
    fc.oneof(
      { weight: 6, arbitrary: fc.record({ source, offer: fc.array(element, { minLength: 1, maxLength: 5 }) }) },
      { weight: 3, arbitrary: fc.record({ source, watermark: fc.integer({ min: -12, max: 70 }) }) },
      { weight: silences ? 1 : 0, arbitrary: fc.record({ source, idle: fc.constant(true as const) }) },
    ),
    { maxLength: 14 },
  )
}

/** The same arrivals with every element in a bundle of its own. */
export function inSingles(list: readonly Arrival[]): readonly Arrival[] {
  return list.flatMap((arrival): readonly Arrival[] =>
    'offer' in arrival ? arrival.offer.map((element) => ({ source: arrival.source, offer: [element] })) : [arrival],
  )
}

/** The elements of a source, in the order of arrival. */
export function elementsOf(list: readonly Arrival[], name: 'L' | 'R'): readonly Arriving[] {
  return list.flatMap((arrival) => ('offer' in arrival && arrival.source === name ? arrival.offer : []))
}

/** What an engine made of arrivals. */
export interface Played {
  readonly settled: SettledResult
  readonly ledger: readonly LedgerEntry[]
  readonly graph: PipelineGraph
}

/** Plays arrivals to an engine; with `restores`, to one that is made anew from its snapshot before each. */
export function play(
  pipeline: JoinPipeline,
  list: readonly Arrival[],
  options: EngineOptions = {},
  restores = false,
): Played {
  const ledger: LedgerEntry[] = []
  const all = { ...options, settled: true, onLedger: (entry: LedgerEntry) => void ledger.push(entry) }
  const graph = buildGraph(pipeline)
  let engine = new Engine(graph, all)
  for (const input of engine.inputs) input.openSplits(['0'])
  let offset = 0
  for (const arrival of list) {
    if (restores) {
      const snapshot = engine.snapshot()
      engine = new Engine(buildGraph(pipeline), all)
      engine.restore(snapshot)
    }
    const input = engine.inputs.find(({ step }) => step.path === arrival.source)!
    if ('offer' in arrival) {
      if (arrival.offer.length === 0) continue
      const offsets = arrival.offer.map(() => offset++)
      input.offer('0', { elements: arrival.offer, offsets, rejected: [], position: null, bytes: 0, done: false })
    } else if ('watermark' in arrival) input.advanceWatermark('0', arrival.watermark)
    else input.markIdle('0')
    engine.assertConserved()
  }
  for (const input of engine.inputs) input.complete('0')
  engine.assertConserved()
  expect(
    engine
      .counters()
      .map(({ waiting }) => waiting)
      .every((waiting) => waiting === 0),
  ).toBe(true)
  return { settled: engine.settled('out'), ledger, graph }
}

/** What the evaluator makes of all elements but those that were dropped. */
export function evaluated(list: readonly Arrival[], { graph, ledger }: Played): SettledResult {
  const input = { L: elementsOf(list, 'L'), R: elementsOf(list, 'R') }
  return evaluate(
    graph,
    input,
    ledger.filter(({ reason }) => DROP_REASONS.includes(reason)),
  ).outputs['out']!
}
