/**
 * What a replay refuses, and what it says then.
 */
import { combinePerKey, create, fixedWindows, minutes, windowInto, withKeys, type PTransform } from '@tidemark/core'
import type { PCollection, Root } from '@tidemark/core'
import { readMemory } from '@tidemark/io/memory'
import { replay, streamingRunner, type TimeLog } from '@tidemark/runners/streaming'
import { count } from '@tidemark/transforms'
import { from } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { act, actTime, liveActs, type Act, type ActSource } from './three-sources.ts'
import { virtualEnv } from './virtual-env.ts'

const acts = ['10:00:00', '10:00:10', '10:01:10'].map((time) => act(time, 'home'))
const pipelineOf =
  (source: ActSource, width = minutes(1)) =>
  (root: Root) => ({
    perMinute: root.pipe(
      source,
      windowInto(fixedWindows(width)),
      withKeys(({ page }) => page),
      combinePerKey('PerMinute', count()),
    ),
  })

/** The time log of a job over an observable, or over something else. */
async function logOf(source: ActSource = liveActs('Clicks', from(acts))): Promise<TimeLog> {
  const { env, pass } = virtualEnv(0)
  const job = streamingRunner({ env, timeLog: true }).run(pipelineOf(source))
  job.start()
  while (job.state === 'running') {
    await new Promise(setImmediate)
    pass()
  }
  await job.done
  return job.timeLog
}

describe('a replay', () => {
  it('refuses a source that delivers by itself, and names what could stand for it', async () => {
    const again = replay(pipelineOf(liveActs('Clicks', from(acts))), await logOf())
    await expect(again).rejects.toMatchObject({
      code: 'NOT_REPLAYABLE',
      step: 'Clicks',
      message:
        'The source of "Clicks" (observable Clicks) delivers by itself, so its elements cannot be asked for again. Read them from where they ' +
        'were kept, under the same step name: readNdjson or readMemory in place of fromObservable.',
    })
  })

  // Mutation: packages/runners/src/streaming/replay/replay.ts: `splits.length === 1 && known.size === 1` → `known.size === 1`
  it('says which split is missing', async () => {
    const kept = readMemory('Clicks', { morning: acts.slice(0, 2), noon: acts.slice(2) }, actTime)
    await expect(replay(pipelineOf(kept), await logOf())).rejects.toMatchObject({
      code: 'REPLAY_SHORT',
      step: 'Clicks',
      message: expect.stringContaining(
        'The time log has elements of split "0" of source "Clicks", and the source has no such split.',
      ),
    })
  })

  // Mutation: packages/runners/src/streaming/replay/split-feed.ts: `if (this.#done) throw this.#tooShort(elements, rejected)` → `if (this.#done) return`
  it('says where elements are missing, and how many', async () => {
    const kept = readMemory('Clicks', acts.slice(0, 1), actTime)
    await expect(replay(pipelineOf(kept), await logOf())).rejects.toMatchObject({
      code: 'REPLAY_SHORT',
      step: 'Clicks',
      message: expect.stringContaining(
        'Split "0" of source "Clicks" has ended, and the time log goes on with 3 elements and 0 malformed records of it, of which 1 and 0 are left.',
      ),
    })
  })

  // Mutation: packages/runners/src/execution/time-log/time-log.ts: `if (log.graph === pipelineOf(graph)) return` → `return`
  it('refuses the log of another pipeline, and takes one whose sources alone are others', async () => {
    const log = await logOf()
    const kept = readMemory('Clicks', acts, actTime)
    const again = await replay(pipelineOf(kept), log)
    expect(again.outputs.perMinute.map(({ value }) => value)).toEqual([
      ['home', 2],
      ['home', 1],
    ])
    await expect(replay(pipelineOf(kept, minutes(2)), log)).rejects.toMatchObject({
      code: 'TIME_LOG_OF_ANOTHER_GRAPH',
      message: expect.stringMatching(
        /^The time log was written by a pipeline with the fingerprint g1-[0-9a-f]+, and this one has g1-[0-9a-f]+\. .*only where its sources read from may differ\.$/,
      ),
    })
    await expect(replay(pipelineOf(readMemory('Visits', acts, actTime)), log)).rejects.toMatchObject({
      code: 'TIME_LOG_OF_ANOTHER_GRAPH',
    })
  })

  // Mutation: packages/runners/src/execution/time-log/time-log.ts: `if (version !== 1 && version !== 2) {` → `if (false) {`
  it('refuses a log of another version', async () => {
    const log = { ...(await logOf()), version: 3 } as unknown as TimeLog
    await expect(replay(pipelineOf(readMemory('Clicks', acts, actTime)), log)).rejects.toMatchObject({
      code: 'TIME_LOG_VERSION',
      message: expect.stringContaining('The time log has version 3, and this runner reads versions 1 and 2.'),
    })
  })

  it('needs no stand-in for elements of the program, nor for sources that could be read live', async () => {
    const given: PTransform<Root, PCollection<Act>> = create('Clicks', acts, { timestamp: actTime.timestamp })
    expect((await replay(pipelineOf(given), await logOf(given))).outputs.perMinute).toHaveLength(2)
    const twoSplits = readMemory('Clicks', { morning: acts.slice(0, 2), noon: acts.slice(2) }, actTime)
    expect((await replay(pipelineOf(twoSplits), await logOf(twoSplits))).outputs.perMinute).toHaveLength(2)
  })
})

describe('the time log of a job', () => {
  // Mutation: packages/runners/src/streaming/job-options.ts: `given.timeLog ?? false` → `given.timeLog ?? true`
  it('is kept where that was asked for only', () => {
    const job = streamingRunner({ autoStart: false }).run(pipelineOf(liveActs('Clicks', from(acts))))
    expect(() => job.timeLog).toThrow(
      expect.objectContaining({
        code: 'NO_TIME_LOG',
        message:
          'The job keeps no time log, as it grows with every bundle and tick of the clock. Run with streamingRunner({ timeLog: true }).',
      }),
    )
  })

  it('can be taken while the job runs, and tells what it has done so far', async () => {
    const { env, pass } = virtualEnv(0)
    const job = streamingRunner({ env, timeLog: true }).run(pipelineOf(liveActs('Clicks', from(acts))))
    job.start()
    const begun = JSON.parse(JSON.stringify(job.timeLog)) as TimeLog
    pass()
    await job.done
    const kept = readMemory('Clicks', acts, actTime)
    expect((await replay(pipelineOf(kept), begun)).outputs.perMinute).toEqual([])
    expect((await replay(pipelineOf(kept), job.timeLog)).outputs.perMinute).toHaveLength(2)
  })
})
