/**
 * The law of sinks that say what they take: whatever a sink is handed comes to the settled result of the collection.
 */
import {
  afterCount,
  afterWatermark,
  combinePerKey,
  filter,
  fixedWindows,
  flatMap,
  flatten,
  globalWindow,
  groupByKey,
  map,
  milliseconds,
  orFinally,
  repeatedly,
  reshuffle,
  sessions,
  slidingWindows,
  windowInto,
  type AccumulationMode,
  type KV,
  type PCollection,
  type PTransform,
  type Root,
  type Trigger,
  type WindowFn,
} from '@tidemark/core'
import { count, max, mean, sum } from '@tidemark/transforms'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatDifferences, settledDifferences } from '../../../src/settled/settled-result.ts'
import { numbers, type Element } from '../scripted.ts'
import { folded, TAKES, TakingRun } from './taking-run.ts'

type Keyed = PCollection<KV<string, number>>
type Event =
  | { readonly kind: 'offer'; readonly source: number; readonly elements: readonly Element[] }
  | { readonly kind: 'watermark'; readonly source: number; readonly by: number }
  | { readonly kind: 'idle'; readonly source: number }
  | { readonly kind: 'tick' }
  | { readonly kind: 'restore' }

const ten = milliseconds(10)
const windowFns: Readonly<Record<string, WindowFn>> = {
  fixed: fixedWindows(ten),
  sliding: slidingWindows(milliseconds(20), ten),
  sessions: sessions(ten),
  global: globalWindow(),
}
const triggers: Readonly<Record<string, Trigger>> = {
  'at the end': afterWatermark({ late: afterCount(1) }),
  early: afterWatermark({ early: afterCount(1), late: afterCount(1) }),
  'in twos': repeatedly(afterCount(2)),
  finishing: orFinally(repeatedly(afterCount(1)), afterCount(2)),
}
const combiners: Readonly<Record<string, PTransform<Keyed, PCollection<KV<string, unknown>>>>> = {
  sum: combinePerKey('Group', sum()),
  count: combinePerKey('Group', count()),
  max: combinePerKey('Group', max()),
  mean: combinePerKey('Group', mean()),
  lists: groupByKey('Group'),
}
const sizeOf = (value: unknown): number => (Array.isArray(value) ? value.length : Math.trunc(Number(value)))
type Shape = (
  grouped: PCollection<KV<string, unknown>>,
  other: () => PCollection<KV<string, unknown>>,
) => PCollection<unknown>
const shapes: Readonly<Record<string, Shape>> = {
  direct: (grouped) => grouped,
  reshuffled: (grouped) => grouped.pipe(reshuffle()),
  mapped: (grouped) => grouped.pipe(map(([key, value]) => `${key}${sizeOf(value)}`)),
  'filtered low': (grouped) => grouped.pipe(filter(([, value]) => sizeOf(value) < 3)),
  'filtered odd': (grouped) => grouped.pipe(filter(([, value]) => sizeOf(value) % 2 === 1)),
  several: (grouped) =>
    grouped.pipe(flatMap(([key, value]) => Array.from({ length: sizeOf(value) % 4 }, (_, i) => [key, i] as const))),
  'two ways': (grouped) => flatten([grouped.pipe(filter(([, value]) => sizeOf(value) % 2 === 0)), grouped]),
  'two groupings': (grouped, other) => flatten([grouped, other()]),
  'grouped again': (grouped) =>
    grouped.pipe(
      map(([key, value]) => [key.length, sizeOf(value)] as const),
      filter(([, size]) => size < 3),
      windowInto(fixedWindows(ten), {
        trigger: triggers['early']!,
        allowedLateness: milliseconds(0),
        accumulationMode: 'accumulating',
        mayDrift: true,
      }),
      groupByKey('Again'),
    ),
  rewindowed: (grouped) => grouped.pipe(windowInto(fixedWindows(milliseconds(7)))),
}

interface Case {
  readonly windows: string
  readonly trigger: string
  readonly combiner: string
  readonly shape: string
  readonly mode: AccumulationMode
  readonly lateness: number
  readonly closing: 'always' | 'if-non-empty'
  readonly onTime: 'always' | 'if-non-empty'
  readonly shards: number
  readonly events: readonly Event[]
}

function windowed({ windows, trigger, mode, lateness, closing, onTime }: Case): PTransform<Keyed, Keyed> {
  return windowInto(windowFns[windows]!, {
    trigger: triggers[trigger]!,
    allowedLateness: milliseconds(lateness),
    accumulationMode: mode,
    closing,
    onTime,
    mayLoseData: true,
    mayDrift: true,
  })
}

function pipelineOf(given: Case): (root: Root) => PCollection<unknown> {
  return (root) => {
    const grouped = numbers(root, {}, 'A').pipe(windowed(given), combiners[given.combiner]!)
    const other = () => numbers(root, {}, 'B').pipe(windowed(given), groupByKey('Other'))
    return shapes[given.shape]!(grouped, other)
  }
}

const element = fc.tuple(fc.integer({ min: 0, max: 60 }), fc.constantFrom('a', 'b'), fc.integer({ min: 1, max: 3 }))
const source = fc.integer({ min: 0, max: 1 })
const event: fc.Arbitrary<Event> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('offer'),
      source,
      elements: fc.array(element, { minLength: 1, maxLength: 3 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('idle'), source }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('watermark'), source, by: fc.integer({ min: 1, max: 30 }) }) },
  { weight: 1, arbitrary: fc.constantFrom<Event>({ kind: 'tick' }, { kind: 'restore' }) },
)
const cases: fc.Arbitrary<Case> = fc.record({
  windows: fc.constantFrom(...Object.keys(windowFns)),
  trigger: fc.constantFrom(...Object.keys(triggers)),
  combiner: fc.constantFrom(...Object.keys(combiners)),
  shape: fc.constantFrom(...Object.keys(shapes)),
  mode: fc.constantFrom('accumulating', 'discarding', 'retracting'),
  lateness: fc.constantFrom(0, 5, 25),
  closing: fc.constantFrom('always', 'if-non-empty'),
  onTime: fc.constantFrom('always', 'if-non-empty'),
  shards: fc.constantFrom(1, 1, 2, 8),
  events: fc.array(event, { maxLength: 25 }),
})

/** Runs a case to its end; the watermarks of both sources go on, and what was written is looked at on the way. */
function run(given: Case): TakingRun {
  const taking = new TakingRun(pipelineOf(given), { shards: given.shards })
  const sources = taking.engine.inputs.map(({ step }) => step.path)
  const watermarks = sources.map(() => 0)
  let now = 0
  for (const one of given.events) {
    if (one.kind === 'restore') taking.restore()
    else if (one.kind === 'tick') taking.tick((now += 10))
    else {
      const index = one.source % sources.length
      const name = sources[index]!
      if (one.kind === 'offer') taking.offer(one.elements, name)
      else if (one.kind === 'idle') taking.input(name).markIdle('0')
      else taking.watermark((watermarks[index]! += one.by), name)
    }
    // At every moment what has been given of changes and overwrites is the settled result so far.
    for (const takes of ['changes', 'overwrites'] as const) expectSettled(taking, takes)
    taking.engine.assertConserved()
  }
  return taking.complete()
}

function expectSettled(taking: TakingRun, takes: (typeof TAKES)[number]): void {
  const differences = settledDifferences(taking.settled(), folded(takes, taking.taken[takes]))
  expect(`${takes}: ${formatDifferences(differences)}`).toBe(`${takes}: `)
}

describe('what a sink is handed', () => {
  // Mutation: packages/runners/src/execution/sink/final-step.ts: `if (effect === 'add') this.#add(absorbedBy` → `if (effect === 'change') this.#add(absorbedBy`
  // Mutation: packages/runners/src/execution/sink/final-step.ts: `this.standing.replace(origin, values)` → `this.standing.add(origin, values)`
  // Mutation: packages/runners/src/execution/sink/standing-panes.ts: `return expiryOf(window, this.#groupings.get(step)!.allowedLateness)` → `return window.end - 1 - 0 * expiryOf(window, step)`
  // Mutation: packages/runners/src/execution/sink/overwrites-step.ts: `return severalWays || beginsAnew` → `return beginsAnew`
  // Mutation: packages/runners/src/execution/sink/overwrites-step.ts: `if (effect === 'add' && gone.length > 0) this.#take` → `if (effect === 'change' && gone.length > 0) this.#take`
  // Mutation: packages/runners/src/execution/sink/changes-step.ts: `if (!info.isLast) this.standing.replace` → `if (info.isLast) this.standing.replace`
  // Mutation: packages/runners/src/execution/sink/changes-step.ts: `.merging) this.addRows` → `.severalWays) this.addRows`
  // Mutation: packages/runners/src/execution/sink/taking-step.ts: `[...before, ...rows]` → `[...rows]`
  // Mutation: packages/runners/src/execution/sink/taking-step.ts: `this.standing.load(panes)` → `void panes`
  // Mutation: packages/runners/src/execution/sink/inflow.ts: `Math.min(2, (sum.get(step) ?? 0) + count)` → `Math.min(1, (sum.get(step) ?? 0) + count)`
  it('comes to the settled result of the collection, at every moment but for what is not final', () => {
    fc.assert(
      fc.property(cases, (given) => {
        const taking = run(given)
        for (const takes of TAKES) expectSettled(taking, takes)
        expect(TAKES.map((takes) => taking.counters(takes).waiting)).toEqual([0, 0, 0])
      }),
      { numRuns: Number(process.env['TIDEMARK_RUNS'] ?? 1_000), seed: 1 },
    )
  }, 3_600_000)
})
