/**
 * The watermark of a source, from those of its splits.
 */
import { MAX_TIMESTAMP, MIN_TIMESTAMP } from '@tidemark/core'
import { describe, expect, it } from 'vitest'
import { SplitWatermarks } from '../../../src/execution/source/split-watermarks.ts'

function opened(...ids: readonly string[]): SplitWatermarks {
  const splits = new SplitWatermarks('Orders')
  splits.open(ids)
  return splits
}

describe('the watermark of a source', () => {
  it('is the least of its splits', () => {
    // mutation: max for min in SplitWatermarks
    const splits = opened('a', 'b')
    splits.advance('a', 10)
    expect(splits.current).toBe(MIN_TIMESTAMP)
    splits.advance('b', 4)
    expect(splits.current).toBe(4)
    splits.advance('b', 20)
    expect(splits.current).toBe(10)
  })

  it('never moves back, nor does that of a split', () => {
    const splits = opened('a')
    splits.advance('a', 10)
    splits.advance('a', 3)
    expect([splits.current, splits.get('a').watermark]).toEqual([10, 10])
  })

  it('goes on without a split that is idle', () => {
    const splits = opened('a', 'b')
    splits.advance('a', 10)
    splits.markIdle('b')
    expect(splits.current).toBe(10)
    expect(splits.leastBut(splits.get('a'))).toBe(Infinity)
  })

  it('waits for a split that wakes up, but does not move back to it', () => {
    // mutation: without `least > this.#current` in #update
    const splits = opened('a', 'b')
    splits.advance('a', 10)
    splits.markIdle('b')
    splits.advance('b', 3)
    expect(splits.current).toBe(10)
    splits.advance('a', 20)
    expect(splits.current).toBe(10)
    splits.advance('b', 15)
    expect(splits.current).toBe(15)
  })

  it('stays where it is when all splits are idle', () => {
    const splits = opened('a', 'b')
    splits.advance('a', 10)
    splits.advance('b', 12)
    expect(splits.isIdle).toBe(false)
    splits.markIdle('a')
    splits.markIdle('b')
    expect([splits.current, splits.isIdle]).toEqual([12, true])
  })

  it('goes on without a split that is complete, and ends with the last one', () => {
    const splits = opened('a', 'b')
    splits.advance('b', 12)
    splits.complete('a')
    expect(splits.current).toBe(12)
    splits.complete('b')
    expect([splits.current, splits.isIdle]).toEqual([MAX_TIMESTAMP, false])
  })

  it('does not end while a split is idle', () => {
    const splits = opened('a', 'b')
    splits.markIdle('a')
    splits.complete('b')
    expect(splits.current).toBe(MIN_TIMESTAMP)
  })

  it('holds for a split that is opened later', () => {
    const splits = opened('a')
    splits.advance('a', 10)
    splits.open(['a', 'b'])
    splits.advance('a', 20)
    expect(splits.current).toBe(10)
  })

  it.each([
    ['has not been opened', (): SplitWatermarks => opened('b')],
    [
      'is complete',
      (): SplitWatermarks => {
        const splits = opened('a', 'b')
        splits.complete('a')
        return splits
      },
    ],
  ])('takes nothing of a split that %s', (text, make) => {
    const splits = make()
    expect(() => splits.advance('a', 1)).toThrow(expect.objectContaining({ code: 'UNKNOWN_SPLIT', step: 'Orders' }))
    expect(() => splits.advance('a', 1)).toThrow(
      `Source "Orders" was given elements of the split "a", which ${text}. Its watermark would be wrong. ` +
        'Call openSplits first, and nothing after complete.',
    )
    splits.markIdle('a')
    expect(splits.current).toBe(MIN_TIMESTAMP)
  })
})

describe('when all splits are silent', () => {
  it('the largest of their watermarks holds, whichever fell silent last', () => {
    // mutation: leastBut for #largest in SplitWatermarks.#update
    const after = (...order: readonly string[]): number => {
      const splits = opened('a', 'b')
      splits.advance('a', 10)
      splits.advance('b', 3)
      for (const id of order) splits.markIdle(id)
      return splits.current
    }
    expect([after('a', 'b'), after('b', 'a')]).toEqual([10, 10])
  })
})
