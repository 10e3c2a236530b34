/**
 * The promise for as-of joins: live, whatever the arrival, in bundles of any size, in shards, restored before every call, and in batch,
 * the settled result is that of the evaluator over what was not dropped.
 */
import { DROP_REASONS, encodeValue, type LedgerEntry } from '@tidemark/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatDifferences, settledDifferences, type SettledResult } from '../../../src/settled/settled-result.ts'
import { evaluate } from '../../../src/testing/evaluator/evaluate.ts'
import type { Element } from '../scripted.ts'
import { graphOf, play, scenes, type Event, type Options, type Played, type Scene, type Side } from './as-of-scenes.ts'

const RUNS = Number(process.env['TIDEMARK_RUNS'] ?? 200)

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

function settling(options: Options): () => void {
  return () =>
    fc.assert(
      fc.property(scenes, (scene) => check(scene, options)),
      { numRuns: RUNS, seed: 1 },
    )
}

describe('an as-of join settles on the same, however it runs', { timeout: 120_000 + 500 * RUNS }, () => {
  // Mutation: packages/runners/src/execution/join/as-of-join.ts: `const low = Math.min(times.left, times.row)` → `const low = times.row`
  // Mutation: packages/runners/src/execution/join/as-of-records.ts: `if (hiding > keep) keep = hiding` → `if (hiding > keep) keep = hiding + 1`
  // Mutation: packages/runners/src/execution/join/as-of-list.ts: `      this.sorted - first,` → `      this.end - first,`
  // Mutation: packages/runners/src/execution/join/as-of-rows.ts: `records.noteRow(record, isNext && sign > 0, time, known)` → `records.noteRow(record, true, time, known)`
  it('when it waits', () => expect(settling({ lateRows: 'wait' })).not.toThrow())

  // Mutation: packages/runners/src/execution/join/as-of-elements.ts: `records.keptAt(record, left.first < next ? left.times[left.first]! : Infinity)` → `records.keptAt(record, Infinity)`
  // Mutation: packages/runners/src/execution/join/as-of-rows.ts: `for (let index = left.lower(time); index < end; index++) {` → `for (let index = left.upper(time); index < end; index++) {`
  it('when it restates', () => expect(settling({ lateRows: 'restate' })).not.toThrow())

  // Known up to 18 milliseconds after the first instant.
  // Mutation: packages/runners/src/execution/join/as-of-order.ts: `return a === undefined || b === undefined ? 0 : a - b` → `return 0`
  it('when it freezes by when rows were known', () =>
    expect(settling({ lateRows: 'freeze', knownAt: (row) => row * 5 + 3 })).not.toThrow())
})
