/**
 * Which side window a main element sees, and which pairs of windows have none.
 */
import { describe, expect, it } from 'vitest'
import { days, minutes, seconds } from '../../src/time/duration.ts'
import { customWindows } from '../../src/window/custom-windows.ts'
import { fixedWindows } from '../../src/window/fixed-windows.ts'
import { globalWindow } from '../../src/window/global-window.ts'
import { sessions } from '../../src/window/sessions.ts'
import { requireSideWindows, sideWindow } from '../../src/window/side-window.ts'
import { slidingWindows } from '../../src/window/sliding-windows.ts'
import { GLOBAL_WINDOW } from '../../src/window/window.ts'

const code = (value: string) => expect.objectContaining({ code: value })
const perMinute = fixedWindows(minutes(1))

describe('the side window', () => {
  it('holds the last instant of the main window', () => {
    expect(sideWindow(perMinute, { start: 0, end: 300_000 })).toEqual({ start: 240_000, end: 300_000 })
    expect(sideWindow(fixedWindows(days(1)), { start: 0, end: 60_000 })).toEqual({ start: 0, end: 86_400_000 })
  })

  it('is the earliest of several', () => {
    const side = slidingWindows(seconds(30), seconds(10))
    expect(sideWindow(side, { start: 7_000, end: 17_000 })).toEqual({ start: -10_000, end: 20_000 })
  })

  it('is the global one for every main window, also the global one', () => {
    expect(sideWindow(globalWindow(), { start: 0, end: 1 })).toBe(GLOBAL_WINDOW)
    expect(sideWindow(globalWindow(), GLOBAL_WINDOW)).toBe(GLOBAL_WINDOW)
  })

  it('does not exist for the global window in others, in a gap, or where windows merge', () => {
    expect(() => sideWindow(perMinute, GLOBAL_WINDOW)).toThrow(code('NO_SIDE_WINDOW'))
    expect(() => sideWindow(slidingWindows(seconds(1), seconds(9)), { start: 0, end: 5_000 })).toThrow(
      code('NO_SIDE_WINDOW'),
    )
    expect(() => sideWindow(sessions(minutes(1)), { start: 0, end: 5_000 })).toThrow(code('NO_SIDE_WINDOW'))
  })
})

describe('a side input', () => {
  it('may have fixed, overlapping, global or tiling custom windows', () => {
    const tiling = customWindows({ name: 'all', tiling: true, assign: () => [GLOBAL_WINDOW] })
    for (const side of [perMinute, slidingWindows(minutes(2), minutes(1)), globalWindow(), tiling]) {
      expect(() => requireSideWindows(sessions(minutes(5)), side)).not.toThrow()
    }
  })

  it.each([
    ['SIDE_INPUT_MERGES', perMinute, sessions(minutes(1))],
    ['SIDE_INPUT_OF_GLOBAL', globalWindow(), perMinute],
    ['SIDE_INPUT_GAPS', perMinute, slidingWindows(minutes(1), minutes(2))],
    ['SIDE_INPUT_CUSTOM', perMinute, customWindows({ name: 'own', assign: () => [] })],
  ])('is refused at construction: %s', (expected, main, side) => {
    expect(() => requireSideWindows(main, side, 'Join')).toThrow(code(expected))
    expect(() => requireSideWindows(main, side, 'Join')).toThrow(expect.objectContaining({ step: 'Join' }))
  })
})
