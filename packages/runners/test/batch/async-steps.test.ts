/**
 * History that waits for answers: order, windows, back-pressure, failures, and that all or nothing is published.
 */
import {
  combinePerKey,
  fixedWindows,
  mapAsync,
  milliseconds,
  PipelineError,
  read,
  seconds,
  UserCodeError,
  windowInto,
  withKeys,
  write,
  type AsyncContext,
  type MapAsyncOptions,
  type PullSource,
  type Root,
} from '@tidemark/core'
import { manualClock } from '@tidemark/core/testing'
import { memorySink, readMemory } from '@tidemark/io/memory'
import { batchRunner, type BatchOptions } from '@tidemark/runners/batch'
import { evaluate } from '@tidemark/runners/testing'
import { count } from '@tidemark/transforms'
import { describe, expect, it } from 'vitest'

const numbers = Array.from({ length: 200 }, (_, n) => n)
const timestamp = (n: number): number => n

/** The program has had its turn, some times. */
async function turns(most = 20): Promise<void> {
  for (let turn = 0; turn < most; turn++) await new Promise((resolve) => setImmediate(resolve))
}

/** Answers after as many turns as the number says. */
async function tenfold(n: number): Promise<number> {
  await turns((n * 7) % 5)
  return n * 10
}

function askedOf(
  fn: (n: number, context: AsyncContext) => unknown,
  options: MapAsyncOptions<number> = {},
  own: BatchOptions = {},
) {
  const sink = memorySink<unknown>()
  const run = batchRunner({ progress: 'never', bundleSize: 16, ...own }).run((root) => {
    const answers = root.pipe(readMemory('Numbers', numbers, { timestamp }), mapAsync('Oracle', fn, options))
    answers.pipe(write('Out', sink))
    return { answers }
  })
  return { run, sink }
}

describe('a batch run', () => {
  it('waits for all answers, and gives them in the order of the elements', async () => {
    const { run, sink } = askedOf(tenfold)
    const { outputs } = await run
    expect(outputs.answers.map(({ value }) => value)).toEqual(numbers.map((n) => n * 10))
    expect(sink.committed).toHaveLength(200)
  })

  it("gives all of them in any order with order: 'any'", async () => {
    const { outputs } = await askedOf(tenfold, { order: 'any' }).run
    const values = outputs.answers.map(({ value }) => value as number)
    expect(values.toSorted((a, b) => a - b)).toEqual(numbers.map((n) => n * 10))
    expect(values).not.toEqual(numbers.map((n) => n * 10))
  })

  it('settles on what the elements mean, with calls between groupings and shards of keys', async () => {
    type Counted = readonly [number, number]
    const pipelineOf = (fn: (element: Counted) => Counted | Promise<Counted>) => (root: Root) => ({
      counts: root.pipe(
        readMemory('Numbers', numbers, { timestamp }),
        windowInto(fixedWindows(milliseconds(20))),
        withKeys((n) => n % 7),
        combinePerKey('Count', count()),
        mapAsync('Oracle', fn, { pure: true }),
        combinePerKey('Again', count()),
      ),
    })
    const asked = pipelineOf(async ([key, value]) => [key, await tenfold(value)])
    const { settled } = await batchRunner({ progress: 'never', settled: true, shards: 3 }).run(asked)
    const meant = evaluate(
      pipelineOf(([key, value]) => [key, value * 10]),
      { Numbers: numbers },
    )
    expect(settled.counts).toEqual(meant.outputs.counts)
  })
})

describe('a step with as many elements as it may have', () => {
  // Mutation: packages/runners/src/batch/batch-run.ts: `if (this.#calls.isFull) await this.#answered(() => !this.#calls.isFull)` → ``
  it('makes the source wait', async () => {
    let given = 0
    let asked = 0
    let answered = 0
    const ahead: number[] = []
    const source: PullSource<number> = {
      mode: 'pull',
      description: 'counted',
      bounded: true,
      unit: 'element',
      splits: () => Promise.resolve([{ id: '0', restriction: null }]),
      open: () => ({
        read(credits) {
          const elements = Array.from({ length: Math.min(credits, 1000 - given) }, (_, index) => given + index)
          given += elements.length
          ahead.push(given - answered)
          return { elements, offsets: elements, rejected: [], position: given, bytes: 0, done: given === 1000 }
        },
        close: () => undefined,
      }),
    }
    await batchRunner({ progress: 'never', bundleSize: 10 }).run((root) => ({
      answers: root.pipe(
        read('Counted', source, { timestamp }),
        mapAsync(
          'Oracle',
          async (n: number) => {
            asked++
            await turns(1)
            answered++
            return n
          },
          { concurrency: 3 },
        ),
      ),
    }))
    expect([asked, answered]).toEqual([1000, 1000])
    // Twelve may wait, and a bundle comes while there are fewer.
    expect(Math.max(...ahead)).toBeLessThanOrEqual(12 + 10)
  })
})

describe('a call that fails', () => {
  it('fails the run, which publishes nothing and aborts what is under way', async () => {
    const signals: AbortSignal[] = []
    const { run, sink } = askedOf(
      async (n, { signal }) => {
        signals.push(signal)
        if (n === 3) throw new Error('no')
        await new Promise((resolve) => signal.addEventListener('abort', resolve))
        return n
      },
      { retry: 'off', concurrency: 8 },
    )
    await expect(run).rejects.toThrow(UserCodeError)
    expect(signals).toHaveLength(8)
    expect(signals.filter(({ aborted }) => aborted)).toHaveLength(7)
    expect(sink.committed).toEqual([])
  })

  it('may be a dead letter', async () => {
    const { run } = askedOf((n) => (n % 10 === 3 ? Promise.reject(new Error('no')) : n), {
      retry: 'off',
      onError: 'dead-letter',
    })
    const { outputs, ledger, ledgerCounts } = await run
    expect(outputs.answers).toHaveLength(180)
    expect(ledgerCounts).toEqual(new Map([['Oracle dead-letter', 20]]))
    expect(ledger[0]).toMatchObject({ element: 3, detail: 'the call failed: no', position: { offset: 3 } })
  })

  it('by never returning fails the run when its time is over', async () => {
    const clock = manualClock()
    const { run } = askedOf(
      () => new Promise(() => undefined),
      { timeout: seconds(5), retry: 'off' },
      { env: { clock } },
    )
    const failed = run.catch((error: unknown) => error)
    await turns()
    clock.advance(seconds(5))
    expect(await failed).toMatchObject({ code: 'ASYNC_TIMEOUT', step: 'Oracle' })
    expect(clock.waiting).toBe(0)
  })

  it('is made again by the clock of the run', async () => {
    const clock = manualClock()
    const tries: number[] = []
    const run = batchRunner({ progress: 'never', env: { clock, random: () => 0.5 } }).run((root) => ({
      answers: root.pipe(
        readMemory('Numbers', [1], { timestamp }),
        mapAsync(
          'Oracle',
          (n: number, { attempt }) => {
            tries.push(clock.mono())
            return attempt < 3 ? Promise.reject(new Error('not yet')) : n
          },
          { retry: { attempts: 2, firstDelay: milliseconds(100) } },
        ),
      ),
    }))
    for (let tick = 0; tick < 5; tick++) {
      await turns()
      clock.advance(milliseconds(100))
    }
    expect((await run).outputs.answers.map(({ value }) => value)).toEqual([1])
    expect(tries).toEqual([0, 100, 300])
  })
})

describe('a signal', () => {
  it('ends a run that waits for an answer', async () => {
    const controller = new AbortController()
    const signals: AbortSignal[] = []
    const { run } = askedOf(
      (_, { signal }) => {
        signals.push(signal)
        return new Promise(() => undefined)
      },
      {},
      { signal: controller.signal },
    )
    const ended = run.catch((error: unknown) => error)
    await turns()
    controller.abort(new PipelineError('OVER', 'enough'))
    expect(await ended).toMatchObject({ code: 'ABORTED' })
    expect(signals.every(({ aborted }) => aborted)).toBe(true)
  })
})
