/**
 * State and timers, against what Beam's Java runner did.
 */
import { describe, expect, it } from 'vitest'
import { checkVectors } from './check-vectors.ts'
import { PIPELINES_UNDER_TEST } from './pipeline-under-test.ts'
import { checkState, type StateVector } from './state-vectors.ts'
import { hasVectors, readVectors, skipNote } from './vectors.ts'

describe.skipIf(!hasVectors)(`state and timers and those of Beam Java${skipNote}`, () => {
  const vectors = readVectors<StateVector>('beam-java/state.jsonl')

  it.each(Object.entries(PIPELINES_UNDER_TEST))('%s makes the same calls', (name, run) => {
    const { failures, ...counts } = checkVectors(vectors, (vector) => checkState(run, vector))
    console.log(`state.jsonl, ${name}:`, counts, failures.length)
    console.log(JSON.stringify(failures.slice(0, 200)))
    expect(failures.slice(0, 3)).toEqual([])
  })
})
