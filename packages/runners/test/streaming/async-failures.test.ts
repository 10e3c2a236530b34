/**
 * Live jobs whose calls fail, take too long, or are left when the job ends.
 */
import { mapAsync, milliseconds, seconds, UserCodeError, write } from '@tidemark/core'
import { memorySink } from '@tidemark/io/memory'
import { fromObservable, streamingRunner, tidemark } from '@tidemark/runners/streaming'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { from, Subject } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { settle } from './slow-sink.ts'
import { virtualEnv } from './virtual-env.ts'
import { asking, Oracle, questionTime, type Question } from './oracle.ts'

describe('a call that fails', () => {
  it('fails the job: outputs carry the error, other calls are aborted, sinks take back', async () => {
    const questions$ = new Subject<Question>()
    const oracle = new Oracle()
    const sink = memorySink<number>()
    const job = streamingRunner({ maxFuture: 'off' }).run((root) => {
      const answers = root.pipe(
        fromObservable('Questions', questions$, questionTime),
        mapAsync('Oracle', oracle.ask, { retry: 'off' }),
      )
      answers.pipe(write('Out', sink))
      return { answers }
    })
    const errors: unknown[] = []
    job.outputs.answers.subscribe({ error: (error: unknown) => errors.push(error) })
    await settle()
    for (const n of [1, 2]) questions$.next({ at: n, n })
    await settle()
    await oracle.refuse(2)
    await expect(job.done).rejects.toThrow(
      /The call of step "Oracle" for an element with timestamp 1970-01-01T00:00:00.002Z failed at its only try: no/,
    )
    expect(errors).toEqual([expect.any(UserCodeError)])
    expect(oracle.signals[0]!.aborted).toBe(true)
    expect(sink.committed).toEqual([])
    await oracle.answer(1)
  })

  it('may be a dead letter, which the ledger tells', async () => {
    const { job, oracle, answers, ask, questions$ } = asking({ onError: 'dead-letter' })
    const ledger: string[] = []
    job.ledger.subscribe(({ reason, element, detail }) => ledger.push(`${reason} ${(element as Question).n} ${detail}`))
    await settle()
    await ask(1, 2)
    await oracle.answer(2)
    await oracle.refuse(1)
    questions$.complete()
    await job.done
    expect(answers).toEqual([20])
    expect(ledger).toEqual(['dead-letter 1 the call failed: no'])
    expect(job.report()).toContain('1 dead-letter at Oracle')
  })

  it('is made again by the clock of the job', async () => {
    const { pass, clock, env } = virtualEnv(0)
    const tries: number[] = []
    const job = streamingRunner({ maxFuture: 'off', env }).run((root) => ({
      answers: root.pipe(
        fromObservable('Questions', from([{ at: 1, n: 1 }]), questionTime),
        mapAsync(
          'Oracle',
          ({ n }, { attempt }) => {
            tries.push(clock.mono())
            if (attempt < 4) throw new Error('not yet')
            return n * 10
          },
          { retry: { attempts: 3, firstDelay: milliseconds(100) } },
        ),
      ),
    }))
    const answers: number[] = []
    job.outputs.answers.subscribe(({ value }) => answers.push(value))
    pass(10_000)
    await job.done
    expect(tries).toEqual([0, 100, 300, 700])
    expect(answers).toEqual([10])
  })

  it('by taking too long fails the job with ASYNC_TIMEOUT, though the function never returns', async () => {
    const { pass, env } = virtualEnv(0)
    const signals: AbortSignal[] = []
    const job = streamingRunner({ maxFuture: 'off', env }).run((root) => ({
      answers: root.pipe(
        fromObservable('Questions', from([{ at: 1, n: 1 }]), questionTime),
        mapAsync(
          'Oracle',
          (_, { signal }) => {
            signals.push(signal)
            return new Promise<number>(() => undefined)
          },
          { timeout: seconds(2), retry: { attempts: 1, firstDelay: seconds(1) } },
        ),
      ),
    }))
    pass(4999)
    expect(job.state).toBe('running')
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, false])
    pass(1)
    await expect(job.done).rejects.toMatchObject({ code: 'ASYNC_TIMEOUT', step: 'Oracle' })
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true])
  })

  it('with an answer of the wrong shape is not made again', async () => {
    let calls = 0
    const job = streamingRunner({ maxFuture: 'off' }).run((root) => ({
      answers: root.pipe(
        fromObservable('Questions', from([{ at: 1, n: 1 }]), questionTime),
        mapAsync(
          'Oracle',
          async () => {
            calls++
            return await Promise.resolve<unknown>('ten')
          },
          {
            onError: 'dead-letter',
            parse: (answer, { n }) => {
              if (typeof answer !== 'number') throw new TypeError(`the answer to ${n} is no number`)
              return answer
            },
          },
        ),
      ),
    }))
    await job.done
    expect(calls).toBe(1)
    expect(job.ledgerEntries[0]!.detail).toBe('parse threw: the answer to 1 is no number')
  })
})

describe('a job that ends early', () => {
  it('aborts its calls, and nothing of what they bring comes out', async () => {
    const { job, oracle, answers, ask } = asking()
    await settle()
    await ask(1, 2)
    await job.stop()
    expect(oracle.signals.map(({ aborted }) => aborted)).toEqual([true, true])
    await oracle.answer(1)
    await oracle.refuse(2)
    expect(answers).toEqual([])
    expect(job.state).toBe('stopped')
  })

  it('may be ended by a subscriber, between two answers that have come', async () => {
    const { job, oracle, ask, answers } = asking()
    job.outputs.answers.subscribe(() => void job.stop())
    await settle()
    await ask(1, 2)
    await oracle.answer(1, 2)
    await job.done
    expect(answers).toEqual([10])
  })

  it('is ended by unsubscribing from an operator', async () => {
    const oracle = new Oracle()
    const subscription = from([{ at: 1, n: 1 }])
      .pipe(tidemark(mapAsync('Oracle', oracle.ask), questionTime))
      .subscribe()
    await settle()
    expect(oracle.signals.map(({ aborted }) => aborted)).toEqual([false])
    subscription.unsubscribe()
    await settle()
    expect(oracle.signals.map(({ aborted }) => aborted)).toEqual([true])
  })
})
describe('fetch', () => {
  it('takes the signal of a call, and a call that takes too long ends it', async () => {
    let close: () => void = () => undefined
    const closed = new Promise<void>((resolve) => (close = resolve))
    const server = createServer((request, response) => {
      if (request.url === '/2') response.on('close', close)
      else response.end(JSON.stringify({ answer: Number(request.url!.slice(1)) * 10 }))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const job = streamingRunner({ maxFuture: 'off', report: 'never' }).run((root) => ({
      answers: root.pipe(
        fromObservable('Questions', from([1, 2, 3].map((n) => ({ at: n, n }))), questionTime),
        mapAsync(
          'Oracle',
          async ({ n }, { signal }) => {
            const response = await fetch(`http://127.0.0.1:${port}/${n}`, { signal })
            return ((await response.json()) as { readonly answer: number }).answer
          },
          { timeout: milliseconds(200), retry: 'off', onError: 'dead-letter' },
        ),
      ),
    }))
    const answers: number[] = []
    job.outputs.answers.subscribe(({ value }) => answers.push(value))
    await job.done
    expect(answers).toEqual([10, 30])
    expect(job.ledgerEntries.map(({ element }) => (element as Question).n)).toEqual([2])
    // The server learns of it too: nobody waits for that answer any more.
    await closed
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
})
