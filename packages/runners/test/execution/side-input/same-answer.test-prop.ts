/**
 * Steps with side inputs settle on what the evaluator computes from all elements at once, however they come: in bundles of any size, in
 * shards, restored before every event, with silent sources, and in history, where nothing is dropped.
 */
import { DROP_REASONS, encodeValue, type LedgerEntry } from '@tidemark/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { SettledResult } from '../../../src/settled/settled-result.ts'
import { evaluate } from '../../../src/testing/evaluator/evaluate.ts'
import { arrivals, elementsOf, inSingles, play, sideSpecs, type Arrival, type Played } from './random-side.ts'

const RUNS = Number(process.env['TIDEMARK_RUNS'] ?? 120)

/** What the evaluator makes of all elements but those that were dropped. */
function evaluated(list: readonly Arrival[], { graph, ledger }: Played): SettledResult {
  const input = Object.fromEntries((['Main', 'Side', 'Other'] as const).map((name) => [name, elementsOf(list, name)]))
  return evaluate(
    graph,
    input,
    ledger.filter(({ reason }) => DROP_REASONS.includes(reason)),
  ).outputs['out']!
}

// What leaves a pane that is one of several, or a session, cannot be left out as if it had never been.
function isExact({ graph, ledger }: Played): boolean {
  return ledger
    .filter(({ reason }) => DROP_REASONS.includes(reason))
    .every(({ step: path, reason }) => {
      const step = graph.steps.find((candidate) => candidate.path === path)!
      const input = graph.collections[step.inputs[0]!]!
      return reason === 'expired' && input.panes === 'elements' && !input.windowing.windowFn.merging
    })
}

/** Ledger entries as text, whole, but for the watermark where that is not promised: shards have their own. */
const textOf = (entries: readonly LedgerEntry[], promised = true): readonly string[] =>
  entries.map(({ reason, step, element, timestamp, window, watermark, position, detail }) =>
    [
      reason,
      step,
      Buffer.from(encodeValue(element)).toString('hex'),
      timestamp,
      JSON.stringify([window, promised && watermark, position]),
      detail,
    ].join(' '),
  )

/** What came out, in no order. */
const panesOf = ({ outputs }: Played): readonly string[] =>
  outputs
    .map(({ value, ...rest }) => JSON.stringify([Buffer.from(encodeValue(value)).toString('hex'), rest]))
    .toSorted()

describe('a step with side inputs', () => {
  it('settles on what the evaluator computes, live', () => {
    let compared = 0
    fc.assert(
      fc.property(sideSpecs('final'), arrivals(true), (spec, list) => {
        const live = play(spec, list)
        expect(live.engine.counters().every(({ waiting }) => waiting === 0)).toBe(true)
        if (!isExact(live)) return
        compared++
        expect(live.engine.settled('out')).toEqual(evaluated(list, live))
      }),
      { numRuns: RUNS, seed: 1 },
    )
    expect(compared).toBeGreaterThan(RUNS / 2)
  })

  it('settles on it in history, where nothing is dropped', () => {
    fc.assert(
      fc.property(sideSpecs('final'), arrivals(false), (spec, list) => {
        const history = list.filter((arrival) => 'offer' in arrival)
        const batch = play(spec, history, { mode: 'history' })
        expect(batch.ledger.filter(({ reason }) => reason !== 'dead-letter')).toEqual([])
        expect(batch.engine.settled('out')).toEqual(evaluated(history, batch))
      }),
      { numRuns: RUNS, seed: 1 },
    )
  })

  it('gives out the same, whole bundles or single elements', () => {
    fc.assert(
      fc.property(sideSpecs('final'), arrivals(true), (spec, list) => {
        const whole = play(spec, list)
        const single = play(spec, inSingles(list))
        expect(single.watermarks.at(-1)).toEqual(whole.watermarks.at(-1))
        // Which panes a count trigger lets through early depends on bundles, and so do its dead letters and drops.
        const all = spec.above === 'elements' || spec.above === 'moved'
        if (all || (isExact(single) && isExact(whole)))
          expect(single.engine.settled('out')).toEqual(whole.engine.settled('out'))
        if (all) expect(textOf(single.ledger).toSorted()).toEqual(textOf(whole.ledger).toSorted())
        if (all && spec.lateness === 0) expect(panesOf(single)).toEqual(panesOf(whole))
      }),
      { numRuns: RUNS, seed: 1 },
    )
  })

  it('drops the same and settles on the same in shards', () => {
    fc.assert(
      fc.property(sideSpecs('final'), arrivals(true), fc.constantFrom(2, 8), (spec, list, shards) => {
        const one = play(spec, list)
        const several = play(spec, list, { shards })
        expect(several.engine.settled('out')).toEqual(one.engine.settled('out'))
        // Bundles are cut where windows of any key fire, and a shard has fewer keys: count triggers let other panes through early.
        if (spec.above === 'elements' || spec.above === 'moved')
          expect(textOf(several.ledger, false).toSorted()).toEqual(textOf(one.ledger, false).toSorted())
      }),
      { numRuns: RUNS, seed: 1 },
    )
  })

  it('says the same to the last pane when it is restored before every event', () => {
    fc.assert(
      fc.property(sideSpecs('final', 'first-pane'), arrivals(true), (spec, list) => {
        const straight = play(spec, list)
        const restored = play(spec, list, {}, true)
        const plain = ({ outputs, watermarks, ledger, engine }: Played): unknown => ({
          outputs: outputs.map(({ value, ...rest }) => [Buffer.from(encodeValue(value)).toString('hex'), rest]),
          watermarks,
          ledger: textOf(ledger),
          counters: engine.counters(),
          snapshot: Buffer.from(engine.snapshot()).toString('base64'),
        })
        expect(plain(restored)).toEqual(plain(straight))
      }),
      { numRuns: RUNS, seed: 1 },
    )
  })
})
