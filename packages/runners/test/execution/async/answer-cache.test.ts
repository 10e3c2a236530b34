/**
 * Answers that are kept: who shares one, for how long in event time, and when it goes.
 */
import { milliseconds, type KV, type MapAsyncOptions } from '@tidemark/core'
import { describe, expect, it } from 'vitest'
import { Answered, throughCalls } from './answered.ts'

function cached(
  cache: Partial<NonNullable<MapAsyncOptions<KV<string, number>>['cache']>> = {},
  options: MapAsyncOptions<KV<string, number>> = {},
): Answered {
  return new Answered(
    throughCalls({ ...options, cache: { key: ([key]) => key, expiresAfter: milliseconds(10), ...cache } }),
  )
}

describe('an answer', () => {
  // Mutation: packages/runners/src/execution/async/async-step.ts: `this.#cache?.answer(id, answer)` → ``
  it('serves the next elements of its key, which leave with no call', () => {
    const run = cached().offer([1, 'a', 1]).answer(0)
    run.offer([5, 'a', 2], [6, 'b', 3])
    expect(run.asks()).toEqual(['1: b=3 @6'])
    expect(run.take()).toEqual(['all a=10 @1', 'all a=10 @5'])
  })

  // Mutation: packages/runners/src/execution/async/answer-cache.ts: `timestamp < until` → `timestamp <= until`
  it('serves up to, and not including, the end of its time', () => {
    const run = cached().offer([1, 'a', 1]).answer(0)
    expect(run.offer([10, 'a', 2]).asks()).toEqual([])
    expect(run.offer([11, 'a', 3]).asks()).toEqual(['1: a=3 @11'])
  })

  // Mutation: packages/runners/src/execution/async/answer-cache.ts: `from <= timestamp && timestamp < until` → `timestamp < until`
  it('serves nobody before the one who asked, who asks for another', () => {
    const run = cached().offer([5, 'a', 1]).answer(0)
    expect(run.offer([4, 'a', 2]).asks()).toEqual(['1: a=2 @4'])
    run.answer(1)
    // Both stand beside each other, each for its own time; where they overlap, the later call's.
    expect(run.offer([13, 'a', 9], [14, 'a', 9]).asks()).toEqual([])
    expect(run.take()).toEqual(['all a=10 @5', 'all a=20 @4', 'all a=20 @13', 'all a=10 @14'])
  })

  it('is shared while its call is under way', () => {
    const run = cached().offer([1, 'a', 1], [2, 'a', 2]).offer([3, 'a', 3])
    expect(run.asks()).toEqual(['0: a=1 @1'])
    run.answer(0)
    expect(run.take()).toEqual(['all a=10 @1', 'all a=10 @2', 'all a=10 @3'])
  })

  it('is found by canonical bytes of the key', () => {
    const run = new Answered(
      throughCalls({ cache: { key: ([key]) => ({ of: [key] }), expiresAfter: milliseconds(10) } }),
    ).offer([1, 'a', 1], [2, 'a', 2], [3, 'b', 3])
    expect(run.asks()).toEqual(['0: a=1 @1', '1: b=3 @3'])
  })

  // Mutation: packages/runners/src/execution/async/async-step.ts: `this.#cache?.forget(pending.call)` → ``
  it('that failed is not kept: all who shared the call fail, and the next asks anew', () => {
    const run = cached({}, { onError: 'dead-letter' }).offer([1, 'a', 1], [2, 'a', 2])
    run.fail(0)
    expect(run.entries()).toEqual(['dead-letter a=1 all', 'dead-letter a=2 all'])
    expect(run.offer([3, 'a', 3]).asks()).toEqual(['1: a=3 @3'])
  })

  // Mutation: packages/runners/src/execution/async/answer-cache.ts: `while (this.#expiring.peekTime() <= watermark) {` → `while (false) {`
  it('is freed when the watermark has passed its time', () => {
    const run = cached().offer([1, 'a', 1], [5, 'b', 2]).answer(0, 1)
    expect(run.calls.cached).toBe(2)
    run.watermark(11)
    expect(run.calls.cached).toBe(1)
    run.watermark(15)
    expect(run.calls.cached).toBe(0)
  })

  // Mutation: packages/runners/src/execution/async/answer-cache.ts: `while (this.size > this.#options.limit) this.#remove(this.#oldest())` → ``
  it('is freed when there are too many: the one asked for longest ago goes', () => {
    const run = cached({ limit: 2 }).offer([1, 'a', 1], [2, 'b', 2]).answer(0, 1)
    run.offer([3, 'c', 3]).answer(2)
    expect(run.calls.cached).toBe(2)
    expect(run.offer([4, 'b', 4], [4, 'c', 4], [4, 'a', 4]).asks()).toEqual(['3: a=4 @4'])
  })

  it('that is to come can be freed too: its call goes on for those who wait', () => {
    const run = cached({ limit: 1 }).offer([1, 'a', 1], [2, 'b', 2], [3, 'a', 3])
    expect(run.asks()).toEqual(['0: a=1 @1', '1: b=2 @2', '2: a=3 @3'])
    run.answer(0, 1, 2)
    expect(run.take()).toEqual(['all a=10 @1', 'all b=20 @2', 'all a=30 @3'])
  })

  it('stays few, and so does what leads to them, however many keys come and whatever the watermark does', () => {
    const run = cached({ limit: 100, expiresAfter: milliseconds(1000) })
    for (let next = 0; next < 20_000; next++) {
      run.offer([next % 2 === 0 ? next : 1_000_000 + next, `key ${next}`, next])
      run.answer(next)
      if (next % 100 === 0) run.watermark(next)
    }
    expect(run.calls.cached).toBeLessThanOrEqual(100)
  })
})

describe('a key', () => {
  it('that cannot be told is a failure like that of a call', () => {
    const broken = { key: (): unknown => Number.NaN }
    expect(() => cached(broken).offer([1, 'a', 1])).toThrow(/NaN/)
    const run = cached(broken, { onError: 'dead-letter' }).offer([1, 'a', 1])
    expect(run.entries()).toEqual(['dead-letter a=1 all'])
    expect(run.ledger[0]!.detail).toContain('the key of the cache threw')
    run.complete()
  })

  it('whose function throws names the step and the element', () => {
    const throwing = {
      key: (): unknown => {
        throw new Error('no such field')
      },
    }
    expect(() => cached(throwing).offer([1, 'a', 1])).toThrow(
      /the key of the cache at step "Tenfold" threw for an element with timestamp 1970-01-01T00:00:00.001Z: no such field/,
    )
  })
})
