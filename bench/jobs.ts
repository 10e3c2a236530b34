/**
 * What is measured against what.
 */
import { EVENTS } from './events.ts'
import { DELIVERIES, PASSES } from './numbers.ts'

/** A program of ours or of a rival, by the module that it is. */
export interface Program {
  readonly name: string
  /** The module, from the compiled folder of the benches. */
  readonly module: string
  /** How often it runs before it is measured. */
  readonly warmUp: number
}

/** A rival, and how long we may take. */
export interface Rival extends Program {
  /** The greatest median of our time to the rival's that is good enough, if there is one. */
  readonly target: number | undefined
  /** What must be installed first, if anything. */
  readonly needs?: string
}

/** One piece of work. */
export interface Job {
  readonly name: string
  readonly ours: Program
  readonly rivals: readonly Rival[]
  /** How many elements a run takes in, where they are not {@link EVENTS}. */
  readonly elements?: number
  /** The greatest time of our own that is good enough, if there is one: nanoseconds of the processor per element, in the best run. */
  readonly limit?: number
}

/** Where rivals are installed that this repository does not depend on, from its root. */
export const RIVALS_FOLDER = 'out/rivals'

/** Runs until a program is as fast as it gets; compilation comes in steps. */
const WARM_UP = 10

/** The jobs, in the order of the table. */
export const JOBS: readonly Job[] = [
  {
    name: 'chain of map, filter and map',
    ours: { name: 'Tidemark', module: 'programs/tidemark-chain.js', warmUp: WARM_UP },
    rivals: [
      { name: 'RxJS 7.8', module: 'rivals/rxjs-chain.js', warmUp: WARM_UP, target: 1 },
      { name: 'a loop by hand', module: 'rivals/loop-chain.js', warmUp: WARM_UP, target: undefined },
    ],
  },
  {
    name: 'count and sum per key and minute, out of order',
    ours: { name: 'Tidemark', module: 'programs/tidemark-windows.js', warmUp: WARM_UP },
    rivals: [
      { name: 'nested maps by hand', module: 'rivals/loop-windows.js', warmUp: WARM_UP, target: 3 },
      {
        name: "Beam's TypeScript direct runner 2.49.0",
        module: 'rivals/beam-windows.js',
        warmUp: 1,
        target: undefined,
        needs: 'apache-beam',
      },
    ],
  },
  {
    name: 'running total per key, in the order of time',
    ours: { name: 'Tidemark', module: 'programs/tidemark-state-in-time.js', warmUp: WARM_UP },
    rivals: [{ name: 'sort and Map by hand', module: 'rivals/loop-state-in-time.js', warmUp: WARM_UP, target: 2 }],
  },
  {
    name: 'running total per key, as events come',
    ours: { name: 'Tidemark', module: 'programs/tidemark-state-on-arrival.js', warmUp: WARM_UP },
    rivals: [{ name: 'a Map by hand', module: 'rivals/loop-state-on-arrival.js', warmUp: WARM_UP, target: undefined }],
  },
  {
    name: 'two streams joined within five seconds',
    ours: { name: 'Tidemark', module: 'programs/tidemark-interval-join.js', warmUp: WARM_UP },
    rivals: [{ name: 'sorted merge by hand', module: 'rivals/merge-interval-join.js', warmUp: WARM_UP, target: 3 }],
  },
  {
    name: 'a stream joined with the latest row of a dimension',
    ours: { name: 'Tidemark', module: 'programs/tidemark-as-of-join.js', warmUp: WARM_UP },
    rivals: [{ name: 'sorted merge by hand', module: 'rivals/merge-as-of-join.js', warmUp: WARM_UP, target: 3 }],
  },
  {
    name: 'exact sum of floats, the combiner alone',
    ours: { name: 'Tidemark', module: 'programs/tidemark-exact-sum.js', warmUp: WARM_UP },
    rivals: [{ name: 'a plain sum by hand', module: 'rivals/loop-sum.js', warmUp: WARM_UP, target: 4 }],
    elements: PASSES * EVENTS,
  },
  {
    name: 'distinct ids by HyperLogLog, the combiner alone',
    ours: { name: 'Tidemark', module: 'programs/tidemark-distinct-approx.js', warmUp: WARM_UP },
    rivals: [{ name: 'a Set by hand', module: 'rivals/set-distinct.js', warmUp: WARM_UP, target: undefined }],
    elements: PASSES * EVENTS,
    limit: 60,
  },
  {
    name: 'three quantiles by DDSketch, the combiner alone',
    ours: { name: 'Tidemark', module: 'programs/tidemark-quantiles.js', warmUp: WARM_UP },
    rivals: [
      {
        name: '@datadog/sketches-js 2.1.1',
        module: 'rivals/datadog-quantiles.js',
        warmUp: WARM_UP,
        target: 1.3,
      },
    ],
    elements: PASSES * EVENTS,
  },
  {
    name: 'one element of each id, conflicts reported',
    ours: { name: 'Tidemark', module: 'programs/tidemark-dedupe.js', warmUp: WARM_UP },
    rivals: [{ name: 'a Set by hand', module: 'rivals/set-dedupe.js', warmUp: WARM_UP, target: 1.5 }],
    elements: DELIVERIES,
  },
]

/** The elements and nothing else, to tell how much memory is theirs. */
export const ELEMENTS_ALONE: Program = { name: 'the elements alone', module: 'programs/elements-alone.js', warmUp: 0 }
