/**
 * Changes in sessions, by chance: groupings in series, the second of them over sessions fed by changes, against both halves of the
 * reference evaluator, in bundles of any size, over shards, and with a restore before every call.
 */
import {
  afterCount,
  afterEach,
  afterProcessingTime,
  afterWatermark,
  coGroupByKey,
  combineGlobally,
  combinePerKey,
  customWindows,
  defaultTrigger,
  DROP_REASONS,
  filter,
  fixedWindows,
  flatMap,
  flatten,
  groupByKey,
  map,
  milliseconds,
  never,
  repeatedly,
  sessions,
  slidingWindows,
  windowInto,
  type KV,
  type PCollection,
  type Root,
} from '@tidemark/core'
import { buildGraph, type PipelineGraph } from '@tidemark/core/graph'
import { evaluate, evaluatePanes, playScript } from '@tidemark/runners/testing'
import type { PaneResult, Script, ScriptEvent } from '@tidemark/runners/testing'
import { deduplicate, distinctValues, max, sum } from '@tidemark/transforms'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { runningSum } from '../testing/panes/running-sum.ts'
import { numbers, type Element } from './scripted.ts'
import { Run } from './snapshot/resumed.ts'

/** Thousands were run while it was written. */
const RUNS = 150

const gap = sessions(milliseconds(6))
const FIRST = {
  fixed: fixedWindows(milliseconds(3)),
  wide: fixedWindows(milliseconds(10)),
  sliding: slidingWindows(milliseconds(6), milliseconds(3)),
  sessions: sessions(milliseconds(4)),
} as const
const AGAIN = {
  sessions: gap,
  short: sessions(milliseconds(4)),
  /** An element is in two windows, which may become one. */
  twice: customWindows({
    name: 'twice',
    assign: (t) => [
      { start: t, end: t + 4 },
      { start: t + 5, end: t + 9 },
    ],
    merge: (windows) => gap.merge(windows),
  }),
  /** The windows of the first grouping as they are: what sessions that merge take back is taken back here. */
  same: undefined,
} as const
/** What follows the second grouping, in windows of its own. */
const THIRD: Readonly<Record<string, (input: Numbers) => PCollection<unknown>>> = {
  fixed: (input) => input.pipe(windowInto(fixedWindows(milliseconds(12)), RETRACTING), groupByKey('Third')),
  sessions: (input) => input.pipe(windowInto(sessions(milliseconds(9)), RETRACTING), groupByKey('Third')),
  stateful: (input) => input.pipe(windowInto(fixedWindows(milliseconds(12))), runningSum('event-time')),
  copies: (input) =>
    input.pipe(deduplicate('Third', { key: ([key, total]) => `${key}${total % 3}`, within: milliseconds(4) })),
  together: (input) =>
    coGroupByKey('Third', {
      all: input.pipe(windowInto(sessions(milliseconds(5)), RETRACTING)),
      odd: input.pipe(
        windowInto(sessions(milliseconds(5)), RETRACTING),
        filter(([, total]) => total % 2 === 1),
      ),
    }),
  flattened: (input) => {
    const windowed = input.pipe(windowInto(sessions(milliseconds(5)), RETRACTING))
    const pieces = flatMap(([key, total]: KV<string, number>) => [[key, -total] as const, [key, 0] as const])
    return flatten<KV<string, number>>([windowed, windowed.pipe(pieces)]).pipe(combinePerKey('Third', sum()))
  },
  overall: (input) =>
    input.pipe(
      map(([, total]) => total),
      windowInto(sessions(milliseconds(5)), RETRACTING),
      combineGlobally('Third', sum()),
    ),
  distinct: (input) =>
    input.pipe(
      windowInto(slidingWindows(milliseconds(8), milliseconds(4))),
      combinePerKey('Third', distinctValues<number>()),
    ),
}
const TRIGGERS = {
  default: defaultTrigger(),
  never: never(),
  everyOne: repeatedly(afterCount(1)),
  everyTwo: repeatedly(afterCount(2)),
  earlyAndLate: afterWatermark({ early: afterCount(1), late: afterCount(1) }),
  byClock: repeatedly(afterProcessingTime(milliseconds(10))),
  inTurn: repeatedly(afterEach(afterCount(2), afterCount(1))),
  /** Closes its window: what comes then, or is taken back, goes to the ledger. */
  once: afterCount(2),
} as const
/** Panes of changes, early and late. The lateness is that of the input. */
const RETRACTING = {
  trigger: TRIGGERS.earlyAndLate,
  allowedLateness: milliseconds(0),
  accumulationMode: 'retracting',
} as const
type Numbers = PCollection<KV<string, number>>
const names = <T extends object>(record: T) => fc.constantFrom(...(Object.keys(record) as (keyof T)[]))
const behaviours = fc.constantFrom('always' as const, 'if-non-empty' as const)
const combiners = fc.constantFrom('end-of-window' as const, 'earliest' as const, 'latest' as const)
const stages = fc.record({
  first: names(FIRST),
  firstTrigger: fc.constantFrom('everyOne' as const, 'earlyAndLate' as const, 'everyTwo' as const, 'default' as const),
  again: names(AGAIN),
  trigger: names(TRIGGERS),
  accumulationMode: fc.constantFrom('retracting' as const, 'accumulating' as const),
  lateness: fc.constantFrom(0, 7, 20),
  moreLateness: fc.constantFrom(0, 5),
  onTime: behaviours,
  closing: behaviours,
  timestampCombiner: combiners,
  what: fc.constantFrom('sum' as const, 'max' as const, 'list' as const),
  /** What is a key below the first grouping: the same, or one for all, or one for odd and one for even totals; and whether even totals pass. */
  key: fc.constantFrom('same' as const, 'one' as const, 'parity' as const),
  even: fc.boolean(),
  third: fc.option(fc.constantFrom(...Object.keys(THIRD)), { nil: undefined }),
})
type Stages = typeof stages extends fc.Arbitrary<infer S> ? S : never

/** Two groupings, or three; the first emits changes, and so does the second where there is a third. */
function pipelineOf(stage: Stages): (root: Root) => Readonly<Record<string, PCollection<unknown>>> {
  const { lateness, onTime, closing } = stage
  return (root) => {
    const first = numbers(root).pipe(
      windowInto(FIRST[stage.first], {
        trigger: TRIGGERS[stage.firstTrigger],
        allowedLateness: milliseconds(lateness),
        accumulationMode: 'retracting',
        onTime,
        closing,
      }),
      combinePerKey('First', sum()),
      filter(([, total]) => stage.even || total % 2 === 1),
      map(([key, total]) => [keyOf(stage, key, total), total] as const),
    )
    const windows = AGAIN[stage.again]
    const options = {
      trigger: TRIGGERS[stage.trigger],
      allowedLateness: milliseconds(lateness + stage.moreLateness),
      accumulationMode: stage.third === undefined ? stage.accumulationMode : 'retracting',
      onTime,
      closing,
      timestampCombiner: stage.third === undefined ? stage.timestampCombiner : 'end-of-window',
      ...(stage.trigger === 'once' && { mayLoseData: true as const }),
    } as const
    const changes = windows === undefined ? first : first.pipe(windowInto(windows, options))
    const again: Numbers =
      stage.what === 'list'
        ? changes.pipe(
            groupByKey('Again'),
            map(([key, totals]) => [key, totals.reduce((all, each) => (all * 7 + each) % 1009, 1)] as const),
          )
        : changes.pipe(combinePerKey('Again', stage.what === 'sum' ? sum() : (max() as never)))
    if (stage.third === undefined) return { again }
    const input = again.pipe(map(([key, total]) => [stage.key === 'one' ? 'all' : key, total] as const))
    return { again, third: THIRD[stage.third]!(input) }
  }
}

function keyOf({ key: of }: Stages, key: string, total: number): string {
  return of === 'same' ? key : of === 'one' ? 'all' : `${key}${total % 2}`
}

type Event = { readonly elements: readonly Element[] } | { readonly watermark: number } | { readonly tick: number }

const event: fc.Arbitrary<Event> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      elements: fc.array(
        fc.tuple(fc.integer({ min: 0, max: 30 }), fc.constantFrom('a', 'a', 'b'), fc.integer({ min: 1, max: 4 })),
        { minLength: 1, maxLength: 5 },
      ),
    }),
  },
  { weight: 3, arbitrary: fc.record({ watermark: fc.integer({ min: 0, max: 40 }) }) },
  { weight: 1, arbitrary: fc.record({ tick: fc.integer({ min: 1, max: 15 }) }) },
)
const events = fc.array(event, { minLength: 4, maxLength: 16 })

/** The events as a script; with a lateness, elements further behind the watermark are left out. */
function scriptOf(drawn: readonly Event[], lateness = Infinity): Script {
  let watermark = -Infinity
  return [
    ...drawn.flatMap((next): readonly ScriptEvent[] => {
      if ('tick' in next) return [{ processingTime: next.tick }]
      if ('watermark' in next) {
        watermark = Math.max(watermark, next.watermark)
        return [{ watermark: 'In', t: watermark }]
      }
      const rows = next.elements.filter(([at]) => at >= watermark - lateness).map((element) => [element] as const)
      return rows.length === 0 ? [] : [{ elements: 'In', rows }]
    }),
    { complete: 'In' },
  ]
}

/** How a script is played once more: over shards, with a restore before every call, one element at a time. */
interface Played {
  readonly shards: number
  readonly restores: boolean
  readonly singles: boolean
}
const PLAYED: readonly Played[] = [
  { shards: 1, restores: false, singles: true },
  { shards: 2, restores: false, singles: true },
  { shards: 8, restores: false, singles: false },
  { shards: 8, restores: true, singles: false },
]

function replay(pipeline: ReturnType<typeof pipelineOf>, script: Script, { shards, restores, singles }: Played): Run {
  const run = new Run(pipeline, { settled: true, shards }, restores)
  let now = 0
  for (const next of script) {
    if ('processingTime' in next) run.tick((now += next.processingTime))
    else if ('watermark' in next) run.watermark(next.t)
    else if ('elements' in next) {
      const elements = next.rows.map(([element]) => element)
      if (singles) for (const element of elements) run.offer(element)
      else run.offer(...elements)
    } else run.complete()
  }
  run.engine.assertConserved()
  return run
}

function elementsOf(script: Script): readonly unknown[] {
  return script.flatMap((next) => ('elements' in next ? next.rows.map(([element]) => element) : []))
}

/** What was emitted for each key and window, event by event, and the ledger. */
function byPlace({ outputs, ledger }: PaneResult): unknown {
  const places: Record<string, unknown[]> = {}
  for (const [name, panes] of Object.entries(outputs)) {
    for (const { at, element } of panes) {
      const { value, window, timestamp, sign, pane } = element
      const key = String((value as readonly unknown[])[0])
      ;(places[`${name} ${key} [${window.start}, ${window.end})`] ??= []).push([at, value, timestamp, sign, pane])
    }
  }
  const entries = ledger.map(({ reason, step, element, timestamp, window }) =>
    JSON.stringify([reason, step, element, timestamp, window]),
  )
  return { places, ledger: entries.toSorted() }
}

const safe = stages.filter(({ trigger }) => trigger !== 'once')

describe('sessions over changes', () => {
  // Mutation: packages/runners/src/execution/grouping/changing-sessions.ts: `if (missing.delete(textOf(element.window)) && missing.size === 0) return true` → `return missing.delete(textOf(element.window)) || true`
  it('are those of the elements that are left, live as in batch', () => {
    let emitted = 0
    fc.assert(
      fc.property(safe, events, fc.constantFrom(...PLAYED), (stage, drawn, played) => {
        const pipeline = pipelineOf(stage)
        const graph: PipelineGraph = buildGraph(pipeline)
        const script = scriptOf(drawn, stage.lateness)
        const { outputs } = evaluate(graph, { In: elementsOf(script) })
        const live = playScript(graph, script)
        expect(live.ledger.filter(({ reason }) => DROP_REASONS.includes(reason))).toEqual([])
        const batch = playScript(graph, [
          { elements: 'In', rows: elementsOf(script).map((element) => [element] as const) },
          { complete: 'In' },
        ])
        const { engine } = replay(pipeline, script, played)
        for (const [name, { entries }] of Object.entries(outputs)) {
          emitted += entries.length
          expect(live.settled[name]!.entries).toEqual(entries)
          expect(batch.settled[name]!.entries).toEqual(entries)
          expect(engine.settled(name).entries).toEqual(entries)
        }
      }),
      { numRuns: RUNS, seed: 1 },
    )
    expect(emitted).toBeGreaterThan(RUNS)
  })

  // Mutation: packages/runners/src/execution/grouping/changing-sessions.ts: `return only !== undefined && only.start <= own.start && own.end <= only.end ? only : undefined` → `return only`
  it('emit the panes of the pane evaluator, drops and all', () => {
    // The evaluator hands on what each key emits by itself, and its watermarks move in other steps where nothing is handed on or steps wait
    // for different times: which elements then share a bundle, and which panes a step of the watermark, is no question of meaning.
    const alike = stages
      .filter(({ key }) => key !== 'one')
      .map((stage) => ({ ...stage, even: true, moreLateness: 0 as const, third: undefined }))
    fc.assert(
      fc.property(alike, events, (stage, drawn) => {
        const graph = buildGraph(pipelineOf(stage))
        const script = scriptOf(drawn)
        expect(byPlace(playScript(graph, script))).toEqual(byPlace(evaluatePanes(graph, script)))
      }),
      { numRuns: RUNS, seed: 1 },
    )
  })

  it('say the same, to the last pane, when the engine is made anew from its snapshot before every call', () => {
    fc.assert(
      fc.property(stages, events, fc.constantFrom(1, 2), (stage, drawn, shards) => {
        const pipeline = pipelineOf(stage)
        const script = scriptOf(drawn)
        const [straight, restored] = [false, true].map((restores) =>
          replay(pipeline, script, { shards, restores, singles: false }),
        )
        expect(restored!.said).toEqual(straight!.said)
        expect(restored!.engine.snapshot()).toEqual(straight!.engine.snapshot())
      }),
      { numRuns: RUNS / 3, seed: 1 },
    )
  })
})
