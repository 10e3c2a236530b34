/**
 * Elements that wait are part of a snapshot: an engine that goes on from it asks for all of them again, and says the same.
 */
import {
  afterCount,
  afterWatermark,
  combinePerKey,
  fixedWindows,
  mapAsync,
  milliseconds,
  windowInto,
  type Coder,
  type KV,
  type MapAsyncOptions,
} from '@tidemark/core'
import { sum } from '@tidemark/transforms'
import { describe, expect, it } from 'vitest'
import { numbers } from '../scripted.ts'
import { resumed, type Built, type Run } from '../snapshot/resumed.ts'

/** Ends calls of the first asynchronous step, in the order in which they were asked for: what had been answered is asked for again. */
function answer(run: Run, ...ids: readonly number[]): void {
  for (const id of ids) {
    run.input(() => undefined)
    run.engine.asyncSteps[0]!.complete(id, { ok: true, answer: ['answer', id] })
  }
}

/** What a snapshot cannot hold without a coder. */
class Money {
  readonly amount: number

  constructor(amount: number) {
    this.amount = amount
  }
}

function piped(options: MapAsyncOptions<KV<string, number>> = {}): Built {
  return (root) => ({ out: numbers(root).pipe(mapAsync('Calls', () => 0, options)) })
}

describe('a snapshot', () => {
  it('holds what waits, in its order and with its holds', () => {
    const run = resumed(piped(), (run) => {
      run.offer([5, 'a', 1], [3, 'b', 2], [8, 'c', 3]).watermark(20)
      expect(run.engine.outputWatermark('out')).toBe(3)
      answer(run, 0)
      expect(run.engine.outputWatermark('out')).toBe(3)
      answer(run, 1)
      expect(run.engine.outputWatermark('out')).toBe(8)
      answer(run, 2)
      expect(run.engine.outputWatermark('out')).toBe(20)
      run.complete()
    })
    expect(run.heard.map(({ value }) => value)).toEqual([
      ['answer', 0],
      ['answer', 1],
      ['answer', 2],
    ])
  })

  // Mutation: packages/runners/src/execution/async/unit-data.ts: `answered ? plainBytes(answer) : null` → `null`
  it('holds answers that wait for others to leave, where they are plain data; others are asked for again', () => {
    const asked: (readonly [number, unknown])[] = []
    const run = resumed(piped(), (played) => {
      played.offer([1, 'a', 1], [2, 'b', 2], [3, 'c', 3])
      const [calls] = played.engine.asyncSteps
      calls!.takeRequests(Infinity)
      calls!.complete(1, { ok: true, answer: { early: [1] } })
      calls!.complete(2, { ok: true, answer: new Money(1) })
      played.restore()
      const [again] = played.engine.asyncSteps
      asked.push(...again!.takeRequests(Infinity).map(({ id, element }) => [id, element] as const))
      expect(again!.pending).toBe(3)
      again!.complete(2, { ok: true, answer: 'late' })
      again!.complete(0, { ok: true, answer: 'first' })
      played.complete()
    })
    expect(asked.slice(0, 2)).toEqual([
      [0, ['a', 1]],
      [2, ['c', 3]],
    ])
    expect(run.heard.map(({ value }) => value)).toEqual(['first', { early: [1] }, 'late'])
  })

  // Mutation: packages/runners/src/execution/async/async-step.ts: `if (saved.cache !== null) this.#cache?.load(saved.cache)` → ``
  it('holds what the cache has, so that no call is made that would not have been made', () => {
    const cached = piped({ cache: { key: ([key]) => key, expiresAfter: milliseconds(50), limit: 2 } })
    const asked: (readonly number[])[] = []
    resumed(cached, (played) => {
      const ask = (): void => {
        asked.push(played.engine.asyncSteps[0]!.takeRequests(Infinity).map(({ id }) => id))
      }
      played.offer([1, 'a', 1], [2, 'b', 2])
      answer(played, 0)
      played.engine.asyncSteps[0]!.complete(1, { ok: true, answer: new Money(1) })
      played.take()
      played.heard.length = 0
      ask()
      played.offer([3, 'a', 3]) // served
      ask()
      played.restore().offer([4, 'a', 4], [5, 'b', 5]) // b's answer could not be kept
      ask()
      answer(played, 2)
      played.complete()
    })
    expect(asked).toEqual([[], [], [2], [], [], [2]])
  })

  it('holds panes, with whom they replace, also those without elements', () => {
    const early: Built = (root) => ({
      out: numbers(root).pipe(
        windowInto(fixedWindows(milliseconds(10)), {
          trigger: afterWatermark({ early: afterCount(1) }),
          accumulationMode: 'accumulating',
          allowedLateness: milliseconds(0),
        }),
        combinePerKey('Sum', sum()),
        mapAsync('Calls', () => 0),
      ),
    })
    resumed(
      early,
      (run) => {
        run.offer([1, 'a', 1]).offer([2, 'a', 2]).offer([3, 'b', 3])
        answer(run, 0, 1, 2)
        expect(run.engine.settled('out').entries.map(({ value }) => value)).toEqual([
          ['answer', 1],
          ['answer', 2],
        ])
        run.complete()
      },
      { settled: true },
    )
  })

  // Mutation: packages/runners/src/execution/async/unit-data.ts: `valueData(element, this.#coder)` → `valueData(element, undefined)`
  it('keeps elements by their coder, where there is one', () => {
    const coder: Coder<KV<string, Date>> = {
      id: 'dated',
      encode: ([key, date]) => new TextEncoder().encode(`${key} ${date.getTime()}`),
      decode: (bytes) => {
        const [key, time] = new TextDecoder().decode(bytes).split(' ') as [string, string]
        return [key, new Date(Number(time))]
      },
    }
    const dated: Built = (root) => ({
      out: numbers(root).pipe(
        mapAsync('Dates', (): KV<string, Date> => ['', new Date()]),
        mapAsync('Calls', () => 0, { coder }),
      ),
    })
    const run = resumed(dated, (played) => {
      played.offer([1, 'a', 5])
      played.engine.asyncSteps[0]!.takeRequests(1)
      played.engine.asyncSteps[0]!.complete(0, { ok: true, answer: ['a', new Date(5)] })
      played.restore()
      const [request] = played.engine.asyncSteps[1]!.takeRequests(1)
      expect(request!.element).toEqual(['a', new Date(5)])
      played.engine.asyncSteps[1]!.complete(0, { ok: true, answer: 'done' })
      played.complete()
    })
    expect(run.heard.map(({ value }) => value)).toEqual(['done'])
  })

  it('keeps places for dead letters', () => {
    const run = resumed(piped({ onError: 'dead-letter' }), (played) => {
      played.offer([1, 'a', 1])
      played.input(() => undefined)
      played.engine.asyncSteps[0]!.complete(0, { ok: false, failure: { tries: 1, code: 'USER_CODE', message: 'gone' } })
      played.complete()
    })
    expect(run.engine.ledgerCounts).toEqual(new Map([['Calls dead-letter', 1]]))
  })

  it('keeps who shares a call, and lets others join it', () => {
    const cached = piped({ cache: { key: ([key]) => key, expiresAfter: milliseconds(50) } })
    const run = resumed(cached, (played) => {
      played.offer([1, 'a', 1], [2, 'a', 2]).offer([3, 'a', 3], [4, 'b', 4])
      answer(played, 0, 1)
      played.complete()
    })
    expect(run.heard.map(({ value }) => value)).toEqual([
      ['answer', 0],
      ['answer', 0],
      ['answer', 0],
      ['answer', 1],
    ])
  })
})
