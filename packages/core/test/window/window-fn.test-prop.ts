/**
 * The laws of all window functions, on elements anywhere in event time.
 */
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkWindowFnLaws } from '../../src/testing/window-fn-laws.ts'
import { milliseconds } from '../../src/time/duration.ts'
import { MAX_TIMESTAMP, MIN_TIMESTAMP } from '../../src/time/timestamp.ts'
import { fixedWindows } from '../../src/window/fixed-windows.ts'
import { globalWindow } from '../../src/window/global-window.ts'
import { mergeOverlapping } from '../../src/window/merge-overlapping.ts'
import { sessions } from '../../src/window/sessions.ts'
import { slidingWindows } from '../../src/window/sliding-windows.ts'

const near = fc.integer({ min: -200_000, max: 200_000 })
const timestamp = fc.oneof(
  near,
  fc.maxSafeInteger().map((n) => Math.trunc(n * 0.959)),
  fc.nat(100_000).map((n) => MIN_TIMESTAMP + n),
  fc.nat(100_000_000).map((n) => MAX_TIMESTAMP - n),
)
const timestamps = fc.array(timestamp, { maxLength: 30 })
const length = fc.oneof(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 100_000_000 }))
const offset = fc.integer({ min: -1_000_000_000, max: 1_000_000_000 })

describe('for any elements', () => {
  it('fixed windows are lawful', () => {
    fc.assert(
      fc.property(length, offset, timestamps, (size, shift, samples) => {
        expect(checkWindowFnLaws(fixedWindows(milliseconds(size), milliseconds(shift)), samples)).toEqual([])
      }),
    )
  })

  it('fixed windows have the size and the offset that were asked for', () => {
    fc.assert(
      fc.property(length, offset, near, (size, shift, t) => {
        const [window] = fixedWindows(milliseconds(size), milliseconds(shift)).assign(t, null)
        expect((window?.end ?? 0) - (window?.start ?? 0)).toBe(size)
        expect(((window?.start ?? 0) - shift) % size).toBeCloseTo(0)
      }),
    )
  })

  it('sliding windows are lawful', () => {
    fc.assert(
      fc.property(length, fc.integer({ min: 1, max: 300 }), offset, timestamps, (period, percent, shift, samples) => {
        const size = Math.max(1, Math.trunc((period * percent) / 100))
        const fn = slidingWindows(milliseconds(size), milliseconds(period), milliseconds(shift))
        expect(checkWindowFnLaws(fn, samples)).toEqual([])
      }),
    )
  })

  it('sliding windows are those of the definition', () => {
    const small = fc.integer({ min: 1, max: 40 })
    fc.assert(
      fc.property(
        small,
        small,
        fc.integer({ min: -50, max: 50 }),
        fc.array(fc.integer({ min: -99, max: 99 })),
        (size, period, shift, samples) => {
          const fn = slidingWindows(milliseconds(size), milliseconds(period), milliseconds(shift))
          for (const t of samples) {
            const starts = []
            for (let start = t - size + 1; start <= t; start += 1)
              if ((start - shift) % period === 0) starts.push(start)
            expect(fn.assign(t, null)).toEqual(starts.map((start) => ({ start, end: start + size })))
          }
        },
      ),
    )
  })

  it('sessions are lawful', () => {
    fc.assert(
      fc.property(length, timestamps, (gap, samples) => {
        expect(checkWindowFnLaws(sessions(milliseconds(gap)), samples)).toEqual([])
      }),
    )
  })

  it('the global window is lawful', () => {
    fc.assert(
      fc.property(timestamps, (samples) => {
        expect(checkWindowFnLaws(globalWindow(), samples)).toEqual([])
      }),
    )
  })
})

describe('merging', () => {
  it('puts two windows together if and only if a chain of overlaps connects them', () => {
    const window = fc.tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 1, max: 9 }))
    fc.assert(
      fc.property(fc.array(window, { maxLength: 12 }), (pairs) => {
        const windows = pairs.map(([start, size]) => ({ start, end: start + size }))
        const intoOf = (t: number): string => {
          const held = mergeOverlapping(windows)
            .map(({ into }) => into)
            .find(({ start, end }) => start <= t && t < end)
          return held === undefined ? 'none' : `${held.start} ${held.end}`
        }
        for (const a of windows) {
          for (const b of windows) {
            // Between the two starts every instant and its successor lie in one window.
            const [low, high] = [Math.min(a.start, b.start), Math.max(a.start, b.start)]
            let connected = true
            for (let t = low; t < high; t += 1) {
              connected &&= windows.some(({ start, end }) => start <= t && t + 1 < end)
            }
            const same = a.start === b.start && a.end === b.end
            if (!same && connected) expect(intoOf(a.start)).not.toBe('none')
            if (!connected) expect(intoOf(a.start) === 'none' || intoOf(a.start) !== intoOf(b.start)).toBe(true)
            else expect(intoOf(a.start)).toBe(intoOf(b.start))
          }
        }
      }),
    )
  })
})
