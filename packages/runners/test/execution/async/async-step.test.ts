/**
 * Elements that wait for answers: the order in which they leave, the watermark that waits for them, and what becomes of failures.
 */
import {
  boundedOutOfOrderness,
  combinePerKey,
  fixedWindows,
  flatten,
  MAX_TIMESTAMP,
  milliseconds,
  PipelineError,
  UserCodeError,
  windowInto,
  withTimestamps,
  type KV,
  type PCollection,
  type PTransform,
} from '@tidemark/core'
import { sum } from '@tidemark/transforms'
import { describe, expect, it } from 'vitest'
import { numbers } from '../scripted.ts'
import { Answered, tenfold, throughCalls } from './answered.ts'

const perTen: PTransform<PCollection<KV<string, number>>, PCollection<KV<string, number>>> = windowInto(
  fixedWindows(milliseconds(10)),
)

describe('order', () => {
  // Mutation: packages/runners/src/execution/async/lanes.ts: `if (slots[first] !== slot) return false` → ``
  it('is that of the input: an answer waits for those of the elements before', () => {
    const run = new Answered(throughCalls()).offer([1, 'a', 1], [2, 'b', 2], [3, 'a', 3])
    expect(run.asks()).toEqual(['0: a=1 @1', '1: b=2 @2', '2: a=3 @3'])
    run.answer(2, 1)
    expect(run.take()).toEqual([])
    expect(run.calls.pending).toBe(3)
    run.answer(0)
    expect(run.take()).toEqual(['all a=10 @1', 'all b=20 @2', 'all a=30 @3'])
    expect(run.calls.pending).toBe(0)
    run.complete()
  })

  // Mutation: packages/runners/src/execution/async/lanes.ts: `if (this.#inOrder) return ALL` → `return ALL`
  it("may be that of the answers: order: 'any'", () => {
    const run = new Answered(throughCalls({ order: 'any' })).offer([1, 'a', 1], [2, 'b', 2], [3, 'a', 3])
    run.answer(2)
    expect(run.take()).toEqual(['all a=30 @3'])
    run.answer(0, 1).complete()
    expect(run.take()).toEqual(['all a=10 @1', 'all b=20 @2'])
  })

  it('gives out no more requests than are asked for, each once, in the order of the elements', () => {
    const run = new Answered(throughCalls()).offer([1, 'a', 1], [2, 'b', 2]).offer([3, 'c', 3])
    expect(run.asks(2)).toEqual(['0: a=1 @1', '1: b=2 @2'])
    expect(run.asks(2)).toEqual(['2: c=3 @3'])
    expect(run.asks(2)).toEqual([])
  })
})

describe('the watermark', () => {
  // Mutation: packages/runners/src/execution/async/async-step.ts: `Math.min(this.#inputWatermark, this.#units.hold)` → `this.#inputWatermark`
  it('waits for the earliest element, answered or not, and not for the first', () => {
    const run = new Answered(throughCalls()).offer([8, 'a', 1], [5, 'b', 2]).watermark(20)
    expect(run.outputWatermark).toBe(5)
    run.answer(1)
    expect(run.outputWatermark).toBe(5)
    run.answer(0)
    expect(run.outputWatermark).toBe(20)
  })

  it('so windows below close in time, however late the answer', () => {
    const sums = throughCalls({}, (answered) => answered.pipe(perTen, combinePerKey('Sum', sum())))
    const run = new Answered(sums).offer([3, 'a', 1]).watermark(50)
    expect(run.take()).toEqual([])
    run.answer(0)
    expect(run.take()).toEqual(['[0,10) a=10 on-time#0 last'])
    expect(run.entries()).toEqual([])
    run.complete()
  })

  it('waits at the end too: windows close when the last call has ended', () => {
    const sums = throughCalls({}, (answered) => answered.pipe(perTen, combinePerKey('Sum', sum())))
    const run = new Answered(sums).offer([3, 'a', 1]).complete()
    expect(run.outputWatermark).toBe(3)
    run.answer(0)
    expect(run.take()).toEqual(['[0,10) a=10 on-time#0 last'])
    expect(run.outputWatermark).toBe(MAX_TIMESTAMP)
  })

  // Mutation: packages/runners/src/execution/watermark/waiting-hold.ts: `return timestamp < last ? timestamp : last` → `return timestamp`
  it('waits at the end of its window for an element whose timestamp was moved beyond it', () => {
    const moved = (all: PCollection<KV<string, number>>): PCollection<KV<string, number>> =>
      all.pipe(
        perTen,
        withTimestamps(() => 500),
      )
    const sums = throughCalls({}, (answered) => answered.pipe(combinePerKey('Sum', sum())), moved)
    const run = new Answered(sums).offer([3, 'a', 1]).watermark(50)
    run.answer(0).complete()
    expect(run.entries()).toEqual([])
    expect(run.settled()).toEqual(['[0,10) a=10'])
  })

  it('stays where it is for an element that comes behind it: what is late gets no later', () => {
    const run = new Answered(throughCalls()).offer([10, 'a', 1]).watermark(30)
    expect(run.outputWatermark).toBe(10)
    run.offer([4, 'b', 2]).answer(0)
    expect(run.outputWatermark).toBe(10)
    run.watermark(40)
    expect(run.outputWatermark).toBe(10)
    run.answer(1)
    expect(run.outputWatermark).toBe(40)
  })

  // Mutation: packages/runners/src/execution/async/async-step.ts: `if (watermarks !== undefined) this.#follow(watermarks[row]!)` → ``
  it('does not depend on where bundles end', () => {
    const source = { watermark: boundedOutOfOrderness(milliseconds(10)) }
    const elements = [
      [10, 'a', 1],
      [100, 'b', 2],
      [5, 'c', 3],
      [130, 'd', 4],
    ] as const
    const marks = [1, 2, 4].map((size) => {
      const run = new Answered(
        throughCalls(
          {},
          (answered) => answered,
          (all) => all,
          source,
        ),
      )
      for (let start = 0; start < elements.length; start += size) run.offer(...elements.slice(start, start + size))
      const seen = [run.outputWatermark]
      for (const id of [0, 1, 2, 3]) seen.push(run.answer(id).outputWatermark)
      return seen
    })
    // The first holds it at 10; the third came behind that, and leaves it there; the fourth has moved the source's to 120.
    expect(marks[0]).toEqual([10, 10, 10, 120, 120])
    expect(marks[1]).toEqual(marks[0])
    expect(marks[2]).toEqual(marks[0])
  })

  // Mutation: packages/runners/src/execution/async/async-step.ts: `this.#writer.watermark = this.#moveOutput()` → ``
  // Mutation: packages/runners/src/execution/async/async-step.ts: `Math.max(this.#outputWatermark, this.#output.watermark, target)` → `target`
  it('makes what leaves inside of a bundle as late below as it would be in bundles of one', () => {
    const source = { watermark: boundedOutOfOrderness(milliseconds(0)) }
    const cache = { key: ([key]: KV<string, number>) => key, expiresAfter: milliseconds(1000) }
    const pipeline = throughCalls(
      { cache, order: 'any' },
      (answered) => answered.pipe(perTen, combinePerKey('Sum', sum())),
      (all) => all,
      source,
    )
    const elements = [
      [100, 'a', 1],
      [6, 'b', 1],
      [7, 'a', 1],
    ] as const
    const dropped = [1, 2, 4].map((size) => {
      const run = new Answered(pipeline).offer([5, 'a', 1]).answer(0)
      for (let start = 0; start < elements.length; start += size) run.offer(...elements.slice(start, start + size))
      return [...run.entries(), ...run.answer(1).complete().entries()]
    })
    expect(dropped[0]).toEqual(['expired a=10 [0,10)', 'expired a=10 [0,10)', 'expired b=10 [0,10)'])
    expect(dropped[1]).toEqual(dropped[0])
    expect(dropped[2]).toEqual(dropped[0])
  })

  // Mutation: packages/runners/src/execution/async/async-step.ts: `this.#inputIsIdle && this.#units.isEmpty` → `this.#inputIsIdle`
  it('is waited for below while an element waits, though the source is silent', () => {
    const run = new Answered((root) => ({
      out: flatten([numbers(root).pipe(tenfold()), numbers(root, {}, 'Other')]),
    })).offer([5, 'a', 1])
    run.watermark(20).watermark(100, 'Other')
    run.input().markIdle('0')
    expect(run.outputWatermark).toBe(5)
    run.answer(0)
    expect(run.outputWatermark).toBe(100)
  })
})

describe('a call that has failed', () => {
  it('ends the run with an error that names step, time and tries', () => {
    const run = new Answered(throughCalls()).offer([5, 'a', 1])
    const failing = (): unknown => run.fail(0)
    expect(failing).toThrow(UserCodeError)
    const error = thrownBy(() => new Answered(throughCalls()).offer([5, 'a', 1]).fail(0))
    expect(error).toMatchObject({ code: 'USER_CODE', step: 'Tenfold', cause: new Error('no route') })
    expect(error.message).toContain('step "Tenfold"')
    expect(error.message).toContain('1970-01-01T00:00:00.005Z')
    expect(error.message).toContain('failed after 4 tries: no route')
  })

  it('keeps the code of what took too long, and an error of the library as it is', () => {
    const own = new PipelineError('GONE', 'It is gone.')
    const errors = [
      {
        failure: { tries: 3, code: 'ASYNC_TIMEOUT', message: 'no answer' },
        cause: new PipelineError('ASYNC_TIMEOUT', 'no answer'),
      },
      { failure: { tries: 1, code: 'GONE', message: 'It is gone.' }, cause: own },
    ].map((ended) =>
      thrownBy(() => new Answered(throughCalls()).offer([5, 'a', 1]).calls.complete(0, { ok: false, ...ended })),
    )
    expect(errors[0]).toMatchObject({ code: 'ASYNC_TIMEOUT', step: 'Tenfold' })
    expect(errors[0]!.message).toContain('00:00:00.005Z failed after 3 tries: no answer')
    expect(errors[1]).toBe(own)
  })

  // Mutation: packages/runners/src/execution/async/pending-units.ts: `this.#count--` → ``
  it("may be a dead letter: in the ledger with place and reason, counted, and in nobody's way", () => {
    const run = new Answered(throughCalls({ onError: 'dead-letter' })).offer([5, 'a', 1], [7, 'b', 2]).watermark(20)
    run.answer(1)
    expect(run.take()).toEqual([])
    run.fail(0, 'no route', 4)
    expect(run.take()).toEqual(['all b=20 @7'])
    expect(run.outputWatermark).toBe(20)
    expect(run.ledger).toEqual([
      {
        reason: 'dead-letter',
        step: 'Tenfold',
        element: ['a', 1],
        timestamp: 5,
        window: expect.objectContaining({}),
        watermark: 20,
        position: { split: '0', offset: 0, unit: 'line' },
        detail: 'the call failed after 4 tries: no route',
      },
    ])
    run.complete()
    const counters = run.engine.counters().find(({ step }) => step === 'Tenfold')
    expect(counters).toMatchObject({ in: 2, withOutput: 1, ledger: 1, waiting: 0, out: 1 })
  })

  it('is no dead letter where the program is at fault', () => {
    const run = new Answered(throughCalls({ onError: 'dead-letter' })).offer([5, 'a', 1])
    const failure = { tries: 1, code: 'INVARIANT', message: 'broken' }
    const cause = new PipelineError('INVARIANT', 'broken')
    expect(() => run.calls.complete(0, { ok: false, failure, cause })).toThrow(cause)
  })
})

describe('a step that waits', () => {
  it('counts what waits, so that nothing is unaccounted for', () => {
    const run = new Answered(throughCalls()).offer([5, 'a', 1], [6, 'b', 2])
    run.answer(1)
    run.engine.assertConserved()
    expect(run.engine.counters().find(({ step }) => step === 'Tenfold')).toMatchObject({ in: 2, waiting: 2, out: 0 })
  })

  it('says what it waits for', () => {
    const run = new Answered(throughCalls()).offer([8, 'a', 1], [5, 'b', 2]).watermark(20)
    run.answer(1)
    expect(run.calls.holders(10)).toEqual([
      { timestamp: 5, owner: 'an element that waits for those before it' },
      { timestamp: 8, owner: 'an element whose call has not ended' },
    ])
    const { window } = run.answer(0).outputs['out']![0]!
    expect(run.offer([9, 'c', 3]).calls.inspect(undefined, window)).toEqual({
      kind: 'async',
      window,
      pending: 1,
      oldest: 9,
      hold: 9,
    })
    expect(run.calls.inspect(undefined, { start: 0, end: 10 })).toBeUndefined()
  })

  it('is told of each end once', () => {
    const run = new Answered(throughCalls()).offer([5, 'a', 1]).answer(0)
    expect(() => run.calls.complete(0, { ok: true, answer: 1 })).toThrow(/call 0 of step "Tenfold" has ended/)
  })
})

function thrownBy(call: () => unknown): PipelineError {
  try {
    call()
  } catch (error) {
    if (error instanceof PipelineError) return error
  }
  throw new Error('nothing was thrown that could be looked at')
}
