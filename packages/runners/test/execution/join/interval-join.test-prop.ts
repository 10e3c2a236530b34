/**
 * An interval join settles on what the evaluator computes by comparing each with each: for every arrival, in bundles of any size, in
 * shards, restored before every event, and in history, where nothing is dropped.
 */
import {
  afterCount,
  afterWatermark,
  boundedOutOfOrderness,
  combinePerKey,
  fixedWindows,
  groupByKey,
  intervalJoin,
  map,
  milliseconds,
  read,
  sessions,
  windowInto,
  type JoinType,
  type KV,
  type PCollection,
  type Root,
} from '@tidemark/core'
import { sum } from '@tidemark/transforms'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { described } from '../scripted.ts'
import {
  arrivals,
  elementsOf,
  evaluated,
  inSingles,
  play,
  type Arrival,
  type Played,
  type Arriving,
  type JoinPipeline,
} from './random-join.ts'

interface Spec {
  readonly before: number
  readonly span: number
  readonly type: JoinType
  readonly lateness: number
  /** Disorder by which each source moves its watermark; undefined where it is told. */
  readonly disorder: readonly [number | undefined, number | undefined]
}

const disorder = fc.option(fc.integer({ min: 0, max: 20 }), { nil: undefined })
const spec: fc.Arbitrary<Spec> = fc.record({
  before: fc.integer({ min: -8, max: 8 }),
  span: fc.integer({ min: 0, max: 12 }),
  type: fc.constantFrom('inner', 'left', 'right', 'full'),
  lateness: fc.integer({ min: 0, max: 8 }),
  disorder: fc.tuple(disorder, disorder),
})

const KEYS = ['a', 'b', 'ä', null, 0, -0, ['x', 1]]

type Side = PCollection<KV<unknown, number>>

function sideOf(root: Root, name: string, bound: number | undefined): Side {
  return root.pipe(
    read(name, described<Arriving>(false), {
      timestamp: ([at]) => at,
      ...(bound !== undefined && { watermark: boundedOutOfOrderness(milliseconds(bound)) }),
    }),
    map(([, key, value]) => [key, value] as const),
  )
}

function joined(
  { before, span, type, lateness }: Spec,
  sides: { readonly left: Side; readonly right: Side },
  ownLateness = true,
): PCollection<unknown> {
  return intervalJoin('Join', sides, {
    before: milliseconds(before),
    after: milliseconds(span - before),
    type,
    ...(ownLateness && { lateness: milliseconds(lateness) }),
  })
}

function pipelineOf(
  of: Spec,
  prepare: (side: Side, name: 'L' | 'R') => Side = (side) => side,
  ownLateness = true,
  below: (out: PCollection<unknown>) => PCollection<unknown> = (out) => out,
): JoinPipeline {
  return (root) => {
    const [left, right] = (['L', 'R'] as const).map((name, input) =>
      prepare(sideOf(root, name, of.disorder[input]), name),
    )
    return { out: below(joined(of, { left: left!, right: right! }, ownLateness)) }
  }
}

describe('an interval join', () => {
  it('settles on what the evaluator does over the elements that were taken', () => {
    fc.assert(
      fc.property(spec, arrivals(KEYS), (of, list) => {
        const live = play(pipelineOf(of), list)
        expect(live.settled.entries).toEqual(evaluated(list, live).entries)
      }),
      { numRuns: 400, seed: 1 },
    )
  })

  // Mutation: packages/runners/src/execution/shard/sharded-step.ts: `this.#shards[shard]!.process(part, input)` → `this.#shards[shard]!.process(part, 0)`
  // Mutation: packages/runners/src/execution/shard/sharded-step.ts: `if (watermark > this.inputWatermark) this.advance(watermark, input)` → `if (watermark > this.inputWatermark) this.advance(watermark, 0)`
  // Mutation: packages/runners/src/execution/join/interval-join.ts: `if (watermarks !== undefined) this.#follow(watermarks[row]!, input)` → `void watermarks`
  // Mutation: packages/runners/src/execution/join/join-clocks.ts: `this.#effective = [effective[LEFT]!, effective[RIGHT]!]` → `void effective`
  it('drops and settles the same in bundles of one, in shards, and restored before every event', () => {
    fc.assert(
      fc.property(spec, arrivals(KEYS), fc.constantFrom(2, 8), (of, list, shards) => {
        const pipeline = pipelineOf(of)
        const live = play(pipeline, list)
        for (const other of [
          play(pipeline, inSingles(list)),
          play(pipeline, list, { shards }),
          play(pipeline, list, {}, true),
          play(pipeline, inSingles(list), { shards }, true),
        ]) {
          expect(dropped(other.ledger)).toEqual(dropped(live.ledger))
          expect(other.settled.entries).toEqual(live.settled.entries)
        }
      }),
      { numRuns: 100, seed: 1 },
    )
  })

  it('drops nothing in history and settles on all elements', () => {
    fc.assert(
      fc.property(spec, arrivals(KEYS), (of, list) => {
        const all = (['R', 'L'] as const).map((source): Arrival => ({ source, offer: elementsOf(list, source) }))
        const batch = play(pipelineOf(of), all, { mode: 'history' })
        expect(batch.ledger).toEqual([])
        expect(batch.settled.entries).toEqual(evaluated(list, batch).entries)
      }),
      { numRuns: 400, seed: 1 },
    )
  })
})

const grouped = (out: PCollection<unknown>): PCollection<unknown> =>
  (out as PCollection<KV<unknown, unknown>>).pipe(
    windowInto(fixedWindows(milliseconds(9)), { allowedLateness: milliseconds(0), accumulationMode: 'accumulating' }),
    groupByKey('Below'),
  )

describe('a grouping below an interval join', () => {
  // Mutation: packages/runners/src/execution/join/interval-join.ts: `this.#holds ? Math.min(inputWatermark, this.#records.schedule.hold) : inputWatermark` → `inputWatermark`
  // Mutation: packages/core/src/primitives/interval-join.ts: `Math.max(lateness.left, lateness.right)` → `Math.min(lateness.left, 0)`
  it('takes all that the join lets out', () => {
    fc.assert(
      fc.property(spec, arrivals(KEYS), fc.constantFrom(1, 2), (of, list, shards) => {
        const pipeline = pipelineOf(of, undefined, true, grouped)
        const live = play(pipeline, list, { shards })
        expect(live.ledger.filter(({ step }) => step === 'Below')).toEqual([])
        expect(live.settled.entries).toEqual(evaluated(list, live).entries)
        const singles = play(pipeline, inSingles(list))
        expect(singles.settled.entries).toEqual(live.settled.entries)
      }),
      { numRuns: 300, seed: 1 },
    )
  })
})

describe('an interval join of a collection with another way of the same', () => {
  it('settles the same in bundles of any size, though one way is a bundle ahead of the other', () => {
    fc.assert(
      fc.property(spec, arrivals(KEYS), fc.constantFrom(1, 8), (of, all, shards) => {
        const list = all.filter(({ source }) => source === 'L')
        const pipeline: JoinPipeline = (root) => {
          const left = sideOf(root, 'L', of.disorder[0])
          const right = left.pipe(map(([key, value]) => [key, value + 10] as const))
          return { out: joined(of, { left, right }) }
        }
        const live = play(pipeline, list, { shards })
        const singles = play(pipeline, inSingles(list))
        expect(dropped(singles.ledger)).toEqual(dropped(live.ledger))
        expect(singles.settled.entries).toEqual(live.settled.entries)
        expect(live.settled.entries).toEqual(evaluated(list, live).entries)
      }),
      { numRuns: 300, seed: 1 },
    )
  })
})

describe('an interval join fed by changes', () => {
  const changed = fc.record({
    sides: fc.constantFrom<readonly ('L' | 'R')[]>(['L'], ['R'], ['L', 'R']),
    windows: fc.constantFrom(fixedWindows(milliseconds(7)), sessions(milliseconds(5))),
  })
  type Changed = typeof changed extends fc.Arbitrary<infer C> ? C : never

  const prepared =
    ({ lateness }: Spec, { sides, windows }: Changed) =>
    (side: Side, name: 'L' | 'R'): Side => {
      if (!sides.includes(name)) return side
      const retracting = windowInto<KV<unknown, number>>(windows, {
        trigger: afterWatermark({ early: afterCount(1), late: afterCount(1) }),
        allowedLateness: milliseconds(lateness),
        accumulationMode: 'retracting',
      })
      return side.pipe(retracting, combinePerKey(`Sum${name}`, sum()))
    }

  /** Entries of the join for changes: there is none while no side falls silent, as the lateness is that of the groupings above. */
  function lostChanges({ ledger }: Played, { sides }: Changed): readonly unknown[] {
    const names = sides.map((side) => (side === 'L' ? 'the left side' : 'the right side'))
    return ledger.filter(({ step, detail }) => step === 'Join' && names.some((name) => detail?.startsWith(name)))
  }

  it('settles on what the evaluator does over the elements that were taken, and drops no change', () => {
    fc.assert(
      fc.property(spec, changed, arrivals(['a', 'b'], false), (of, from, list) => {
        const live = play(pipelineOf(of, prepared(of, from), false), list)
        expect(lostChanges(live, from)).toEqual([])
        if (isExact(live)) expect(live.settled.entries).toEqual(evaluated(list, live).entries)
      }),
      { numRuns: 400, seed: 1 },
    )
  })

  it('lets nothing out that a grouping below it would not take', () => {
    fc.assert(
      fc.property(spec, changed, arrivals(['a', 'b'], false), (of, from, list) => {
        const live = play(pipelineOf(of, prepared(of, from), false, grouped), list)
        expect(live.ledger.filter(({ step }) => step === 'Below')).toEqual([])
        if (isExact(live)) expect(live.settled.entries).toEqual(evaluated(list, live).entries)
      }),
      { numRuns: 300, seed: 1 },
    )
  })

  it('settles the same on changes in bundles of one, in shards, and restored before every event', () => {
    fc.assert(
      fc.property(spec, changed, arrivals(['a', 'b'], false), fc.constantFrom(2, 8), (of, from, list, shards) => {
        const pipeline = pipelineOf(of, prepared(of, from), false)
        const live = play(pipeline, list)
        for (const other of [
          play(pipeline, inSingles(list)),
          play(pipeline, list, { shards }),
          play(pipeline, list, {}, true),
          play(pipeline, inSingles(list), { shards }, true),
        ]) {
          expect(dropped(other.ledger)).toEqual(dropped(live.ledger))
          expect(other.settled.entries).toEqual(live.settled.entries)
        }
      }),
      { numRuns: 80, seed: 1 },
    )
  })

  it('accounts for every change, whatever is too late of them', () => {
    fc.assert(
      fc.property(spec, changed, arrivals(['a', 'b']), (of, from, list) => {
        const live = play(pipelineOf({ ...of, lateness: 0 }, prepared({ ...of, lateness: 9 }, from)), list)
        expect(live.settled.entries.every(({ count }) => count > 0)).toBe(true)
      }),
      { numRuns: 300, seed: 1 },
    )
  })
})

// Where a live run has split a session, the evaluator knows no such sessions.
function isExact({ ledger }: Played): boolean {
  return ledger.every(({ reason }) => reason !== 'session-split')
}

function dropped(ledger: Played['ledger']): readonly string[] {
  return ledger
    .map(({ reason, step, element, timestamp }) => JSON.stringify([reason, step, element, timestamp]))
    .toSorted()
}
