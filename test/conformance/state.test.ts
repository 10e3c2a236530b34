/**
 * State and timers, against what Beam's Java runner did.
 */
import { describe, expect, it } from 'vitest'
import { checkVectors, tallyText } from './check-vectors.ts'
import { checkState, type StateVector } from './state-vectors.ts'
import { PIPELINES_UNDER_TEST } from './pipeline-under-test.ts'
import { hasVectors, readVectors, skipNote } from './vectors.ts'

describe.skipIf(!hasVectors)(`state and timers and those of Beam Java${skipNote}`, () => {
  const vectors = readVectors<StateVector>('beam-java/state.jsonl')

  it.each(Object.entries(PIPELINES_UNDER_TEST))('%s makes the same calls, but for deviations', (subject, run) => {
    const tally = checkVectors(vectors, (vector, windows) => checkState(run, vector, windows))
    console.log(tallyText('state.jsonl', subject, tally))
    expect(tally.failures.slice(0, 3), `${tally.failures.length} differ`).toEqual([])
  })
})
