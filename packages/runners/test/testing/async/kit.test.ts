/**
 * The test kit with steps that make calls: functions that answer at once, and promises where one waits for them.
 */
import {
  afterCount,
  afterWatermark,
  combinePerKey,
  composite,
  fixedWindows,
  map,
  mapAsync,
  PipelineError,
  repeatedly,
  seconds,
  windowInto,
  type AccumulationMode,
  type KV,
  type MapAsyncOptions,
  type PCollection,
  type PTransform,
  type Root,
} from '@tidemark/core'
import {
  assertSameAnswer,
  assertSameAnswerAsync,
  evaluate,
  evaluateAsync,
  evaluatePanes,
  expectPanes,
  expectPanesAsync,
  playScript,
  playScriptAsync,
  testStream,
  timestamped,
} from '@tidemark/runners/testing'
import { sum } from '@tidemark/transforms'
import { describe, expect, it } from 'vitest'
import type { Arrival } from '../../../src/testing/assert-same-answer/arrival.ts'
import { sameAnswerError } from '../../../src/testing/assert-same-answer/same-answer-error.ts'

type Keyed = PCollection<KV<string, number>>
type Fn = (element: KV<string, number>) => KV<string, number> | Promise<KV<string, number>>

const tenfold: Fn = ([key, value]) => [key, value * 10]
const later: Fn = async (element) => {
  await Promise.resolve()
  return tenfold(element)
}

/** Calls, then sums per minute. */
function counted(fn: Fn, options: MapAsyncOptions<KV<string, number>> = {}): PTransform<Keyed, Keyed> {
  return composite('Counted', (input: Keyed) =>
    input.pipe(
      mapAsync('Calls', fn, { pure: true, ...options }),
      windowInto<KV<string, number>>(fixedWindows(seconds(60)), {
        trigger: repeatedly(afterCount(2)),
        accumulationMode: 'accumulating',
        allowedLateness: seconds(0),
      }),
      combinePerKey('Sum', sum()),
    ),
  )
}

/** Sums per minute with early panes, then calls. */
function answered(mode: AccumulationMode, fn: Fn): PTransform<Keyed, Keyed> {
  return composite('Answered', (input: Keyed) =>
    input.pipe(
      windowInto<KV<string, number>>(fixedWindows(seconds(60)), {
        trigger: afterWatermark({ early: afterCount(1) }),
        accumulationMode: mode,
        allowedLateness: seconds(0),
      }),
      combinePerKey('Sum', sum()),
      mapAsync('Calls', fn, { pure: true }),
    ),
  )
}

const PANES = `
  elements   10:00:05 a=1            | 10:00:40 a=2    |
  watermark                          |                 | 10:01:00
  panes      early a=10              | early a=30      | on-time a=30
`

describe('expectPanes', () => {
  it('sees panes through calls, which end as soon as they are made', () => {
    expectPanes(answered('accumulating', tenfold), PANES)
    expectPanes(
      answered('retracting', tenfold),
      `
        elements   10:00:05 a=1 | 10:00:40 a=2           |
        watermark               |                        | 10:01:00
        panes      early a=10   | - a=10 early a=30      | - a=30 on-time a=30
      `,
    )
  })

  it('lets every element leave by itself: a trigger that counts is asked for each', () => {
    expectPanes(
      counted(tenfold),
      `
        elements   10:00:05 a=1 10:00:06 a=2 10:00:07 a=4  |
        watermark                                          | 10:01:00
        panes      early a=30                              | on-time a=70
      `,
    )
  })

  it('waits for promises in its other form', async () => {
    await expectPanesAsync(answered('accumulating', later), PANES)
    await expect(
      expectPanesAsync(answered('accumulating', later), PANES.replace('early a=30', 'early a=31')),
    ).rejects.toMatchObject({
      code: 'PANES_DIFFER',
    })
    expect(() => expectPanes(answered('accumulating', later), PANES)).toThrow(
      expect.objectContaining({ code: 'ASYNC_ANSWER' }),
    )
  })

  it('knows dead letters of calls', () => {
    const refusing: Fn = (element) => {
      if (element[1] === 2) throw new Error('no')
      return tenfold(element)
    }
    expectPanes(
      counted(refusing, { onError: 'dead-letter', retry: 'off' }),
      `
        elements   10:00:05 a=1 10:00:06 a=2 10:00:07 a=4  |
        watermark                                          | 10:01:00
        panes      early a=50                              | on-time a=50
        ledger     dead-letter a=2                         |
      `,
    )
  })
})

describe('playScript and evaluatePanes', () => {
  const stream = testStream<KV<string, number>>('In')
  const script = [stream.addElementsAt(5, ['a', 1]), stream.addElementsAt(6, ['a', 2]), stream.complete()]
  const pipelineOf = (fn: Fn) => (root: Root) => ({
    out: root.pipe(stream, answered('accumulating', fn)),
  })

  it('play calls to their end after each event', async () => {
    const seen = (played: {
      readonly outputs: {
        readonly out: readonly { readonly at: number; readonly element: { readonly value: unknown } }[]
      }
    }) => played.outputs.out.map(({ at, element }) => [at, element.value])
    const expected = [
      [0, ['a', 10]],
      [1, ['a', 30]],
      [2, ['a', 30]],
    ]
    expect(seen(playScript(pipelineOf(tenfold), script))).toEqual(expected)
    expect(seen(evaluatePanes(pipelineOf(tenfold), script))).toEqual(expected)
    expect(seen(await playScriptAsync(pipelineOf(later), script))).toEqual(expected)
    expect(() => playScript(pipelineOf(later), script)).toThrow(
      expect.objectContaining({ code: 'ASYNC_ANSWER', step: 'Answered/Calls' }),
    )
  })
})

describe('evaluate', () => {
  const stream = testStream<number>('In', { timestamp: (n) => n })
  const over = (
    fn: (n: number, context: { readonly attempt: number }) => unknown,
    options: MapAsyncOptions<number> = {},
  ) => {
    return (root: Root) => ({ out: root.pipe(stream, mapAsync('Calls', fn, options)) })
  }

  it('uses what a function returns, and refuses a promise, naming the form that waits', () => {
    const { rows } = evaluate(
      over((n) => n * 10),
      { In: [1, 2] },
    )
    expect(rows.out.map(({ value }) => value)).toEqual([10, 20])
    expect(() =>
      evaluate(
        over((n) => Promise.reject(new Error(`${n}`))),
        { In: [1] },
      ),
    ).toThrow(/evaluateAsync/)
  })

  // Mutation: packages/runners/src/testing/evaluator/call-answers.ts: `if (known !== undefined || this.#missing.has(text)) return known` → ``
  it('awaits promises in its other form, and asks once for equal elements at equal times', async () => {
    const asked: number[] = []
    const chained = (root: Root) => ({
      out: root.pipe(
        stream,
        mapAsync('First', async (n) => {
          asked.push(n)
          return await Promise.resolve(n % 10)
        }),
        mapAsync('Second', async (n) => {
          asked.push(100 + n)
          return await Promise.resolve(n * 10)
        }),
      ),
    })
    const { rows } = await evaluateAsync(chained, { In: [1, 1, 2] })
    expect(rows.out.map(({ value }) => value)).toEqual([10, 10, 20])
    expect(asked).toEqual([1, 2, 101, 102])
  })

  it('tries again as often as the step says, and then fails or makes a dead letter', async () => {
    const tries: number[] = []
    const stubborn = (n: number, { attempt }: { readonly attempt: number }) => {
      tries.push(attempt)
      if (attempt < 3) throw new Error(`try ${attempt}`)
      return n
    }
    expect(evaluate(over(stubborn, { retry: { attempts: 2 } }), { In: [1] }).rows.out).toHaveLength(1)
    expect(tries).toEqual([1, 2, 3])
    const rejecting = (n: number, context: { readonly attempt: number }) =>
      Promise.resolve().then(() => stubborn(n, context))
    expect((await evaluateAsync(over(rejecting, { retry: { attempts: 2 } }), { In: [1] })).rows.out).toHaveLength(1)
    await expect(evaluateAsync(over(rejecting, { retry: { attempts: 1 } }), { In: [1] })).rejects.toMatchObject({
      code: 'USER_CODE',
    })
    const { ledger, rows } = evaluate(over(stubborn, { retry: 'off', onError: 'dead-letter' }), { In: [1] })
    expect([ledger.map(({ reason }) => reason), rows.out]).toEqual([['dead-letter'], []])
  })

  it('does not try again what the library says, nor what has the wrong shape', () => {
    let calls = 0
    const final = () => {
      calls++
      throw new PipelineError('GONE', 'It is gone.')
    }
    expect(() => evaluate(over(final), { In: [1] })).toThrow(expect.objectContaining({ code: 'GONE' }))
    const parse = (): never => {
      throw new Error('no shape')
    }
    const { ledger } = evaluate(
      (root) => ({
        out: root.pipe(
          stream,
          mapAsync('Calls', () => calls++, { parse, onError: 'dead-letter' }),
        ),
      }),
      { In: [1] },
    )
    expect([calls, ledger.length]).toEqual([2, 1])
  })

  it('gives functions a signal that is never aborted', () => {
    const seen: boolean[] = []
    evaluate(
      (root) => ({
        out: root.pipe(
          stream,
          mapAsync('Calls', (n, { signal }) => {
            signal.throwIfAborted()
            seen.push(signal.aborted)
            return n
          }),
        ),
      }),
      { In: [1] },
    )
    expect(seen).toEqual([false])
  })

  it('makes a dead letter of an element that has no key, as a run does', () => {
    const keyless = over((n) => n, {
      cache: { key: () => Number.NaN, expiresAfter: seconds(1) },
      onError: 'dead-letter',
    })
    expect(evaluate(keyless, { In: [1] }).ledger).toMatchObject([{ reason: 'dead-letter', element: 1 }])
  })
})

describe('assertSameAnswer', () => {
  const elements = Array.from({ length: 12 }, (_, n) => timestamped<KV<string, number>>(['a', n], n * 10_000))

  it('finds a function that says it is pure and is not, and shows it with few elements', () => {
    let calls = 0
    const counting: Fn = ([key]) => [key, calls++]
    expect(() => assertSameAnswer(answered('accumulating', counting), elements)).toThrow(
      expect.objectContaining({ code: 'SAME_ANSWER', step: 'Answered/Calls' }),
    )
  })

  it('finds it where promises are awaited too', async () => {
    let calls = 0
    const counting: Fn = async ([key]) => {
      await Promise.resolve()
      return [key, calls++]
    }
    await expect(assertSameAnswerAsync(answered('accumulating', counting), elements)).rejects.toMatchObject({
      code: 'SAME_ANSWER',
      step: 'Answered/Calls',
      message: expect.stringContaining('its function must depend on nothing but the element') as string,
    })
  })

  it('finds a cache whose key is not all that the answer depends on', () => {
    const hasty = composite('Hasty', (input: Keyed) =>
      input.pipe(mapAsync('Calls', tenfold, { pure: true, cache: { key: ([key]) => key, expiresAfter: seconds(30) } })),
    )
    expect(() => assertSameAnswer(hasty, elements)).toThrow(
      expect.objectContaining({
        code: 'SAME_ANSWER',
        message: expect.stringMatching(
          /call ends? that was under way|calls end that were under way|every source is complete/,
        ) as string,
      }),
    )
  })

  it('leaves the runs of pipelines without calls as they were: a seed is one run', () => {
    const plain = composite('Plain', (input: Keyed) => input.pipe(map(([, value]) => value)))
    expect(assertSameAnswer(plain, elements, { runs: 5, seed: 7 })).toEqual(
      assertSameAnswer(plain, elements, { runs: 5, seed: 7 }),
    )
  })

  it('says in words that calls ended', () => {
    const arrival: Arrival = {
      mode: 'live',
      shards: 1,
      now: 0,
      splits: { In: ['0'] },
      events: [
        { kind: 'answers', places: [2] },
        { kind: 'answers', places: [0, 1] },
      ],
    }
    const verdict = { is: 'different', output: 'out', drops: [] } as const
    expect(sameAnswerError({ seed: 1, arrival, verdict, parting: undefined, outOf: 0 }).message).toContain(
      '1. a call ends that was under way\n  2. 2 calls end that were under way\n  3. every source is complete',
    )
  })
})
