/**
 * The watermark of a step with several inputs.
 */
import { MAX_TIMESTAMP, MIN_TIMESTAMP } from '@tidemark/core'
import { describe, expect, it } from 'vitest'
import { InputWatermark } from '../../../src/execution/watermark/input-watermark.ts'

describe('the watermark of several inputs', () => {
  it('is the least of them, and says when it has moved', () => {
    const watermark = new InputWatermark(2)
    expect(watermark.current).toBe(MIN_TIMESTAMP)
    expect(watermark.advance(10, 0)).toBe(false)
    expect(watermark.advance(5, 1)).toBe(true)
    expect(watermark.current).toBe(5)
    expect(watermark.advance(20, 1)).toBe(true)
    expect(watermark.current).toBe(10)
  })

  it('never moves back', () => {
    const watermark = new InputWatermark(1)
    watermark.advance(10, 0)
    expect(watermark.advance(3, 0)).toBe(false)
    expect(watermark.current).toBe(10)
  })

  it('is that of the other inputs while one is silent, and does not move back when it speaks again', () => {
    const watermark = new InputWatermark(2)
    watermark.advance(10, 0)
    expect(watermark.setIdle(true, 1)).toBe(true)
    expect(watermark.current).toBe(10)
    expect(watermark.setIdle(false, 1)).toBe(false)
    expect(watermark.advance(4, 1)).toBe(false)
    expect(watermark.current).toBe(10)
  })

  it('stays where it is when all are silent, or when all that are not silent have ended', () => {
    const watermark = new InputWatermark(2)
    watermark.advance(10, 0)
    watermark.advance(10, 1)
    watermark.setIdle(true, 0)
    expect(watermark.isIdle).toBe(false)
    watermark.setIdle(true, 1)
    expect([watermark.isIdle, watermark.current]).toEqual([true, 10])
    watermark.setIdle(false, 1)
    watermark.advance(MAX_TIMESTAMP, 1)
    expect(watermark.current).toBe(10)
    watermark.advance(MAX_TIMESTAMP, 0)
    expect(watermark.current).toBe(MAX_TIMESTAMP)
  })

  it('is silent when what has not ended is, and ends at the end of time though its inputs end silent', () => {
    // mutation: without running.length === 0 in InputWatermark.#update
    const watermark = new InputWatermark(2)
    watermark.setIdle(true, 0)
    watermark.advance(MAX_TIMESTAMP, 1)
    expect(watermark.isIdle).toBe(true)
    watermark.setIdle(true, 1)
    watermark.advance(MAX_TIMESTAMP, 0)
    expect([watermark.isIdle, watermark.current]).toEqual([false, MAX_TIMESTAMP])
  })

  it('has a least without one of its inputs, which is Infinity when there is no other', () => {
    const watermark = new InputWatermark(3)
    for (const [input, time] of [7, 5, 9].entries()) watermark.advance(time, input)
    expect([watermark.leastBut(0), watermark.leastBut(1)]).toEqual([5, 7])
    expect(new InputWatermark(1).leastBut(0)).toBe(Infinity)
  })
})
