/**
 * The run queue against a sorted list, for times that come nearly in order and for any others.
 */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { RunQueue } from '../../../src/execution/stateful/run-queue.ts'

const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ ahead: fc.integer({ min: 0, max: 3 }), behind: fc.constant(0) }) },
  { weight: 1, arbitrary: fc.record({ ahead: fc.constant(0), behind: fc.integer({ min: 1, max: 9 }) }) },
  { weight: 3, arbitrary: fc.constant('pop' as const) },
)

describe('the run queue', () => {
  // Mutation: packages/runners/src/execution/stateful/run-queue.ts: `id < this.#ids[this.#end - 1]!` → `id > this.#ids[this.#end - 1]!`
  // Mutation: packages/runners/src/execution/stateful/run-queue.ts: `this.#ids[this.#start]! < this.#heap.peekId()` → `this.#ids[this.#start]! > this.#heap.peekId()`
  // Mutation: packages/runners/src/execution/stateful/run-queue.ts: `this.#times.copyWithin(0, this.#start, this.#end)` → `void this.#times`
  it('gives ids by time, ties by id, whoever came first and whoever left before', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 400, size: 'max' }), fc.infiniteStream(fc.nat()), (steps, chosen) => {
        const queue = new RunQueue()
        const times = new Float64Array(400)
        // Ids are used again in any order, as those of a table are.
        const free = Array.from(times.keys())
        let naive: { readonly time: number; readonly id: number }[] = []
        let latest = 0
        for (const step of steps) {
          if (step !== 'pop') {
            latest += step.ahead
            const [id] = free.splice(chosen.next().value! % free.length, 1)
            times[id!] = latest - step.behind
            queue.push(times, id!)
            naive.push({ time: times[id!]!, id: id! })
            naive = naive.toSorted((a, b) => a.time - b.time || a.id - b.id)
          } else if (naive.length > 0) {
            expect(queue.peekId()).toBe(naive[0]!.id)
            expect(queue.pop()).toBe(naive[0]!.id)
            free.push(naive.shift()!.id)
          }
          expect(queue.size).toBe(naive.length)
          expect(queue.earliest).toBe(naive[0]?.time ?? Infinity)
        }
      }),
    )
  })
})
