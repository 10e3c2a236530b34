/**
 * J5: calls that hang: each has its time, and nobody who ends a run waits for one.
 */
import {
  boundedOutOfOrderness,
  combinePerKey,
  create,
  fixedWindows,
  mapAsync,
  milliseconds,
  minutes,
  seconds,
  windowInto,
  withKeys,
  type AsyncContext,
  type MapAsyncOptions,
  type Root,
} from '@tidemark/core'
import { batchRunner } from '@tidemark/runners/batch'
import { fromObservable } from '@tidemark/runners/streaming'
import { count } from '@tidemark/transforms'
import { Subject } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { inHistory, requireHandled, type Call } from './calls-in-history.ts'
import { virtualJob } from './virtual-job.ts'

const watermark = boundedOutOfOrderness(milliseconds(0))
const never = (): Promise<never> => new Promise(() => undefined)

/** Elements of an observable, each at its own time, through calls. */
function calling(fn: Call, options: MapAsyncOptions<number> = {}) {
  const in$ = new Subject<number>()
  const run = virtualJob((root: Root) => ({
    out: root.pipe(
      fromObservable('In', in$, { timestamp: (at) => at, watermark }),
      mapAsync('Call', fn as (element: number, context: AsyncContext) => PromiseLike<unknown>, options),
    ),
  }))
  let reached: number | undefined
  run.job.watermark$.subscribe(({ out }) => (reached = out))
  return { ...run, in$, reached: () => reached, seen: () => run.values.map(({ value }) => value) }
}

requireHandled()

describe('J5: a call that hangs', () => {
  const retry = { attempts: 2, firstDelay: milliseconds(100) }

  // Mutation: packages/runners/src/driver/async-call.ts: `abortable.abort(error)` → `;`
  it('J5: is let go of after its time, tried again, and in the end a dead letter; the watermark waits until then', async () => {
    const signals: AsyncContext['signal'][] = []
    const fn: Call = (element, { signal }) => {
      if (element !== 1) return element
      signals.push(signal)
      return never()
    }
    const { in$, pass, seen, reached, ledger, job } = calling(fn, {
      timeout: seconds(30),
      retry,
      onError: 'dead-letter',
    })
    in$.next(1)
    in$.next(2)
    await pass()
    // Three tries of 30 s, and waits of 100 ms and 200 ms between them.
    await pass(90_299)
    expect([signals.map(({ aborted }) => aborted), seen(), reached()]).toEqual([[true, true, false], [], 1])
    await pass(1)
    expect([signals.map(({ aborted }) => aborted), seen(), reached()]).toEqual([[true, true, true], [2], 2])
    expect(ledger.map(({ reason, step, element }) => [reason, step, element])).toEqual([['dead-letter', 'Call', 1]])
    expect(ledger[0]?.detail).toMatch(/after 3 tries.*no answer within 30000 ms/)
    expect(signals[0]?.reason).toMatchObject({ code: 'ASYNC_TIMEOUT', step: 'Call' })
    await job.stop()
  })

  it('J5: fails the run with ASYNC_TIMEOUT, step, element and tries, where no dead letters are made', async () => {
    const { in$, pass, job } = calling(never, { timeout: seconds(1), retry: 'off' })
    in$.next(7)
    await pass()
    await pass(1000)
    expect(job.state).toBe('failed')
    const error = await job.done.catch((cause: unknown) => cause)
    expect(error).toMatchObject({ code: 'ASYNC_TIMEOUT', step: 'Call' })
    expect((error as Error).message).toContain('1970-01-01T00:00:00.007Z')
    expect((error as Error).message).toContain('at its only try')
    await expect(inHistory(never, { timeout: seconds(1), retry: 'off' })).rejects.toMatchObject({
      code: 'ASYNC_TIMEOUT',
    })
  })

  it('J5: has no say any more when its answer comes after all', async () => {
    const answers: ((value: string) => void)[] = []
    const fn: Call = () => new Promise((resolve) => void answers.push(resolve))
    const { in$, pass, seen, ledger, job } = calling(fn, { timeout: seconds(1), retry, onError: 'dead-letter' })
    in$.next(1)
    await pass()
    await pass(1000)
    await pass(100)
    answers[0]!('of the first try')
    await pass()
    expect(seen()).toEqual([])
    answers[1]!('of the second try')
    await pass()
    await pass()
    expect([seen(), ledger]).toEqual([['of the second try'], []])
    await job.stop()
  })

  // Mutation: packages/runners/src/driver/async-calls.ts: `for (const call of calls) call.stop(reason)` → `;`
  it('J5: does not block stop(): its signal is aborted, nothing waits any more, and what it brings is ignored', async () => {
    let answer: (value: string) => void = () => undefined
    const signals: AsyncContext['signal'][] = []
    const fn: Call = (_, { signal }) => {
      signals.push(signal)
      return new Promise((resolve) => (answer = resolve))
    }
    const { in$, pass, seen, clock, job } = calling(fn)
    in$.next(1)
    await pass()
    await job.stop()
    expect(job.state).toBe('stopped')
    expect(signals[0]?.reason).toMatchObject({ code: 'STOPPED' })
    expect(clock.waiting).toBe(0)
    answer('too late')
    await pass(minutes(10).toMillis())
    expect([seen(), signals.length]).toEqual([[], 1])
  })

  it('J5: does not block a run that is aborted', async () => {
    const controller = new AbortController()
    const run = batchRunner({ progress: 'never', signal: controller.signal }).run((root) => ({
      out: root.pipe(
        create('In', [1]),
        mapAsync(
          'Call',
          () => {
            setImmediate(() => controller.abort())
            return never()
          },
          { timeout: minutes(60) },
        ),
      ),
    }))
    await expect(run).rejects.toMatchObject({ code: 'ABORTED' })
  })

  it('J5: is waited for by drain(), no longer than it may take', async () => {
    const { in$, pass, seen, ledger, job } = calling((element) => (element === 1 ? never() : element), {
      timeout: seconds(1),
      retry: 'off',
      onError: 'dead-letter',
    })
    in$.next(1)
    in$.next(2)
    await pass()
    const drained = job.drain()
    await pass()
    expect([job.state, seen()]).toEqual(['running', []])
    await pass(1000)
    await drained
    expect([seen(), ledger.map(({ element }) => element)]).toEqual([[2], [1]])
  })

  // Mutation: packages/runners/src/driver/async-call.ts: `if (!this.#ended) this.#fail(error, false)` → `this.#fail(error, false)`
  it('J5: whose end stops the job is not made again', async () => {
    let calls = 0
    const { in$, pass, clock, job } = calling(
      (_, { signal }) => {
        calls += 1
        signal.addEventListener('abort', () => void job.stop())
        return never()
      },
      { timeout: seconds(1), retry },
    )
    in$.next(1)
    await pass()
    await pass(1000)
    await pass(1000)
    expect([calls, job.state, clock.waiting]).toEqual([1, 'stopped', 0])
  })

  it('J5: takes the place of one other call, and the elements behind it wait: no window closes without them', async () => {
    const in$ = new Subject<number>()
    const answers = new Map<number, (value: number) => void>()
    const { values, pass, job } = virtualJob((root: Root) => ({
      out: root.pipe(
        fromObservable('In', in$, { timestamp: (at) => at, watermark }),
        mapAsync('Call', (element: number) => new Promise<number>((resolve) => answers.set(element, resolve)), {
          concurrency: 1,
        }),
        windowInto(fixedWindows(milliseconds(10))),
        withKeys(() => 'all'),
        combinePerKey('Count', count()),
      ),
    }))
    for (const at of [1, 2, 3, 30]) in$.next(at)
    await pass()
    expect([...answers.keys()]).toEqual([1])
    for (const at of [1, 2, 3]) {
      expect(values).toEqual([])
      answers.get(at)!(at)
      await pass()
      await pass()
    }
    expect(values.map(({ value }) => value)).toEqual([['all', 3]])
    await job.stop()
  })
})
