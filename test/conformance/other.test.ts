import { describe, expect, it } from 'vitest'
import { checkVectors } from './check-vectors.ts'
import { PIPELINES_UNDER_TEST } from './pipeline-under-test.ts'
import { checkOther, type OtherVector } from './other-vectors.ts'
import { hasVectors, readVectors, skipNote } from './vectors.ts'

describe.skipIf(!hasVectors)(`flatten, windowing again and others and those of Beam Java${skipNote}`, () => {
  const vectors = readVectors<OtherVector>('beam-java/other.jsonl').filter(({ kind }) => kind !== 'sideInput')

  it.each(Object.entries(PIPELINES_UNDER_TEST))('%s emits the same elements', (name, run) => {
    const { failures, ...counts } = checkVectors(vectors, (vector) => checkOther(run, vector))
    console.log(`other.jsonl, ${name}:`, counts, failures.length)
    console.log(JSON.stringify(failures.slice(0, 200)))
    expect(failures.slice(0, 3)).toEqual([])
  })
})
