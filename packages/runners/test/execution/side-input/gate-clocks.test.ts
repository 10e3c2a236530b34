/**
 * How far the inputs of a gate are: input 0 is the main one, the others are views.
 */
import { MAX_TIMESTAMP, MIN_TIMESTAMP } from '@tidemark/core'
import { expect, it } from 'vitest'
import { GateClocks } from '../../../src/execution/side-input/gate-clocks.ts'

type Told = number | 'idle' | 'end'

/** The clocks of inputs that have been told what is listed, in this order. */
function clocksOf(...told: readonly (readonly [input: number, what: Told])[]): readonly number[] {
  const clocks = new GateClocks(3)
  for (const [input, what] of told) {
    if (what === 'idle') clocks.setIdle(true, input)
    else clocks.advance(what === 'end' ? MAX_TIMESTAMP : what, input)
  }
  return [0, 1, 2].map((input) => clocks.of(input))
}

it('inputs that speak are as far as they were told', () => {
  expect(clocksOf([0, 5], [1, 3])).toEqual([5, 3, MIN_TIMESTAMP])
  expect(clocksOf([0, 5], [0, 4])).toEqual([5, MIN_TIMESTAMP, MIN_TIMESTAMP])
})

// Mutation: packages/runners/src/execution/side-input/gate-clocks.ts: `if (!this.#isSilent(input) && told < least) least = told` → `if (told < least) least = told`
it('one that is silent is as far as the least of those that speak, and never moves back', () => {
  expect(clocksOf([0, 5], [1, 3], [2, 'idle'])).toEqual([5, 3, 3])
  expect(clocksOf([0, 5], [1, 3], [2, 8], [2, 'idle'])).toEqual([5, 3, 8])
  expect(clocksOf([0, 5], [1, 9], [2, 7], [0, 'idle'])).toEqual([7, 9, 7])
  const clocks = new GateClocks(2)
  clocks.advance(5, 0)
  clocks.setIdle(true, 1)
  clocks.setIdle(false, 1)
  clocks.advance(2, 1)
  expect(clocks.of(1)).toBe(5)
})

// Mutation: packages/runners/src/execution/side-input/gate-clocks.ts: `least === Infinity ? furthest : least` → `least`
it('where all are silent they are as far as the one that is furthest', () => {
  expect(clocksOf([0, 5], [1, 3], [2, 4], [0, 'idle'], [1, 'idle'], [2, 'idle'])).toEqual([5, 5, 5])
})

// Mutation: packages/runners/src/execution/side-input/gate-clocks.ts: `input === 0 ? running : any` → `running`
it('a silent view follows a main input that has ended, whose elements would wait for ever', () => {
  expect(clocksOf([0, 'end'], [1, 'idle'], [2, 'end'])).toEqual([MAX_TIMESTAMP, MAX_TIMESTAMP, MAX_TIMESTAMP])
  expect(clocksOf([0, 'end'], [1, 'idle'], [2, 4])).toEqual([MAX_TIMESTAMP, 4, 4])
})

// Mutation: packages/runners/src/execution/side-input/gate-clocks.ts: `input === 0 ? running : any` → `any`
it('a silent main input follows no view that has ended, as what is known for good makes nothing late', () => {
  expect(clocksOf([0, 5], [1, 'end'], [2, 'end'], [0, 'idle'])).toEqual([5, MAX_TIMESTAMP, MAX_TIMESTAMP])
  expect(clocksOf([0, 5], [1, 'end'], [2, 9], [0, 'idle'])).toEqual([9, MAX_TIMESTAMP, 9])
})

// Mutation: packages/runners/src/execution/side-input/gate-clocks.ts: `return this.#told[0]!` → `return this.#clocks[0]!`
it('the main watermark below is the one that was told, as views lead nobody there', () => {
  const clocks = new GateClocks(2)
  clocks.advance(5, 0)
  clocks.advance(9, 1)
  clocks.setIdle(true, 0)
  expect([clocks.main, clocks.of(0), clocks.mainIsIdle]).toEqual([5, 9, true])
  clocks.advance(MAX_TIMESTAMP, 0)
  expect([clocks.main, clocks.mainIsIdle]).toEqual([MAX_TIMESTAMP, false])
})
