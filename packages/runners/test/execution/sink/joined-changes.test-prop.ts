/**
 * Changes that come without panes, as those of joins do, come to the settled result as well.
 */
import {
  afterCount,
  afterWatermark,
  asOfJoin,
  combinePerKey,
  filter,
  fixedWindows,
  flatten,
  intervalJoin,
  map,
  milliseconds,
  windowInto,
  type KV,
  type PCollection,
  type Root,
} from '@tidemark/core'
import { count } from '@tidemark/transforms'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatDifferences, settledDifferences } from '../../../src/settled/settled-result.ts'
import { numbers, type Element } from '../scripted.ts'
import { folded, TakingRun } from './taking-run.ts'

type Event =
  | { readonly kind: 'offer'; readonly source: 'A' | 'B'; readonly elements: readonly Element[] }
  | { readonly kind: 'watermark'; readonly source: 'A' | 'B'; readonly by: number }
  | { readonly kind: 'restore' }

interface Case {
  readonly join: 'interval' | 'as-of'
  readonly type: 'inner' | 'left'
  readonly lateness: number
  readonly below: 'nothing' | 'windows' | 'filter' | 'flatten'
  readonly shards: number
  readonly events: readonly Event[]
}

/** Counts per key and ten milliseconds, as changes. */
function counts(root: Root, { lateness }: Case): PCollection<KV<string, number>> {
  return numbers(root, {}, 'A').pipe(
    windowInto(fixedWindows(milliseconds(10)), {
      trigger: afterWatermark({ early: afterCount(1), late: afterCount(1) }),
      allowedLateness: milliseconds(lateness),
      accumulationMode: 'retracting',
      onTime: 'if-non-empty',
    }),
    combinePerKey('Counts', count()),
  )
}

function pipelineOf(given: Case): (root: Root) => PCollection<unknown> {
  return (root) => {
    const left = counts(root, given)
    const right = numbers(root, {}, 'B').pipe(
      windowInto(fixedWindows(milliseconds(10)), {
        allowedLateness: milliseconds(given.lateness),
        accumulationMode: 'discarding',
      }),
    )
    const { type } = given
    const joined =
      given.join === 'interval'
        ? intervalJoin('Join', { left, right }, { before: milliseconds(5), after: milliseconds(5), type })
        : asOfJoin('Join', { left, right }, { type, lateRows: 'restate' })
    const pairs = (joined as PCollection<KV<string, { left?: unknown; right?: unknown }>>).pipe(
      map(([key, { left: own, right: other }]) => [key, own ?? null, other ?? null] as const),
    )
    switch (given.below) {
      case 'nothing':
        return pairs
      case 'windows':
        return pairs.pipe(windowInto(fixedWindows(milliseconds(7))))
      case 'filter':
        return pairs.pipe(filter(([, own]) => own !== 2))
      case 'flatten':
        return flatten([pairs, pairs.pipe(filter(([, , other]) => other === null))])
    }
  }
}

const element = fc.tuple(fc.integer({ min: 0, max: 40 }), fc.constantFrom('a', 'b'), fc.integer({ min: 1, max: 3 }))
const source = fc.constantFrom('A' as const, 'B' as const)
const event: fc.Arbitrary<Event> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('offer'),
      source,
      elements: fc.array(element, { minLength: 1, maxLength: 3 }),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('watermark'), source, by: fc.integer({ min: 1, max: 20 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restore') }) },
)
const cases: fc.Arbitrary<Case> = fc.record({
  join: fc.constantFrom('interval', 'as-of'),
  type: fc.constantFrom('inner', 'left'),
  lateness: fc.constantFrom(0, 5, 25),
  below: fc.constantFrom('nothing', 'windows', 'filter', 'flatten'),
  shards: fc.constantFrom(1, 2, 8),
  events: fc.array(event, { maxLength: 25 }),
})

function run(given: Case): TakingRun {
  const taking = new TakingRun(pipelineOf(given), { shards: given.shards, takes: ['final', 'changes'] })
  const watermarks = { A: 0, B: 0 }
  for (const one of given.events) {
    if (one.kind === 'restore') taking.restore()
    else if (one.kind === 'offer') taking.offer(one.elements, one.source)
    else taking.watermark((watermarks[one.source] += one.by), one.source)
    expectSettled(taking, 'changes')
    taking.engine.assertConserved()
  }
  return taking.complete()
}

function expectSettled(taking: TakingRun, takes: 'final' | 'changes'): void {
  const differences = settledDifferences(taking.settled(), folded(takes, taking.taken[takes]))
  expect(`${takes}: ${formatDifferences(differences)}`).toBe(`${takes}: `)
}

describe('what a sink is handed of changes without panes', () => {
  // Mutation: packages/runners/src/execution/sink/net-elements.ts: `timestamp + this.#allowedLateness` → `timestamp`
  // Mutation: packages/runners/src/execution/sink/net-elements.ts: `known.count += sign` → `known.count += 1`
  // Mutation: packages/runners/src/execution/sink/net-elements.ts: `this.#file(slot, net, this.#identityOf(net.element))` → `void [slot, net]`
  // Mutation: packages/runners/src/execution/sink/inflow.ts: `this.looseChanges ||= panes` → `this.looseChanges &&= panes`
  it('comes to their settled result, each element once when nothing can change it any more', () => {
    fc.assert(
      fc.property(cases, (given) => {
        const taking = run(given)
        for (const takes of ['final', 'changes'] as const) expectSettled(taking, takes)
        expect(taking.counters('final').waiting).toBe(0)
      }),
      { numRuns: Number(process.env['TIDEMARK_RUNS'] ?? 500), seed: 1 },
    )
  }, 3_600_000)
})
