/**
 * One side of a key in an interval join: an ordered list that is filled in any order and freed from the front.
 */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SideBuffer } from '../../../src/execution/join/side-buffer.ts'

interface Entry {
  readonly timestamp: number
  readonly value: number
  open: number
}

const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ insert: fc.integer({ min: 0, max: 30 }), open: fc.nat(1) }) },
  { weight: 2, arbitrary: fc.record({ freeBefore: fc.integer({ min: 0, max: 30 }) }) },
  { weight: 1, arbitrary: fc.record({ remove: fc.nat(40) }) },
  { weight: 2, arbitrary: fc.record({ answer: fc.nat(40) }) },
)

describe('a side of a key', () => {
  it.each([true, false])(
    'is a list by time, of equal times by arrival, whatever is freed and removed (changes: %s)',
    (hasChanges) => {
      fc.assert(
        fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
          const side = new SideBuffer(hasChanges)
          let list: Entry[] = []
          for (const [value, each] of steps.entries()) {
            if ('insert' in each) {
              const place = list.filter(({ timestamp }) => timestamp <= each.insert).length
              list.splice(place, 0, { timestamp: each.insert, value, open: each.open })
              const at = side.insert(each.insert, value, each.open)
              expect(at - side.head).toBe(place)
              side.changes?.counts.splice(at, 1, value)
            } else if ('freeBefore' in each) {
              side.free(side.from(each.freeBefore))
              list = list.filter(({ timestamp }) => timestamp >= each.freeBefore)
            } else if ('remove' in each && list.length > 0) {
              side.remove(side.head + (each.remove % list.length))
              list.splice(each.remove % list.length, 1)
            } else if ('answer' in each && list.length > 0) {
              side.open[side.head + (each.answer % list.length)] = 0
              list[each.answer % list.length]!.open = 0
            }
            expect(side.timestamps.slice(side.head)).toEqual(list.map(({ timestamp }) => timestamp))
            expect(side.values.slice(side.head)).toEqual(list.map((entry) => entry.value))
            if (hasChanges) expect(side.changes!.counts.slice(side.head)).toEqual(list.map((entry) => entry.value))
            // What is freed is let go of, and the places of it are used again before long.
            expect(side.values.slice(0, side.head).every((freed) => freed === undefined)).toBe(true)
            expect(side.head).toBeLessThanOrEqual(Math.max(16, list.length))
            const open = list.findIndex((entry) => entry.open > 0)
            expect(side.toFirstOpen() - side.head).toBe(open < 0 ? list.length : open)
            for (const time of [0, 7, 31]) {
              expect(side.from(time) - side.head).toBe(list.filter(({ timestamp }) => timestamp < time).length)
            }
            expect([side.isEmpty, side.end - side.head]).toEqual([list.length === 0, list.length])
          }
        }),
        { numRuns: 300, seed: 1 },
      )
    },
  )
})
