/**
 * The clocks of the two sides of a join: lateness, silence, ends, and that nothing moves back.
 */
import { MAX_TIMESTAMP, MIN_TIMESTAMP } from '@tidemark/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { JoinClocks, LEFT, RIGHT } from '../../../src/execution/join/join-clocks.ts'
import { InputWatermark } from '../../../src/execution/watermark/input-watermark.ts'

function clocks(left = 0, right = 0): JoinClocks {
  return new JoinClocks({ left, right })
}

const read = (of: JoinClocks) => [of.watermark(LEFT), of.watermark(RIGHT), of.inputWatermark]

describe('the clocks of a join', () => {
  it('are behind the watermarks by the lateness of each side, and Infinity at the end of time', () => {
    const both = clocks(3, 10)
    expect([both.clock(LEFT), both.clock(RIGHT)]).toEqual([MIN_TIMESTAMP, MIN_TIMESTAMP])
    both.advance(20, LEFT)
    both.advance(30, RIGHT)
    expect([both.clock(LEFT), both.clock(RIGHT), both.inputWatermark]).toEqual([17, 20, 20])
    expect([both.clockAt(50, LEFT), both.watermarkOf(17, LEFT), both.watermarkOf(20, RIGHT)]).toEqual([47, 20, 30])
    both.advance(MAX_TIMESTAMP, LEFT)
    expect([both.clock(LEFT), both.inputWatermark]).toEqual([Infinity, 30])
  })

  it('say whether a watermark has moved', () => {
    const both = clocks()
    expect([both.advance(5, LEFT), both.advance(5, LEFT), both.advance(4, LEFT), both.advance(6, LEFT)]).toEqual([
      true,
      false,
      false,
      true,
    ])
    expect([both.setIdle(true, RIGHT), both.advance(7, LEFT), both.advance(6, RIGHT)]).toEqual([true, true, false])
  })

  // Mutation: packages/runners/src/execution/join/join-clocks.ts: `leader < MAX_TIMESTAMP && leader > own ? leader : own` → `leader > own ? leader : own`
  it('of a silent side follow the other, and not one that has ended', () => {
    const both = clocks()
    both.advance(10, LEFT)
    both.setIdle(true, RIGHT)
    expect(read(both)).toEqual([10, 10, 10])
    both.advance(20, LEFT)
    expect(read(both)).toEqual([20, 20, 20])
    both.advance(MAX_TIMESTAMP, LEFT)
    expect([read(both), both.isIdle]).toEqual([[MAX_TIMESTAMP, 20, 20], true])
  })

  it('stay where they are when a silent side speaks again from behind', () => {
    const both = clocks()
    both.advance(10, LEFT)
    both.setIdle(true, RIGHT)
    both.setIdle(false, RIGHT)
    both.advance(4, RIGHT)
    expect(read(both)).toEqual([10, 10, 10])
    both.advance(20, LEFT)
    expect(read(both)).toEqual([20, 10, 10])
  })

  it('of two silent sides are those of the one that is furthest', () => {
    const both = clocks()
    both.advance(10, LEFT)
    both.advance(30, RIGHT)
    both.setIdle(true, LEFT)
    expect([read(both), both.isIdle]).toEqual([[30, 30, 30], false])
    both.setIdle(true, RIGHT)
    expect([read(both), both.isIdle]).toEqual([[30, 30, 30], true])
  })

  it('know when all that have not ended are silent', () => {
    const both = clocks()
    both.setIdle(true, LEFT)
    expect(both.isIdle).toBe(false)
    both.advance(MAX_TIMESTAMP, RIGHT)
    expect([both.isIdle, both.inputWatermark]).toEqual([true, MIN_TIMESTAMP])
    both.advance(MAX_TIMESTAMP, LEFT)
    expect([both.isIdle, both.inputWatermark]).toEqual([false, MAX_TIMESTAMP])
  })
})

const move = fc.oneof(
  fc.record({ input: fc.nat(1), watermark: fc.oneof(fc.integer({ min: -5, max: 30 }), fc.constant(MAX_TIMESTAMP)) }),
  fc.record({ input: fc.nat(1), idle: fc.boolean() }),
)

describe('the watermark of a join', () => {
  it('is that of any step with two inputs, before and after a restore', () => {
    fc.assert(
      fc.property(fc.array(move, { maxLength: 12 }), (moves) => {
        let both = clocks(2, 5)
        const reference = new InputWatermark(2)
        let before = read(both)
        for (const each of moves) {
          if ('idle' in each) {
            both.setIdle(each.idle, each.input)
            reference.setIdle(each.idle, each.input)
          } else {
            both.advance(each.watermark, each.input)
            reference.advance(each.watermark, each.input)
          }
          expect([both.inputWatermark, both.isIdle]).toEqual([reference.current, reference.isIdle])
          const now = read(both)
          expect(now.every((watermark, index) => watermark >= before[index]!)).toBe(true)
          before = now
          const restored = clocks(2, 5)
          restored.load(structuredClone(both.save()))
          both = restored
        }
      }),
    )
  })
})
