import { test } from 'vitest'
import { checkState } from '../../../../../test/conformance/state-vectors.ts'
import { PIPELINES_UNDER_TEST } from '../../../../../test/conformance/pipeline-under-test.ts'
import { readVectors } from '../../../../../test/conformance/vectors.ts'
test('same', () => {
  const runs = Object.values(PIPELINES_UNDER_TEST)
  let same = 0
  for (const v of readVectors<any>('beam-java/state.jsonl')) {
    const res = runs.map((r) => { try { return JSON.stringify(checkState(r, v).ours, null, 1) } catch (e: any) { return 'threw ' + e.code } })
    if (res[0] === res[1]) same++
    else console.log(v.id, v.timeSorted, JSON.stringify(v.quirks), JSON.stringify({ ...v, expect: undefined }), res[0]!.split('\n').filter((l) => !res[1]!.includes(l)), res[1]!.split('\n').filter((l) => !res[0]!.includes(l)))
  }
  console.log('same', same)
})
