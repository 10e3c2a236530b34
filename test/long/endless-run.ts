/**
 * Any number of elements over a thousand hours of event time, sent through a pipeline, and what is kept of them on the way.
 *
 * A tenth of the elements has keys that come and go, so that keys have to be forgotten too; the others share a hundred. All are out
 * of order by half a minute. What is looked at is all that an engine keeps: the size of its snapshot.
 */
import {
  boundedOutOfOrderness,
  map,
  read,
  seconds,
  type KV,
  type PCollection,
  type PullSource,
  type Root,
} from '@tidemark/core'
import { buildGraph } from '@tidemark/core/graph'
import { Engine } from '../../packages/runners/src/execution/engine.ts'

/** Hours of event time. */
const HOURS = 1000
const SPAN = HOURS * 3_600_000
const BUNDLE = 500

/** An element: its time, its key, its number. */
type Element = readonly [at: number, key: string, value: number]
/** Elements as pipelines get them. */
export type Side = PCollection<KV<string, number>>

/** What an engine has come to after some hours. */
export interface Mark {
  readonly hour: number
  /** Rows that have come out. */
  readonly rows: number
  /** Rows that wait in state. */
  readonly waiting: number
  /** Bytes of a snapshot: all that is kept. */
  readonly state: number
}

/**
 * Runs `elements` through a pipeline of one or more sources, in turn, calls `look` every hundred hours, and checks at the end that all
 * are accounted for.
 */
export function runEndless(
  pipeline: (root: Root) => PCollection<unknown>,
  elements: number,
  look: (mark: Mark) => void,
): void {
  let rows = 0
  const graph = buildGraph((root) => ({ out: pipeline(root) }))
  const engine = new Engine(graph, { onOutput: (_, values) => void (rows += values.length) })
  const sources = engine.inputs.length
  for (const input of engine.inputs) input.openSplits(['0'])
  const elementAt = stream(elements)
  const markAt = (hour: number): Mark => {
    const waiting = engine.counters().reduce((sum, counters) => sum + counters.waiting, 0)
    return { hour, rows, waiting, state: engine.snapshot().length }
  }
  let next = HOURS / 10
  const bundles = sources * BUNDLE
  for (let start = 0; start < elements; start += bundles) {
    const sides: readonly Element[][] = engine.inputs.map(() => [])
    for (let index = start; index < Math.min(elements, start + bundles); index++)
      sides[index % sources]!.push(elementAt(index))
    for (const [input, side] of engine.inputs.entries()) {
      const batch = { elements: sides[input]!, rejected: [], position: null, bytes: 0, done: false }
      side.offer('0', { ...batch, offsets: sides[input]!.map((_, offset) => start / sources + offset) })
    }
    const hour = ((start + bundles) / elements) * HOURS
    if (hour < next || hour >= HOURS) continue
    next += HOURS / 10
    look(markAt(Math.floor(hour)))
  }
  for (const input of engine.inputs) input.complete('0')
  engine.assertConserved()
  look(markAt(HOURS))
}

/** A source of such elements. */
export function sideOf(root: Root, name: string): Side {
  return root.pipe(
    read(name, described, { timestamp: ([at]) => at, watermark: boundedOutOfOrderness(seconds(30)) }),
    map(([, key, value]) => [key, value] as const),
  )
}

/** The element of each number; pseudo-random, and the same every time. */
function stream(elements: number): (index: number) => Element {
  return (index) => {
    const chance = Math.imul(index + 1, 0x9e3779b1) >>> 0
    const at = Math.max(0, Math.floor((index * SPAN) / elements) - (chance % 30_000))
    const key = chance % 10 === 0 ? `once-${Math.floor(index / 50)}` : `key-${(chance >>> 8) % 100}`
    return [at, key, index]
  }
}

const described: PullSource<Element> = {
  mode: 'pull',
  description: 'a stream of any length',
  bounded: false,
  unit: 'element',
  splits: () => Promise.resolve([]),
  open: () => {
    throw new Error('A source that is only described is never opened.')
  },
}
