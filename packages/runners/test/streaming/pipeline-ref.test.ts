/**
 * The streaming runner runs pipelines that are named by module and export.
 */
import { pipelineRef } from '@tidemark/core/graph'
import { streamingRunner } from '@tidemark/runners/streaming'
import { describe, expect, it } from 'vitest'
import { show } from './clicks.ts'
import type { clickCounts, countsWithin } from './named-pipelines.ts'

const here = new URL('./named-pipelines.ts', import.meta.url).href
const counts = pipelineRef<typeof clickCounts>(here, 'clickCounts')

describe('a job of a pipeline by name', () => {
  // Mutation: packages/runners/src/streaming/streaming-runner.ts: `resolvePipeline(pipeline).then(jobOf)` → `resolvePipeline(pipeline).then((found) => { const job = jobOf(found); job.start(); return job })`
  it('is there before it begins, so that nothing of its outputs is missed', async () => {
    const job = await streamingRunner({ maxFuture: 'off' }).run(JSON.parse(JSON.stringify(counts)) as typeof counts)
    expect(job.state).toBe('created')
    const seen: string[] = []
    job.outputs.counts.subscribe((pane) => seen.push(show(pane)))
    await job.done
    expect(seen).toEqual(['10:00 home 2', '10:01 help 1'])
  })

  it('makes the pipeline of its arguments', async () => {
    const ref = pipelineRef<typeof countsWithin>(here, 'countsWithin', { disorder: 1 })
    const job = await streamingRunner({ maxFuture: 'off', autoStart: false }).run(ref)
    const seen: string[] = []
    job.outputs.counts.subscribe((pane) => seen.push(show(pane)))
    job.start()
    await job.done
    expect(seen).toEqual(['10:00 home 1', '10:01 help 1'])
    expect([...job.ledgerCounts]).toEqual([['PerMinute/Count expired', 1]])
  })

  it('is a new one each time', async () => {
    const runner = streamingRunner({ autoStart: false })
    const [one, other] = [await runner.run(counts), await runner.run(counts)]
    expect(one === other).toBe(false)
  })

  it.each([
    ['PIPELINE_EXPORT', pipelineRef(here, 'clicksCount'), 'It exports clickCounts, countsWithin.'],
    ['PIPELINE_MODULE', pipelineRef(new URL('./gone.ts', import.meta.url).href, 'clickCounts'), 'gone.ts'],
    ['NOT_A_PIPELINE', pipelineRef(here, 'countsWithin', null), 'threw when called with null'],
    ['BAD_OPTION', counts, 'shards is 0'],
  ])('rejects with %s where there is none, and says why', async (code, ref, text) => {
    const shards = code === 'BAD_OPTION' ? 0 : 1
    const running = streamingRunner({ shards }).run(ref)
    await expect(running).rejects.toMatchObject({ code, message: expect.stringContaining(text) })
  })
})
