import { it } from 'vitest'
import { checkVectors } from './check-vectors.ts'
import { checkState, type StateVector } from './state-vectors.ts'
import { PIPELINES_UNDER_TEST } from './pipeline-under-test.ts'
import { readVectors } from './vectors.ts'
it('x', () => {
  for (const [n, run] of Object.entries(PIPELINES_UNDER_TEST)) {
    const t = checkVectors(readVectors<StateVector>('beam-java/state.jsonl'), (v) => checkState(run, v))
    console.log(n, JSON.stringify(t.failures.slice(0,4)))
  }
})
