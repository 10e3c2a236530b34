/**
 * The engine and the reference evaluator on every vector, those that are excused for differing from Beam among them: both follow
 * the same decisions, so they must agree.
 */
import { playScript } from '@tidemark/runners/testing'
import { isDeepStrictEqual } from 'node:util'
import { describe, expect, it } from 'vitest'
import type { Verdict } from './check-vectors.ts'
import { checkOther, type OtherVector } from './other-vectors.ts'
import { checkPanes, type PanesVector } from './panes-vectors.ts'
import { evaluator, type PipelineUnderTest } from './pipeline-under-test.ts'
import { checkState, type StateVector } from './state-vectors.ts'
import { hasVectors, readVectors, skipNote } from './vectors.ts'

interface Named {
  readonly id: string
}

function disagreements<V extends Named>(
  vectors: readonly V[],
  check: (run: PipelineUnderTest, vector: V) => Verdict,
): unknown[] {
  return vectors.flatMap((vector) => {
    const [evaluated, run] = [evaluator, playScript].map((subject) => oursOf(() => check(subject, vector)))
    return isDeepStrictEqual(evaluated, run) ? [] : [{ id: vector.id, evaluator: evaluated, engine: run }]
  })
}

// What both refuse, both refuse with one code.
function oursOf(check: () => Verdict): unknown {
  try {
    return check().ours
  } catch (error) {
    return error instanceof Error && 'code' in error ? error.code : error
  }
}

describe.skipIf(!hasVectors)(`the engine and the reference evaluator${skipNote}`, () => {
  it('emit the same panes', () => {
    expect(disagreements(readVectors<PanesVector>('beam-java/panes.jsonl'), checkPanes).slice(0, 3)).toEqual([])
  })

  it('make the same calls of stateful steps', () => {
    expect(disagreements(readVectors<StateVector>('beam-java/state.jsonl'), checkState).slice(0, 3)).toEqual([])
  })

  it('emit the same elsewhere', () => {
    const vectors = readVectors<OtherVector>('beam-java/other.jsonl')
    expect(disagreements(vectors, checkOther).slice(0, 3)).toEqual([])
  })
})
