/**
 * What the types of batch runs by name promise: compiled, never run.
 */
import type { KV, WindowedValue } from '@tidemark/core'
import { pipelineRef, type Outputs } from '@tidemark/core/graph'
import { batchRunner, type BatchResult } from '@tidemark/runners/batch'
import { describe, expectTypeOf, it } from 'vitest'
import type { revenue, revenueAbove } from './named-pipelines.ts'

describe('a batch run by name', () => {
  it('has the outputs of the pipeline that is named, with no annotation', async () => {
    const ref = pipelineRef<typeof revenue>(import.meta.url, 'revenue')
    const { outputs } = await batchRunner().run(ref)
    expectTypeOf(outputs.perRegion).toEqualTypeOf<readonly WindowedValue<KV<'eu' | 'us', number>>[]>()
    // @ts-expect-error The pipeline has no such output.
    void outputs.perYear
  })

  it('takes the arguments of the export, and no others', async () => {
    const ref = pipelineRef<typeof revenueAbove>(import.meta.url, 'revenueAbove', { least: 4 })
    const { outputs } = await batchRunner().run(ref)
    expectTypeOf(outputs.perRegion).toEqualTypeOf<readonly WindowedValue<KV<'eu' | 'us', number>>[]>()
    // @ts-expect-error It is called with a number.
    pipelineRef<typeof revenueAbove>(import.meta.url, 'revenueAbove', { least: '4' })
  })

  it('knows nothing of the outputs of a name without a type', async () => {
    const result = await batchRunner().run(pipelineRef(import.meta.url, 'revenue'))
    expectTypeOf(result).toEqualTypeOf<BatchResult<Outputs>>()
  })
})
