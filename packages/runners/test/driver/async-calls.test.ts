/**
 * How calls are made: how many at once, for how long, how often again, and what is ignored.
 */
import { mapAsync, milliseconds, PipelineError, seconds, type AsyncContext, type MapAsyncOptions } from '@tidemark/core'
import { buildGraph, type MapAsyncPayload } from '@tidemark/core/graph'
import { manualClock, type ManualClock } from '@tidemark/core/testing'
import { testStream } from '@tidemark/runners/testing'
import { describe, expect, it } from 'vitest'
import { AsyncCalls, type CallingStep } from '../../src/driver/async-calls.ts'
import type { CallOutcome } from '../../src/driver/async-call.ts'

type Fn = (element: number, context: AsyncContext) => unknown

/** A step with elements 0, 1, 2, …, whose calls are made by a clock in the hands of the test. */
class Called implements CallingStep {
  readonly clock: ManualClock = manualClock()
  readonly told: [id: number, outcome: CallOutcome][] = []
  readonly step: CallingStep['step']
  readonly payload: MapAsyncPayload
  readonly calls: AsyncCalls
  wakes = 0
  chance = 0.5
  pending: number
  #next = 0
  #elements: number

  constructor(elements: number, fn: Fn, options: MapAsyncOptions<number> = {}) {
    const graph = buildGraph((root) => ({ out: root.pipe(testStream<number>('In'), mapAsync('Look', fn, options)) }))
    this.step = graph.steps.find(({ path }) => path === 'Look')!
    this.payload = this.step.payload as MapAsyncPayload
    this.pending = this.#elements = elements
    this.calls = new AsyncCalls([this], {
      after: (delay, run) => this.clock.after(delay, run),
      random: () => this.chance,
      abortable: () => new AbortController(),
      wake: () => this.wakes++,
    })
  }

  takeRequests(most: number): ReturnType<CallingStep['takeRequests']> {
    const ids = Array.from({ length: Math.min(most, this.#elements - this.#next) }, (_, index) => this.#next + index)
    this.#next += ids.length
    return ids.map((id) => ({ id, element: id, timestamp: id, window: { start: 0, end: 10 } }))
  }

  complete(id: number, outcome: CallOutcome): void {
    this.pending--
    this.told.push([id, outcome])
  }

  /** Runs calls until nothing happens by itself any more. */
  async run(): Promise<this> {
    for (let told = -1; told !== this.told.length;) {
      told = this.told.length
      this.calls.run()
      await settled()
      this.calls.run()
    }
    return this
  }

  /** What was told, such as `0 ok 10` or `1 failed ASYNC_TIMEOUT after 1`. */
  get ends(): readonly string[] {
    return this.told.map(([id, outcome]) =>
      outcome.ok
        ? `${id} ok ${String(outcome.answer)}`
        : `${id} failed ${outcome.failure.code} after ${outcome.failure.tries}: ${outcome.failure.message}`,
    )
  }
}

/** What makes a promise of any object. */
const THEN: string = ['th', 'en'].join('')

/** Everything that waits for a promise has had its turn. */
async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve))
}

/** A promise that a test settles. */
function open(): {
  readonly promise: Promise<unknown>
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
} {
  let resolve: (value: unknown) => void = () => undefined
  let reject: (error: unknown) => void = () => undefined
  const promise = new Promise((one, other) => {
    resolve = one
    reject = other
  })
  return { promise, resolve, reject }
}

describe('concurrency', () => {
  // Mutation: packages/runners/src/driver/async-calls.ts: `while (calls.size < step.payload.concurrency && !this.#isStopped) {` → `while (!this.#isStopped) {`
  it('is never exceeded, and always used', async () => {
    let underWay = 0
    const most: number[] = []
    const called = new Called(
      100,
      async (element) => {
        most.push(++underWay)
        await settled()
        underWay--
        return element
      },
      { concurrency: 7 },
    )
    while (called.pending > 0) await called.run()
    expect(Math.max(...most)).toBe(7)
    expect(most.filter((count) => count === 7).length).toBe(14)
    expect(called.told.map(([id]) => id).toSorted((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, id) => id))
  })

  it('says when a step is full: four elements for each call that it may make', () => {
    const fullness = [7, 8].map((elements) => new Called(elements, () => open().promise, { concurrency: 2 }).calls)
    expect(fullness.map(({ isFull }) => isFull)).toEqual([false, true])
    expect(fullness.map(({ isPending }) => isPending)).toEqual([true, true])
    expect(new Called(0, () => 1).calls.isPending).toBe(false)
  })

  it('lets a call that waits for its next try keep its place', async () => {
    const tried: number[] = []
    const called = new Called(
      3,
      (element) => {
        tried.push(element)
        throw new Error('down')
      },
      { concurrency: 1, retry: { attempts: 1, firstDelay: seconds(1) } },
    )
    await called.run()
    expect(tried).toEqual([0])
    called.clock.advance(seconds(1))
    await called.run()
    expect(tried).toEqual([0, 0, 1])
  })
})

describe('a function', () => {
  it('may return its answer, throw, or return whatever can be waited for', async () => {
    const called = new Called(
      6,
      (element) => {
        const answers = [
          () => 'at once',
          () => {
            throw new Error('at once')
          },
          () => Promise.resolve('later'),
          () => Promise.reject(new Error('later')),
          () => Object.defineProperty({}, THEN, { value: (resolve: (value: unknown) => void) => resolve('thenable') }),
          () =>
            new Proxy(
              {},
              {
                has: () => {
                  throw new Error('a getter')
                },
              },
            ),
        ]
        return answers[element]!()
      },
      { retry: 'off' },
    )
    await called.run()
    expect(called.ends.toSorted()).toEqual([
      '0 ok at once',
      '1 failed USER_CODE after 1: at once',
      '2 ok later',
      '3 failed USER_CODE after 1: later',
      '4 ok thenable',
      '5 failed USER_CODE after 1: a getter',
    ])
  })

  it('sees the element, its time and window, the number of its tries, and a signal that is not aborted', async () => {
    const seen: unknown[] = []
    const called = new Called(
      1,
      (element, { signal, ...context }) => {
        seen.push([element, context, signal.aborted])
        throw new Error('again')
      },
      { retry: { attempts: 1, firstDelay: milliseconds(1) } },
    )
    await called.run()
    called.clock.advance(seconds(1))
    await called.run()
    const context = { timestamp: 0, window: { start: 0, end: 10 } }
    expect(seen).toEqual([
      [0, { ...context, attempt: 1 }, false],
      [0, { ...context, attempt: 2 }, false],
    ])
  })
})

describe('a call that takes too long', () => {
  // Mutation: packages/runners/src/driver/async-call.ts: `abortable.abort(error)` → ``
  it('has failed with ASYNC_TIMEOUT, its signal is aborted, and what it brings later is ignored', async () => {
    const late = open()
    const signals: AbortSignal[] = []
    const called = new Called(
      1,
      (_, { signal }) => {
        signals.push(signal)
        return late.promise
      },
      { timeout: seconds(2), retry: 'off' },
    )
    await called.run()
    called.clock.advance(milliseconds(1999))
    expect((await called.run()).told).toEqual([])
    called.clock.advance(milliseconds(1))
    expect(called.wakes).toBe(1)
    await called.run()
    expect(called.ends[0]).toMatch(/^0 failed ASYNC_TIMEOUT after 1: There was no answer within 2000 ms/)
    expect(signals[0]!.aborted).toBe(true)
    expect(signals[0]!.reason).toMatchObject({ code: 'ASYNC_TIMEOUT' })
    late.resolve('late')
    await called.run()
    expect(called.told).toHaveLength(1)
  })

  // Mutation: packages/runners/src/driver/async-call.ts: `if (this.#ended || this.#abortable !== abortable) return false` → `if (this.#ended) return false`
  it('is made again, and only the answer of the try at hand counts', async () => {
    const tries = [open(), open()]
    const called = new Called(1, (_, { attempt }) => tries[attempt - 1]!.promise, {
      timeout: seconds(2),
      retry: { attempts: 1, firstDelay: seconds(1) },
    })
    await called.run()
    called.clock.advance(seconds(2))
    tries[0]!.resolve('too late')
    await called.run()
    expect(called.told).toEqual([])
    called.clock.advance(seconds(1))
    tries[1]!.resolve('in time')
    await called.run()
    expect(called.ends).toEqual(['0 ok in time'])
  })

  // Mutation: packages/runners/src/driver/async-call.ts: `      this.#callOff?.()` → ``
  it('is no longer waited for once it has ended', async () => {
    const called = new Called(2, (element) => (element === 0 ? Promise.resolve(1) : Promise.reject(new Error('no'))), {
      retry: 'off',
    })
    await called.run()
    expect(called.told).toHaveLength(2)
    expect(called.clock.waiting).toBe(0)
  })
})

describe('a call that fails', () => {
  // Mutation: packages/runners/src/driver/async-call.ts: `retryDelay(this.#payload.retry, tries, this.#host.random())` → `retryDelay(this.#payload.retry, 1, this.#host.random())`
  it('is made again after waits that double, up to the longest', async () => {
    const at: number[] = []
    const called: Called = new Called(
      1,
      () => {
        at.push(called.clock.mono())
        return Promise.reject(new Error('down'))
      },
      { retry: { attempts: 5, firstDelay: milliseconds(100), longestDelay: milliseconds(500) } },
    )
    for (let tick = 0; tick < 40; tick++) {
      await called.run()
      called.clock.advance(milliseconds(50))
    }
    await called.run()
    // 100, 200, 400, then no more than 500 each.
    expect(at).toEqual([0, 100, 300, 700, 1200, 1700])
    expect(called.ends).toEqual(['0 failed USER_CODE after 6: down'])
  })

  it('waits by chance for half as long to half as long again', async () => {
    const waits: number[] = []
    for (const chance of [0, 0.999]) {
      const tries: number[] = []
      const called: Called = new Called(
        1,
        () => {
          tries.push(called.clock.mono())
          throw new Error('down')
        },
        { retry: { attempts: 1, firstDelay: milliseconds(100) } },
      )
      called.chance = chance
      called.calls.run()
      for (let tick = 0; tick < 200; tick++) called.clock.advance(milliseconds(1))
      waits.push(Math.round(tries[1]!))
    }
    expect(waits).toEqual([50, 150])
  })

  // Mutation: packages/runners/src/driver/async-call.ts: `if (!this.#ended) this.#fail(cause, cause instanceof PipelineError)` → `if (!this.#ended) this.#fail(cause, false)`
  it('with an error of the library has failed for good, thrown or rejected', async () => {
    const called = new Called(2, (element) => {
      const error = new PipelineError('GONE', 'It is gone.')
      if (element === 0) throw error
      return Promise.reject(error)
    })
    await called.run()
    expect(called.ends).toEqual(['0 failed GONE after 1: It is gone.', '1 failed GONE after 1: It is gone.'])
    expect(called.clock.waiting).toBe(0)
  })

  it('with something that is no error says what it was', async () => {
    const called = new Called(1, () => Promise.reject('just text'), { retry: 'off' })
    await called.run()
    expect(called.ends).toEqual(['0 failed USER_CODE after 1: just text'])
  })
})

describe('when a run ends', () => {
  it('all signals are aborted, nothing waits any more, and nothing is told', async () => {
    const calls = [open(), open()]
    const signals: AbortSignal[] = []
    const called = new Called(
      4,
      (element, { signal }) => {
        signals.push(signal)
        if (element === 2) throw new Error('waits for its next try')
        return calls[element]!.promise
      },
      { concurrency: 3 },
    )
    await called.run()
    expect(called.clock.waiting).toBe(3)
    called.calls.stop(new PipelineError('STOPPED', 'It is over.'))
    expect(called.clock.waiting).toBe(0)
    expect(signals.slice(0, 2).map(({ reason }) => (reason as PipelineError).code)).toEqual(['STOPPED', 'STOPPED'])
    calls[0]!.resolve(1)
    calls[1]!.reject(new Error('aborted'))
    await called.run()
    expect(called.told).toEqual([])
    expect(signals).toHaveLength(3)
  })

  // Mutation: packages/runners/src/driver/async-call.ts: `if (!this.#ended) this.#limit(abortable)` → `this.#limit(abortable)`
  it('from inside of a function, that call is let go of too', async () => {
    for (const answer of [() => Promise.reject(new Error('aborted')), () => 'plain', () => open().promise]) {
      const called: Called = new Called(2, () => {
        called.calls.stop('over')
        return answer()
      })
      await called.run()
      expect(called.told).toEqual([])
      expect(called.clock.waiting).toBe(0)
    }
  })

  it('no rejection is left unhandled, whenever it comes', async () => {
    const unhandled: unknown[] = []
    const note = (reason: unknown): void => void unhandled.push(reason)
    process.on('unhandledRejection', note)
    const calls = [open(), open(), open()]
    const called = new Called(3, (element) => calls[element]!.promise, { timeout: seconds(1), retry: 'off' })
    await called.run()
    calls[0]!.reject(new Error('in time'))
    await called.run()
    called.clock.advance(seconds(1))
    calls[1]!.reject(new Error('too late'))
    await called.run()
    called.calls.stop('over')
    calls[2]!.reject(new Error('after the end'))
    await called.run()
    process.off('unhandledRejection', note)
    expect(unhandled).toEqual([])
    expect(called.ends.map((end) => end.slice(0, 10))).toEqual(['0 failed U', '1 failed A', '2 failed A'])
  })
})
