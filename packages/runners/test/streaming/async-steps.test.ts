/**
 * Live jobs that wait for answers: order, watermark, back-pressure, virtual time.
 */
import {
  boundedOutOfOrderness,
  combinePerKey,
  fixedWindows,
  map,
  mapAsync,
  milliseconds,
  minutes,
  read,
  windowInto,
  withKeys,
  write,
  type PullSource,
  type Root,
} from '@tidemark/core'
import { fromObservable, streamingRunner, tidemark } from '@tidemark/runners/streaming'
import { evaluate } from '@tidemark/runners/testing'
import { count } from '@tidemark/transforms'
import { from, map as pick, Subject } from 'rxjs'
import { TestScheduler } from 'rxjs/testing'
import { describe, expect, it } from 'vitest'
import { settle, slowSink } from './slow-sink.ts'
import { virtualEnv } from './virtual-env.ts'
import { asking, Oracle, questionTime, type Question } from './oracle.ts'

describe('answers', () => {
  it('leave in the order of the elements, and the watermark waits for them', async () => {
    const { oracle, answers, watermarks, questions$, ask, job } = asking()
    await settle()
    await ask(1, 2, 3)
    await oracle.answer(3, 2)
    expect(answers).toEqual([])
    expect(watermarks.at(-1)).toBe(1)
    await oracle.answer(1)
    expect(answers).toEqual([10, 20, 30])
    expect(watermarks.at(-1)).toBe(3)
    questions$.complete()
    await job.done
  })

  it("leave as they come with order: 'any'", async () => {
    const { oracle, answers, questions$, ask, job } = asking({ order: 'any' })
    await settle()
    await ask(1, 2, 3)
    await oracle.answer(3, 1, 2)
    expect(answers).toEqual([30, 10, 20])
    questions$.complete()
    await job.done
  })

  // Mutation: packages/runners/src/streaming/job.ts: `&& this.#calls?.isPending !== true` → ``
  it('are waited for at the end of the sources, and by drain()', async () => {
    for (const isDrained of [false, true]) {
      const { oracle, answers, questions$, ask, job } = asking()
      await settle()
      await ask(1, 2)
      let isDone = false
      void job.done.then(() => (isDone = true))
      if (isDrained) void job.drain()
      else questions$.complete()
      await oracle.answer(2)
      expect([isDone, answers]).toEqual([false, []])
      await oracle.answer(1)
      await job.done
      expect(answers).toEqual([10, 20])
    }
  })

  it('are counted on by windows: none closes before they are there', async () => {
    const questions$ = new Subject<Question>()
    const oracle = new Oracle()
    const job = streamingRunner({ maxFuture: 'off' }).run((root) => ({
      counts: root.pipe(
        fromObservable('Questions', questions$, questionTime),
        mapAsync('Oracle', oracle.ask),
        windowInto(fixedWindows(milliseconds(10))),
        withKeys(() => 'all'),
        combinePerKey('Count', count()),
      ),
    }))
    const seen: string[] = []
    job.outputs.counts.subscribe(({ value, window, pane }) => seen.push(`${window.start} ${value[1]} ${pane.timing}`))
    await settle()
    for (const n of [1, 2, 50, 90]) questions$.next({ at: n, n })
    await settle()
    await oracle.answer(2, 50, 90)
    expect(seen).toEqual([])
    await oracle.answer(1)
    expect(seen).toEqual(['0 2 on-time', '50 1 on-time'])
    questions$.complete()
    await job.done
    expect(job.ledgerCounts.size).toBe(0)
  })

  it('wait while a sink takes its time, and are not lost', async () => {
    const questions$ = new Subject<Question>()
    const oracle = new Oracle()
    const sink = slowSink<number>()
    const job = streamingRunner({ maxFuture: 'off' }).run((root) => {
      root.pipe(
        fromObservable('Questions', questions$, questionTime),
        mapAsync('Oracle', oracle.ask),
        write('Slow', sink),
      )
      return {}
    })
    await settle()
    for (const n of [1, 2, 3]) questions$.next({ at: n, n })
    questions$.complete()
    await settle()
    await oracle.answer(1)
    await oracle.answer(2, 3)
    expect(sink.written).toEqual([10])
    for (const written of [20, 30]) {
      sink.release()
      await settle()
      expect(sink.written.at(-1)).toBe(written)
    }
    sink.release()
    await job.done
    expect(sink.log.at(-1)).toBe('commit')
  })
})

describe('a step with as many elements as it may have', () => {
  /** A source without end that counts what it has given. */
  function endless(): PullSource<Question> & { given: number } {
    const source = {
      given: 0,
      mode: 'pull' as const,
      description: 'endless',
      bounded: false,
      unit: 'element' as const,
      splits: () => Promise.resolve([{ id: '0', restriction: null }]),
      open: () => ({
        read(credits: number) {
          const elements = Array.from({ length: credits }, () => ({ at: source.given, n: source.given++ }))
          const offsets = elements.map(({ n }) => n)
          return { elements, offsets, rejected: [], position: source.given, bytes: 0, done: false }
        },
        close: () => undefined,
      }),
    }
    return source
  }

  // Mutation: packages/runners/src/streaming/job.ts: `return this.#canOffer() && this.#calls?.isFull !== true` → `return this.#canOffer()`
  it('makes a source wait that can be asked', async () => {
    const source = endless()
    const oracle = new Oracle()
    const job = streamingRunner({ maxFuture: 'off', bundleSize: 10 }).run((root) => ({
      answers: root.pipe(
        read('Endless', source, { timestamp: ({ at }) => at }),
        mapAsync('Oracle', oracle.ask, { concurrency: 5 }),
      ),
    }))
    await settle()
    expect(oracle.asked).toEqual([0, 1, 2, 3, 4])
    // Twenty may wait; what was read before that was known is at hand.
    expect(source.given).toBe(20)
    await oracle.answer(0, 1, 2, 3)
    expect(source.given).toBeGreaterThan(20)
    expect(source.given).toBeLessThanOrEqual(40)
    expect(oracle.asked).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8])
    await job.stop()
  })

  it('leaves a source that delivers by itself to its overflow policy', async () => {
    const { ask, job, oracle, answers, questions$ } = asking({ concurrency: 1 }, { overflow: 'drop' }, 4)
    await settle()
    await ask(...Array.from({ length: 20 }, (_, n) => n))
    // Four wait in the step and four before it.
    expect(job.ledgerCounts).toEqual(new Map([['Questions overflow', 12]]))
    for (let n = 0; n < 8; n++) await oracle.answer(n)
    expect(answers).toEqual([0, 10, 20, 30, 40, 50, 60, 70])
    questions$.complete()
    await job.done
  })

  it('takes no turns while it waits', async () => {
    const { pass, clock, env } = virtualEnv(0)
    const questions$ = new Subject<Question>()
    const oracle = new Oracle()
    const job = streamingRunner({ maxFuture: 'off', env, bundleSize: 2 }).run((root) => ({
      answers: root.pipe(
        fromObservable('Questions', questions$, { ...questionTime, overflow: 'buffer', limit: 100 }),
        mapAsync('Oracle', oracle.ask, { concurrency: 1, timeout: minutes(1) }),
      ),
    }))
    pass()
    for (let n = 0; n < 10; n++) questions$.next({ at: n, n })
    pass(1)
    // Only the timeout of the call is left.
    expect(clock.waiting).toBe(1)
    void job.done.catch(() => undefined)
    await job.stop()
    expect(clock.waiting).toBe(0)
  })
})
describe('virtual time', () => {
  it('is enough where functions answer at once: a TestScheduler drives all of it', () => {
    const scheduler = new TestScheduler((actual, expected) => expect(actual).toEqual(expected))
    scheduler.run(({ cold, expectObservable }) => {
      const answers$ = cold('-a-b-|', { a: { at: 1, n: 1 }, b: { at: 2, n: 2 } }).pipe(
        tidemark(
          mapAsync('Oracle', ({ n }: Question) => n * 10),
          { ...questionTime, scheduler },
        ),
        pick(({ value }) => value),
      )
      expectObservable(answers$).toBe('-a-b-|', { a: 10, b: 20 })
    })
  })
})
describe('with key shards above and below', () => {
  it('settles on what the elements mean', async () => {
    const questions = Array.from({ length: 60 }, (_, n) => ({ at: (n * 7) % 50, n }))
    type Counted = readonly [number, number]
    const ask = async ([key, value]: Counted): Promise<Counted> => {
      // Some answers come later than others.
      for (let turn = 0; turn < key % 3; turn++) await new Promise((resolve) => setImmediate(resolve))
      return [key, value * 10]
    }
    const pipelineOf = (fn: (element: Counted) => Counted | Promise<Counted>) => {
      return (root: Root) => ({
        counts: root.pipe(
          fromObservable('Questions', from(questions), {
            ...questionTime,
            watermark: boundedOutOfOrderness(milliseconds(50)),
          }),
          windowInto(fixedWindows(milliseconds(10))),
          withKeys(({ n }) => n % 5),
          map(([key]) => [key, 1] as const),
          combinePerKey('Count', count()),
          mapAsync('Calls', fn, { order: 'any', pure: true }),
          combinePerKey('Again', count()),
        ),
      })
    }
    const job = streamingRunner({ maxFuture: 'off', shards: 3, settled: true }).run(pipelineOf(ask))
    await job.done
    const meant = evaluate(
      pipelineOf(([key, value]) => [key, value * 10]),
      { Questions: questions },
    )
    expect(job.settled.counts).toEqual(meant.outputs.counts)
  })
})
