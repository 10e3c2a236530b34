/**
 * Panes at groupings, against what Beam's Java runner did.
 */
import { describe, expect, it } from 'vitest'
import { checkVectors, tallyText } from './check-vectors.ts'
import { checkPanes, type PanesVector } from './panes-vectors.ts'
import { PIPELINES_UNDER_TEST } from './pipeline-under-test.ts'
import { hasVectors, readVectors, skipNote } from './vectors.ts'

describe.skipIf(!hasVectors)(`panes of groupings and those of Beam Java${skipNote}`, () => {
  const vectors = readVectors<PanesVector>('beam-java/panes.jsonl')

  it.each(Object.entries(PIPELINES_UNDER_TEST))('%s emits the same panes, but for deviations', (subject, run) => {
    const tally = checkVectors(vectors, (vector, windows) => checkPanes(run, vector, windows))
    console.log(tallyText('panes.jsonl', subject, tally))
    expect(tally.failures.slice(0, 3), `${tally.failures.length} differ`).toEqual([])
  })
})
