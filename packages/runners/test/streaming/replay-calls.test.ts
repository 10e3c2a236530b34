/**
 * replay of runs that made calls: made again, and ended in the order in which they ended then.
 */
import {
  afterCount,
  afterWatermark,
  boundedOutOfOrderness,
  combinePerKey,
  fixedWindows,
  mapAsync,
  milliseconds,
  windowInto,
  withKeys,
  type AsyncContext,
  type KV,
  type MapAsyncOptions,
  type PCollection,
  type PTransform,
  type Root,
} from '@tidemark/core'
import { readMemory } from '@tidemark/io/memory'
import { fromObservable, replay, streamingRunner, type TimeLog } from '@tidemark/runners/streaming'
import { count } from '@tidemark/transforms'
import { from } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { recorded, toldBy, withoutPositions } from './replayed-job.ts'

interface Question {
  readonly at: number
  readonly n: number
}

type Ask = (question: Question, context: AsyncContext) => unknown

const questions: readonly Question[] = Array.from({ length: 60 }, (_, n) => ({ at: (n * 13) % 40, n }))
const questionTime = { timestamp: ({ at }: Question): number => at, watermark: boundedOutOfOrderness(milliseconds(10)) }

const live: PTransform<Root, PCollection<Question>> = fromObservable('Questions', from(questions), {
  ...questionTime,
  overflow: 'buffer',
  limit: 100,
})
const kept: PTransform<Root, PCollection<Question>> = readMemory('Questions', questions, questionTime)

/** Answers in any order, then counts with a pane for each: what comes out depends on every moment at which a call ended. */
function pipelineOf(
  source: PTransform<Root, PCollection<Question>>,
  ask: Ask,
  options: MapAsyncOptions<Question> = {},
) {
  return (root: Root) => ({
    counts: root.pipe(
      source,
      mapAsync('Oracle', ask as (question: Question) => number, {
        order: 'any',
        concurrency: 5,
        retry: 'off',
        ...options,
      }),
      withKeys((answer) => answer % 3),
      windowInto<KV<number, number>>(fixedWindows(milliseconds(20)), {
        trigger: afterWatermark({ early: afterCount(1), late: afterCount(1) }),
        accumulationMode: 'accumulating',
        allowedLateness: milliseconds(5),
      }),
      combinePerKey('Count', count()),
    ),
  })
}

async function turns(most: number): Promise<void> {
  for (let turn = 0; turn < most; turn++) await new Promise((resolve) => setImmediate(resolve))
}

const slow: Ask = async ({ n }) => {
  await turns((n * 7) % 11)
  return n
}

async function run(ask: Ask, options: MapAsyncOptions<Question> = {}) {
  const job = streamingRunner({ maxFuture: 'off', report: 'never', timeLog: true, settled: true, bundleSize: 7 }).run(
    pipelineOf(live, ask, options),
  )
  const { told, timeLog } = recorded(job)
  await job.done
  return { job, told: withoutPositions(told()), timeLog: timeLog() }
}

describe('a replay', () => {
  // Mutation: packages/runners/src/streaming/replay/replayed-calls.ts: `step.complete(id, outcome)` → `void id`
  it('tells a run again whose calls ended in an order of their own: the same panes at the same moments', async () => {
    const { job, told, timeLog } = await run(slow)
    expect(timeLog).toMatchObject({ version: 2, asyncSteps: ['Oracle'] })
    const ends = timeLog.decisions.flatMap((decision) => (decision[0] === 'async' ? [decision[2]] : []))
    expect(ends).toHaveLength(60)
    expect(ends).not.toEqual(ends.toSorted((a, b) => a - b))
    // Today's calls take other times.
    const again = await replay(
      pipelineOf(kept, async ({ n }) => {
        await turns((n * 5) % 7)
        return n
      }),
      timeLog,
    )
    expect(withoutPositions(toldBy(again))).toEqual(told)
    expect(again.settled).toEqual({ ...job.settled })
    expect(again.counters).toEqual(job.counters)
  })

  // Mutation: packages/runners/src/streaming/replay/replayed-calls.ts: `if (pool.underWay >= pool.step.payload.concurrency) break` → ``
  it('makes no more calls at once than the step allows', async () => {
    const { timeLog } = await run(slow)
    let [underWay, most, calls] = [0, 0, 0]
    await replay(
      pipelineOf(kept, async ({ n }) => {
        calls++
        most = Math.max(most, ++underWay)
        await turns((60 - n) % 4)
        underWay--
        return n
      }),
      timeLog,
    )
    expect(calls).toBe(60)
    expect(most).toBeGreaterThan(1)
    // A call that is needed now does not wait for others.
    expect(most).toBeLessThanOrEqual(6)
  })

  it('lets what failed then fail again, for the reason of then, and asks nobody', async () => {
    const failing: Ask = async ({ n }, context) => {
      if (n % 10 === 3) throw new Error(`no answer to ${n}`)
      return slow({ n, at: 0 }, context)
    }
    const { told, timeLog } = await run(failing, { onError: 'dead-letter' })
    expect(told.ledger.map(({ detail }) => detail)).toContain('the call failed: no answer to 13')
    const asked: number[] = []
    const again = await replay(
      pipelineOf(
        kept,
        ({ n }) => {
          asked.push(n)
          return n
        },
        { onError: 'dead-letter' },
      ),
      timeLog,
    )
    expect(withoutPositions(toldBy(again))).toEqual(told)
    expect(asked.filter((n) => n % 10 === 3)).toEqual([])
  })

  it('of a run that failed with a call fails there too', async () => {
    const job = streamingRunner({ maxFuture: 'off', report: 'never', timeLog: true }).run(
      pipelineOf(live, ({ n }) => (n === 30 ? Promise.reject(new Error('no')) : n)),
    )
    const { timeLog } = recorded(job)
    await expect(job.done).rejects.toThrow(/failed at its only try: no/)
    await expect(
      replay(
        pipelineOf(kept, ({ n }) => n),
        timeLog(),
      ),
    ).rejects.toThrow(/step "Oracle".*failed at its only try: no/)
  })

  it('says so where a call that was answered fails now', async () => {
    const { timeLog } = await run(slow)
    await expect(
      replay(
        pipelineOf(kept, ({ n }) => (n === 30 ? Promise.reject(new Error('gone')) : n)),
        timeLog,
      ),
    ).rejects.toMatchObject({
      code: 'REPLAY_DIFFERS',
      step: 'Oracle',
      message: expect.stringContaining('was answered in the run that is told again, and failed now: gone'),
    })
  })

  it('says so where a call is not asked for that was: another key makes another cache', async () => {
    const cacheOf = (key: (question: Question) => unknown): MapAsyncOptions<Question> => ({
      cache: { key, expiresAfter: milliseconds(100) },
    })
    const { timeLog } = await run(
      slow,
      cacheOf(({ n }) => n),
    )
    await expect(
      replay(
        pipelineOf(
          kept,
          slow,
          cacheOf(() => 'all'),
        ),
        timeLog,
      ),
    ).rejects.toMatchObject({
      code: 'REPLAY_DIFFERS',
      step: 'Oracle',
      message: expect.stringContaining('has not asked for it'),
    })
  })

  it('reads logs from before there were calls', async () => {
    const plain = (source: PTransform<Root, PCollection<Question>>) => (root: Root) => ({ out: root.pipe(source) })
    const job = streamingRunner({ maxFuture: 'off', timeLog: true }).run(plain(live))
    const { told, timeLog } = recorded(job)
    await job.done
    const log: TimeLog = timeLog()
    expect(log.version).toBe(1)
    expect('asyncSteps' in log).toBe(false)
    expect(withoutPositions(toldBy(await replay(plain(kept), log)))).toEqual(withoutPositions(told()))
  })
})
