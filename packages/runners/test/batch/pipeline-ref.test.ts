/**
 * The batch runner runs pipelines that are named by module and export.
 */
import { pipelineRef, type PipelineRef } from '@tidemark/core/graph'
import { batchRunner } from '@tidemark/runners/batch'
import { describe, expect, it } from 'vitest'
import { revenue, type revenueAbove } from './named-pipelines.ts'

const here = new URL('./named-pipelines.ts', import.meta.url).href

describe('a batch run of a pipeline by name', () => {
  // Mutation: packages/runners/src/batch/batch-runner.ts: `typeof given === 'function' ? given : await resolvePipeline(given)` → `given as never`
  it('gives what the pipeline itself gives, also when the name has travelled as text', async () => {
    const ref = pipelineRef<typeof revenue>(here, 'revenue')
    const { outputs } = await batchRunner().run(JSON.parse(JSON.stringify(ref)) as typeof ref)
    expect(outputs.perRegion.map(({ value }) => value)).toEqual([
      ['eu', 7],
      ['us', 5],
    ])
    expect(outputs).toEqual((await batchRunner().run(revenue)).outputs)
  })

  // Mutation: packages/core/src/graph/resolve-pipeline.ts: `exported(ref.args)` → `exported({ least: 0 })`
  it('makes the pipeline of its arguments', async () => {
    const { outputs } = await batchRunner().run(pipelineRef<typeof revenueAbove>(here, 'revenueAbove', { least: 4 }))
    expect(outputs.perRegion.map(({ value }) => value)).toEqual([
      ['us', 5],
      ['eu', 4],
    ])
  })

  it.each([
    ['PIPELINE_EXPORT', pipelineRef(here, 'revenues'), 'Did you mean "revenue"?'],
    ['PIPELINE_MODULE', pipelineRef(new URL('./gone.ts', import.meta.url).href, 'revenue'), 'gone.ts'],
    ['NOT_A_PIPELINE', pipelineRef(here, 'year'), 'The export "year"'],
    ['NOT_A_PIPELINE', pipelineRef(here, 'revenueAbove', null), 'threw when called with null'],
    ['DUPLICATE_STEP_NAME', pipelineRef(here, 'twice'), 'Sales'],
  ])('rejects with %s, and says what is wrong', async (code, ref: PipelineRef, text) => {
    await expect(batchRunner().run(ref)).rejects.toMatchObject({ code, message: expect.stringContaining(text) })
  })
})
