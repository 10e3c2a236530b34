/**
 * Side inputs, flatten, windowing again, reshuffle, stateless steps and combineGlobally, against what Beam's Java runner did.
 */
import { describe, expect, it } from 'vitest'
import { checkVectors, tallyText } from './check-vectors.ts'
import { checkOther, type OtherVector } from './other-vectors.ts'
import { PIPELINES_UNDER_TEST } from './pipeline-under-test.ts'
import { hasVectors, readVectors, skipNote } from './vectors.ts'

describe.skipIf(!hasVectors)(
  `side inputs, flatten, windowing again and others and those of Beam Java${skipNote}`,
  () => {
    const vectors = readVectors<OtherVector>('beam-java/other.jsonl')

    it.each(Object.entries(PIPELINES_UNDER_TEST))('%s emits the same elements, but for deviations', (subject, run) => {
      const tally = checkVectors(vectors, (vector, windows) => checkOther(run, vector, windows))
      console.log(tallyText('other.jsonl', subject, tally))
      expect(tally.failures.slice(0, 3), `${tally.failures.length} differ`).toEqual([])
    })
  },
)
