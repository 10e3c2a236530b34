/**
 * The hold set against the least of an array.
 */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { HoldSet } from '../../../src/execution/watermark/hold-set.ts'

it('the earliest hold is the least of all, whichever way holds have moved', () => {
  // mutation: no re-queueing of a hold that has moved up
  const change = fc.tuple(
    fc.integer({ min: 0, max: 4 }),
    fc.oneof(fc.integer({ min: -5, max: 5 }), fc.constant(Infinity)),
    fc.boolean(),
  )
  fc.assert(
    fc.property(fc.array(change, { maxLength: 60 }), (changes) => {
      const set = new HoldSet()
      const naive = [Infinity, Infinity, Infinity, Infinity, Infinity]
      for (const [slot, time, ask] of changes) {
        set.set(slot, time)
        naive[slot] = time
        if (ask) expect(set.min()).toBe(Math.min(...naive))
      }
      expect(set.min()).toBe(Math.min(...naive))
      expect(set.min()).toBe(Math.min(...naive))
    }),
  )
})
