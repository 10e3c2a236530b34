/**
 * Beam's TypeScript SDK, as far as a rival uses it. It is no dependency of this repository: the benches install it where nothing
 * else sees it, and do without where they cannot.
 */
import { createRequire } from 'node:module'
import { RIVALS_FOLDER } from './jobs.ts'

/** A collection of Beam's. */
export interface BeamCollection {
  apply(transform: unknown): BeamCollection
  map(fn: unknown): BeamCollection
  flatMap(fn: unknown): BeamCollection
}

/** What combines by key. */
export interface BeamGroupBy {
  combining(expression: unknown, combiner: unknown, name: string): BeamGroupBy
}

/** The parts of the SDK that a rival uses. */
export interface Beam {
  create(elements: readonly unknown[]): unknown
  assignTimestamps(fn: unknown): unknown
  windowInto(windowFn: unknown): unknown
  fixedWindows(seconds: number): unknown
  groupBy(key: unknown, name: string): BeamGroupBy
  withName(name: string, fn: unknown): unknown
  directRunner(): { run(pipeline: (root: BeamCollection) => void): Promise<unknown> }
  readonly sum: unknown
  /** Makes a time of Beam's. */
  readonly time: (milliseconds: number) => unknown
}

/** Loads the SDK. */
export function loadBeam(): Beam {
  const load = createRequire(new URL(`../../${RIVALS_FOLDER}/package.json`, import.meta.url))
  // First: its parts refer to one another, and only this door takes them in an order that works.
  const sdk = load('apache-beam') as Beam
  const { directRunner } = load('apache-beam/runners/direct_runner') as Pick<Beam, 'directRunner'>
  const { sum } = load('apache-beam/transforms/combiners') as Pick<Beam, 'sum'>
  const long = load('long') as { fromNumber(value: number): unknown }
  return { ...sdk, directRunner, sum, time: (milliseconds) => long.fromNumber(milliseconds) }
}
