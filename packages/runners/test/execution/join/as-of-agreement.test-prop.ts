/**
 * The promise for as-of joins: live, whatever the arrival, in bundles of any size, in shards, restored before every call, and in batch,
 * the settled result is that of the evaluator over what was not dropped.
 */
import {
  afterCount,
  afterWatermark,
  asOfJoin,
  boundedOutOfOrderness,
  combinePerKey,
  DROP_REASONS,
  encodeValue,
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
import { describe, expect, it } from 'vitest'
import { Engine } from '../../../src/execution/engine.ts'
import { formatDifferences, settledDifferences, type SettledResult } from '../../../src/settled/settled-result.ts'
import { evaluate } from '../../../src/testing/evaluator/evaluate.ts'
import { numbers, type Element } from '../scripted.ts'

const RUNS = Number(process.env['TIDEMARK_RUNS'] ?? 300)

type Options = AsOfJoinOptions<string, number, number, 'inner' | 'left'>
type Keyed = PCollection<KV<string, number>>

/** What goes into a side: elements as they come, or the changes of a retracting grouping over them. */
type Feed = 'elements' | 'changes'

interface Scene {
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

type Event =
  | { readonly kind: 'offer'; readonly side: Side; readonly elements: readonly Element[] }
  | { readonly kind: 'watermark'; readonly side: Side; readonly to: number }
  | { readonly kind: 'idle'; readonly side: Side }
  | { readonly kind: 'complete'; readonly side: Side }

type Side = 'Left' | 'Right'

const sides = fc.constantFrom<Side>('Left', 'Right')
const elements = fc.array(
  fc.tuple(fc.integer({ min: 0, max: 30 }), fc.constantFrom('a', 'b'), fc.integer({ min: 0, max: 3 })),
  { minLength: 1, maxLength: 5 },
)
const events = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('offer' as const), side: sides, elements }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('watermark' as const), side: sides, to: fc.nat(36) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('idle' as const), side: sides }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('complete' as const), side: sides }) },
)
const scenes = fc.record<Scene>({
  type: fc.constantFrom('inner', 'left'),
  lateness: fc.constantFrom(0, 3, 8),
  maxAge: fc.constantFrom(undefined, undefined, 0, 6),
  ordered: fc.boolean(),
  left: fc.constantFrom('elements', 'elements', 'changes'),
  right: fc.constantFrom('elements', 'elements', 'changes'),
  disorder: fc.constantFrom(undefined, undefined, 0, 4),
  events: fc.array(events, { minLength: 1, maxLength: 14 }),
})

function graphOf(scene: Scene, options: Options): PipelineGraph {
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

interface Played {
  readonly settled: SettledResult
  readonly ledger: readonly LedgerEntry[]
  /** All that came out, in order, and what was counted. */
  readonly said: string
}

interface Way {
  readonly shards?: number
  readonly restores?: boolean
  readonly singles?: boolean
  readonly mode?: 'stream' | 'history'
}

function play(scene: Scene, options: Options, { shards = 1, restores = false, singles = false, mode }: Way): Played {
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

function expectSame(name: string, a: SettledResult, b: SettledResult): void {
  const differences = settledDifferences(a, b)
  if (differences.length > 0) throw new Error(`${name}:\n${formatDifferences(differences)}`)
}

const dropsOf = ({ ledger }: Played): readonly LedgerEntry[] =>
  ledger.filter(({ reason }) => DROP_REASONS.includes(reason) && reason !== 'frozen')

type Entry = Pick<LedgerEntry, 'reason' | 'step' | 'element' | 'timestamp'>

const written = (entries: readonly Entry[]): readonly string[] =>
  entries
    .map(
      ({ reason, step, element, timestamp }) =>
        `${reason} ${step} ${timestamp} ${Buffer.from(encodeValue(element)).toString('hex')}`,
    )
    .toSorted()

function check(scene: Scene, options: Options): void {
  const graph = graphOf(scene, options)
  const live = play(scene, options, {})
  const input = (side: Side, from: readonly Event[]): readonly Element[] => {
    const open = from.slice(0, from.findIndex((event) => event.kind === 'complete' && event.side === side) >>> 0)
    return open.flatMap((event) => (event.kind === 'offer' && event.side === side ? event.elements : []))
  }
  const all = { Left: input('Left', scene.events), Right: input('Right', scene.events) }
  const drops = dropsOf(live)
  // A change that was dropped at the join leaves half of what it belongs to.
  const exact = (scene.left === 'elements' && scene.right === 'elements') || drops.every(({ step }) => step !== 'AsOf')
  if (exact) {
    const expected = evaluate(graph, all, drops)
    expectSame('live against the evaluator', live.settled, expected.outputs['out']!)
    const notes = (entries: readonly Entry[]): readonly string[] =>
      written(entries.filter(({ reason }) => reason === 'same-instant'))
    expect(notes(live.ledger)).toEqual(notes(expected.ledger))
  }
  const whole = { ...scene, events: scene.events.filter((event) => event.kind === 'offer') }
  const everything = { Left: input('Left', whole.events), Right: input('Right', whole.events) }
  const batch = play(whole, options, { mode: 'history' })
  expect(dropsOf(batch)).toEqual([])
  expectSame('batch against the evaluator', batch.settled, evaluate(graph, everything).outputs['out']!)
  const restored = play(scene, options, { restores: true })
  expect(restored.said).toBe(live.said)
  expect(written(restored.ledger)).toEqual(written(live.ledger))
  for (const shards of [2, 8]) {
    const sharded = play(scene, options, { shards })
    expect(written(sharded.ledger)).toEqual(written(live.ledger))
    expectSame(`${shards} shards against one`, sharded.settled, live.settled)
  }
  // How many panes a grouping gives, and so how many changes are dropped, depends on bundles.
  if (!exact) return
  const singles = play(scene, options, { singles: true })
  expect(written(singles.ledger)).toEqual(written(live.ledger))
  expectSame('bundles of one against others', singles.settled, live.settled)
}

function settlesOnTheSame(options: Options): void {
  fc.assert(
    fc.property(scenes, (scene) => check(scene, options)),
    { numRuns: RUNS },
  )
}

describe('an as-of join settles on the same, however it runs', { timeout: 120_000 }, () => {
  // Mutation: packages/runners/src/execution/join/as-of-join.ts: `const low = Math.min(times.left, times.row)` → `const low = times.row`
  // Mutation: packages/runners/src/execution/join/as-of-records.ts: `if (hiding > keep) keep = hiding` → `if (hiding > keep) keep = hiding + 1`
  // Mutation: packages/runners/src/execution/join/as-of-list.ts: `      this.sorted - first,` → `      this.end - first,`
  // Mutation: packages/runners/src/execution/join/as-of-rows.ts: `!isNext` → `false`
  it('when it waits', () => settlesOnTheSame({ lateRows: 'wait' }))

  // Mutation: packages/runners/src/execution/join/as-of-elements.ts: `records.keptAt(record, left.first < next ? left.times[left.first]! : Infinity)` → `records.keptAt(record, Infinity)`
  // Mutation: packages/runners/src/execution/join/as-of-rows.ts: `for (let index = left.lower(time); index < end; index++) {` → `for (let index = left.upper(time); index < end; index++) {`
  // Mutation: packages/runners/src/execution/join/as-of-rows.ts: `left.marks?.[index], was, is, left.countAt(index))` → `left.marks?.[index], was, is, 1)`
  it('when it restates', () => settlesOnTheSame({ lateRows: 'restate' }))

  // Known up to 18 milliseconds after the first instant.
  // Mutation: packages/runners/src/execution/join/as-of-records.ts: `while (marks !== undefined && hiding >= first && marks[hiding]! >= low) hiding--` → ``
  // Mutation: packages/runners/src/execution/join/as-of-order.ts: `return a === undefined || b === undefined ? 0 : a - b` → `return 0`
  it('when it freezes by when rows were known', () =>
    settlesOnTheSame({ lateRows: 'freeze', knownAt: (row) => row * 5 + 3 }))
})
