/**
 * The pipelines that are printed for Beam.
 */
import {
  combinePerKey,
  fixedWindows,
  map,
  minutes,
  read,
  windowInto,
  type KV,
  type PCollection,
  type PullSource,
  type Root,
} from '@tidemark/core'
import { buildGraph } from '@tidemark/core/graph'
import { sum } from '@tidemark/transforms'
import { beamPipeline, type BeamPipeline } from './beam-pipeline.ts'

/** An element of the source. */
export type Order = readonly [region: string, amount: number, at: number]
/** Orders by region. */
export type Keyed = PCollection<KV<string, number>>

const source: PullSource<Order> = {
  mode: 'pull',
  description: 'orders',
  bounded: false,
  unit: 'line',
  splits: () => Promise.resolve([]),
  open: () => {
    throw new Error('never opened')
  },
}
/** Keyed orders of a source that is only described. */
export const orders = (root: Root): Keyed =>
  root.pipe(
    read('Orders', source, { timestamp: ([, , at]) => at }),
    map(([region, amount]) => [region, amount] as const),
  )
/** Windows of a minute. */
export const perMinute = windowInto<KV<string, number>>(fixedWindows(minutes(1)))
/** Prints a pipeline. */
export const print = (pipeline: (root: Root) => Readonly<Record<string, PCollection<unknown>>>): BeamPipeline =>
  beamPipeline(buildGraph(pipeline), 'localhost:50000')
/** A windowed sum. */
export const revenue = (root: Root): { readonly revenue: Keyed } => ({
  revenue: orders(root).pipe(perMinute, combinePerKey<string, number, never, number>('Revenue', sum() as never)),
})
