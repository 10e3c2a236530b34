/**
 * Random scenes of two sources and an as-of join of them, elements or changes on either side, and ways to play them to an engine.
 */
import {
  afterCount,
  afterWatermark,
  asOfJoin,
  boundedOutOfOrderness,
  combinePerKey,
  fixedWindows,
  milliseconds,
  windowInto,
  type AsOfJoinOptions,
  type KV,
  type LedgerEntry,
  type PCollection,
  type Root,
} from '@tidemark/core'
import { buildGraph, type PipelineGraph } from '@tidemark/core/graph'
import { sum } from '@tidemark/transforms'
import fc from 'fast-check'
import { expect } from 'vitest'
import { Engine } from '../../../src/execution/engine.ts'
import type { SettledResult } from '../../../src/settled/settled-result.ts'
import { numbers, type Element } from '../scripted.ts'

/** Options of the join. */
export type Options = AsOfJoinOptions<string, number, number, 'inner' | 'left'>
type Keyed = PCollection<KV<string, number>>

/** What goes into a side: elements as they come, or the changes of a retracting grouping over them. */
export type Feed = 'elements' | 'changes'

/** What happens, and what it happens to. */
export interface Scene {
  readonly type: 'inner' | 'left'
  readonly lateness: number
  readonly maxAge: number | undefined
  readonly ordered: boolean
  readonly left: Feed
  readonly right: Feed
  /** How far watermarks stay behind by a strategy of the sources; set by events where undefined. */
  readonly disorder: number | undefined
  readonly events: readonly Event[]
}

/** What happens to a source. */
export type Event =
  | { readonly kind: 'offer'; readonly side: Side; readonly elements: readonly Element[] }
  | { readonly kind: 'watermark'; readonly side: Side; readonly to: number }
  | { readonly kind: 'idle'; readonly side: Side }
  | { readonly kind: 'complete'; readonly side: Side }

/** The sources. */
export type Side = 'Left' | 'Right'

const sides = fc.constantFrom<Side>('Left', 'Right')
const elements = fc.array(
  fc.tuple(fc.integer({ min: 0, max: 12 }), fc.constantFrom('a', 'b'), fc.integer({ min: 0, max: 3 })),
  { minLength: 1, maxLength: 5 },
)
const events = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('offer' as const), side: sides, elements }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('watermark' as const), side: sides, to: fc.nat(16) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('idle' as const), side: sides }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('complete' as const), side: sides }) },
)
/** Scenes of any kind. */
export const scenes: fc.Arbitrary<Scene> = fc.record<Scene>({
  type: fc.constantFrom('inner', 'left'),
  lateness: fc.constantFrom(0, 3, 8, 20),
  maxAge: fc.constantFrom(undefined, undefined, 0, 6),
  ordered: fc.boolean(),
  left: fc.constantFrom('elements', 'elements', 'changes'),
  right: fc.constantFrom('elements', 'elements', 'changes'),
  disorder: fc.constantFrom(undefined, undefined, 0, 4),
  events: fc.array(events, { minLength: 4, maxLength: 18 }),
})

/** The pipeline of a scene. */
export function graphOf(scene: Scene, options: Options): PipelineGraph {
  const side = (root: Root, name: Side, feed: Feed): Keyed => {
    const { disorder } = scene
    const source = numbers(
      root,
      disorder === undefined ? {} : { watermark: boundedOutOfOrderness(milliseconds(disorder)) },
      name,
    )
    return feed === 'elements' ? source : source.pipe(changing(scene.lateness), combinePerKey(`${name}Sum`, sum()))
  }
  return buildGraph((root) => ({
    out: asOfJoin(
      'AsOf',
      { left: side(root, 'Left', scene.left), right: side(root, 'Right', scene.right) },
      {
        type: scene.type,
        ...(scene.maxAge !== undefined && { maxAge: milliseconds(scene.maxAge) }),
        ...(scene.ordered && { orderBy: (row: number) => -row }),
        // Of changes the lateness is that of the grouping: a shorter one would drop some of them.
        ...(scene.left === 'elements' && scene.right === 'elements' && { lateness: milliseconds(scene.lateness) }),
        ...options,
      },
    ),
  }))
}

function changing(lateness: number) {
  return windowInto<KV<string, number>>(fixedWindows(milliseconds(5)), {
    trigger: afterWatermark({ early: afterCount(1), late: afterCount(1) }),
    allowedLateness: milliseconds(lateness),
    accumulationMode: 'retracting',
  })
}

/** What an engine made of a scene. */
export interface Played {
  readonly settled: SettledResult
  readonly ledger: readonly LedgerEntry[]
  /** All that came out, in order, and what was counted. */
  readonly said: string
}

/** How a scene is played. */
export interface Way {
  readonly shards?: number
  /** Whether the engine is made anew from its snapshot before every call. */
  readonly restores?: boolean
  /** Whether a snapshot is taken before every call, and nothing done with it. */
  readonly snapshots?: boolean
  /** Whether every element has a bundle of its own. */
  readonly singles?: boolean
  readonly mode?: 'stream' | 'history'
}

/** Plays a scene. */
export function play(
  scene: Scene,
  options: Options,
  { shards = 1, restores = false, snapshots = false, singles = false, mode }: Way,
): Played {
  const ledger: LedgerEntry[] = []
  const said: unknown[] = []
  const make = (): Engine =>
    new Engine(graphOf(scene, options), {
      shards,
      settled: true,
      ...(mode !== undefined && { mode }),
      onLedger: (entry) => ledger.push(entry),
      onOutput: (_, values) => said.push(...values),
    })
  let engine = make()
  for (const input of engine.inputs) input.openSplits(['0'])
  let offset = 0
  const done = new Set<Side>()
  const at = (side: Side, call: (input: Engine['inputs'][number]) => void): void => {
    if (snapshots) engine.snapshot()
    if (restores) {
      const snapshot = engine.snapshot()
      engine = make()
      engine.restore(snapshot)
    }
    call(engine.inputs.find(({ step }) => step.path === side)!)
    engine.assertConserved()
  }
  const offer = (side: Side, list: readonly Element[]): void => {
    const offsets = list.map(() => offset++)
    at(side, (input) =>
      input.offer('0', { elements: list, offsets, rejected: [], position: null, bytes: 0, done: false }),
    )
  }
  for (const event of scene.events) {
    const { side } = event
    if (done.has(side)) continue
    if (event.kind === 'offer') {
      for (const list of singles ? event.elements.map((element) => [element]) : [event.elements]) offer(side, list)
    } else if (mode === 'history') continue
    else if (event.kind === 'watermark') at(side, (input) => input.advanceWatermark('0', event.to))
    else if (event.kind === 'idle') at(side, (input) => input.markIdle('0'))
    else {
      at(side, (input) => input.complete('0'))
      done.add(side)
    }
  }
  for (const side of ['Right', 'Left'] as const) if (!done.has(side)) at(side, (input) => input.complete('0'))
  for (const counters of engine.counters()) expect([counters.step, counters.waiting]).toEqual([counters.step, 0])
  return { settled: engine.settled('out'), ledger, said: JSON.stringify([said, engine.counters()]) }
}
