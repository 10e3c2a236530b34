/**
 * Calls that end whenever they like do not show in results: every run of a pipeline with calls settles on what the same pipeline means
 * with a plain function in their place.
 */
import { buildGraph } from '@tidemark/core/graph'
import { assertSameAnswer, assertSameAnswerAsync, evaluate, evaluateAsync, testStream } from '@tidemark/runners/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  answerOf,
  around,
  byCalls,
  byMap,
  callingSpec,
  givenElements,
  type CallingSpec,
  type Given,
} from './calling-pipeline.ts'

const timestamp = ([at]: Given): number => at

function isSafe(spec: CallingSpec): boolean {
  const stream = testStream<Given>('In', { timestamp })
  const graph = buildGraph((root) => ({ out: root.pipe(stream, around(spec, byMap(spec))) }))
  return graph.steps.at(-1)!.drift.safe
}

describe('a step of pure calls', () => {
  it('settles in every run, whenever calls end and wherever it is restored, on what a plain function settles on', () => {
    fc.assert(
      fc.property(callingSpec, givenElements, fc.nat(1e6), (spec, elements, seed) => {
        const answer = answerOf(spec)
        fc.pre(isSafe(spec))
        const stream = testStream<Given>('In', { timestamp })
        const meant = evaluate((root) => ({ out: root.pipe(stream, around(spec, byMap(spec))) }), { In: elements })
        const called = evaluate((root) => ({ out: root.pipe(stream, around(spec, byCalls(spec, answer))) }), {
          In: elements,
        })
        expect(called.outputs.out.entries).toEqual(meant.outputs.out.entries)
        assertSameAnswer(around(spec, byCalls(spec, answer)), elements, { timestamp, runs: 8, seed })
      }),
      { numRuns: 250, seed: 1 },
    )
  })

  it('is drift-safe wherever a plain function is', () => {
    fc.assert(
      fc.property(callingSpec, (spec) => {
        const stream = testStream<Given>('In', { timestamp })
        const [called, plain] = [byCalls(spec, answerOf(spec)), byMap(spec)].map((step) => {
          const graph = buildGraph((root) => ({ out: root.pipe(stream, around(spec, step)) }))
          return graph.steps.at(-1)!.drift.safe
        })
        expect(called).toBe(plain)
      }),
    )
  })

  it('does the same with promises', async () => {
    await fc.assert(
      fc.asyncProperty(callingSpec, givenElements, fc.nat(1e6), async (spec, elements, seed) => {
        const answer = answerOf(spec)
        fc.pre(isSafe(spec))
        const promised = byCalls(spec, async (element) => {
          await Promise.resolve()
          return answer(element)
        })
        const stream = testStream<Given>('In', { timestamp })
        const meant = evaluate((root) => ({ out: root.pipe(stream, around(spec, byMap(spec))) }), { In: elements })
        const called = await evaluateAsync((root) => ({ out: root.pipe(stream, around(spec, promised)) }), {
          In: elements,
        })
        expect(called.outputs.out.entries).toEqual(meant.outputs.out.entries)
        await assertSameAnswerAsync(around(spec, promised), elements, { timestamp, runs: 3, seed })
      }),
      { numRuns: 60, seed: 1 },
    )
  })
})
