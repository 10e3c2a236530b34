/**
 * What the types of jobs by name promise: compiled, never run.
 */
import type { KV, WindowedValue } from '@tidemark/core'
import { pipelineRef, type Outputs } from '@tidemark/core/graph'
import { streamingRunner, type StreamingJob } from '@tidemark/runners/streaming'
import type { Observable } from 'rxjs'
import { describe, expectTypeOf, it } from 'vitest'
import { clickCounts, type countsWithin } from './named-pipelines.ts'

type Counts = Observable<WindowedValue<KV<'home' | 'help', number>>>

describe('a job by name', () => {
  it('has the outputs of the pipeline that is named, and comes later', async () => {
    const named = streamingRunner().run(pipelineRef<typeof clickCounts>(import.meta.url, 'clickCounts'))
    expectTypeOf((await named).outputs.counts).toEqualTypeOf<Counts>()
    // @ts-expect-error The module has to be loaded first.
    void named.outputs
    const made = pipelineRef<typeof countsWithin>(import.meta.url, 'countsWithin', { disorder: 5 })
    expectTypeOf((await streamingRunner().run(made)).outputs.counts).toEqualTypeOf<Counts>()
  })

  it('is there at once for a pipeline itself', () => {
    const job = streamingRunner().run(clickCounts)
    expectTypeOf(job.outputs.counts).toEqualTypeOf<Counts>()
    expectTypeOf(job).not.toExtend<Promise<unknown>>()
  })

  it('knows nothing of the outputs of a name without a type', async () => {
    const job = await streamingRunner().run(pipelineRef(import.meta.url, 'clickCounts'))
    expectTypeOf(job).toEqualTypeOf<StreamingJob<Outputs>>()
  })
})
