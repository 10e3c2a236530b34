/**
 * The timer queue against a stable sort.
 */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { TimerQueue } from '../../../src/execution/timer/timer-queue.ts'

describe('the timer queue', () => {
  // Mutation: packages/runners/src/execution/timer/timer-queue.ts: `id < this.#ids[index]!` → `id > this.#ids[index]!`
  it('pops earliest first, ties by id, whoever was set first', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 9 })), (times) => {
        const queue = new TimerQueue()
        for (const [id, time] of [...times.entries()].toReversed()) queue.push(time, id)
        const expected = times.map((time, id) => ({ time, id })).toSorted((a, b) => a.time - b.time)
        const popped = times.map(() => ({ time: queue.peekTime(), id: queue.pop() }))
        expect(popped).toEqual(expected)
        expect([queue.size, queue.peekTime()]).toEqual([0, Infinity])
      }),
    )
  })

  it('keeps that order when pushes and pops alternate', () => {
    const step = fc.oneof(fc.constant('pop' as const), fc.integer({ min: 0, max: 9 }))
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const queue = new TimerQueue()
        let naive: { readonly time: number; readonly id: number }[] = []
        for (const [id, step] of steps.entries()) {
          if (step !== 'pop') {
            queue.push(step, id)
            naive.push({ time: step, id })
          } else if (naive.length > 0) {
            naive = naive.toSorted((a, b) => a.time - b.time)
            expect(queue.peekId()).toBe(naive[0]!.id)
            expect(queue.pop()).toBe(naive.shift()!.id)
          }
          expect(queue.size).toBe(naive.length)
          expect(queue.peekTime()).toBe(Math.min(Infinity, ...naive.map(({ time }) => time)))
        }
      }),
    )
  })
})
