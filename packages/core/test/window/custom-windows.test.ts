/**
 * Custom windows: what is asked of a window function of the user.
 */
import { describe, expect, it } from 'vitest'
import { END_OF_GLOBAL_WINDOW, MAX_TIMESTAMP, MIN_TIMESTAMP } from '../../src/time/timestamp.ts'
import { customWindows } from '../../src/window/custom-windows.ts'
import { mergeOverlapping } from '../../src/window/merge-overlapping.ts'
import type { Window } from '../../src/window/window.ts'

const giving = (...windows: readonly Window[]) => customWindows({ name: 'given', assign: () => windows })
const code = (value: string) => expect.objectContaining({ code: value })

describe('custom windows', () => {
  it('are those that the function of the user gives, which may see the element', () => {
    const fn = customWindows({ name: 'own', assign: (t, element) => [{ start: t, end: t + Number(element) }] })
    expect(fn.assign(5, 7)).toEqual([{ start: 5, end: 12 }])
    expect(fn).toMatchObject({ kind: 'own', description: 'own', merging: false, tiling: false })
    expect(Object.isFrozen(fn)).toBe(true)
  })

  it('may be none', () => {
    expect(giving().assign(0, null)).toEqual([])
  })

  it('have a description with their parameters', () => {
    expect(customWindows({ name: 'shifts', description: 'hours=8', assign: () => [] }).description).toBe(
      'shifts(hours=8)',
    )
  })

  it.each([
    ['empty', { start: 5, end: 5 }],
    ['reversed', { start: 5, end: 4 }],
    ['not whole milliseconds', { start: 0.5, end: 4 }],
    ['not numbers', { start: Number.NaN, end: 4 }],
    ['without an end', { start: 0, end: Infinity }],
    ['after the end of event time', { start: MAX_TIMESTAMP, end: MAX_TIMESTAMP + 10 }],
  ])('are refused when they are %s', (_, window) => {
    expect(() => giving(window).assign(0, null)).toThrow(code('BAD_WINDOW'))
  })

  it('are refused when one is given twice', () => {
    expect(() => giving({ start: 0, end: 1 }, { start: 0, end: 1 }).assign(0, null)).toThrow('twice')
  })

  it('are cut at the ends of event time', () => {
    expect(giving({ start: MIN_TIMESTAMP - 5, end: MAX_TIMESTAMP }).assign(0, null)).toEqual([
      { start: MIN_TIMESTAMP, end: END_OF_GLOBAL_WINDOW + 1 },
    ])
  })

  it('are refused where they are said to be tiling and are not', () => {
    const fn = customWindows({ name: 'gappy', tiling: true, assign: (t) => (t < 0 ? [] : [{ start: 0, end: 10 }]) })
    expect(fn.assign(9, null)).toEqual([{ start: 0, end: 10 }])
    expect(() => fn.assign(10, null)).toThrow('exactly one window')
    expect(() => fn.assign(-1, null)).toThrow('gave no window')
  })

  it('are refused when their name is that of a built-in kind or not one line', () => {
    for (const name of ['fixed', 'global', '', 'a\nb', 'f(x']) {
      expect(() => customWindows({ name, assign: () => [] })).toThrow(code('BAD_WINDOW_FN'))
    }
    expect(() => customWindows({ name: 'a', description: 'b\nc', assign: () => [] })).toThrow('several lines')
  })

  it('cannot both merge and tile', () => {
    expect(() => customWindows({ name: 'a', assign: () => [], merge: mergeOverlapping, tiling: true })).toThrow(
      code('BAD_WINDOW_FN'),
    )
  })
})

describe('merging by a function of the user', () => {
  const windows = [
    { start: 0, end: 10 },
    { start: 5, end: 15 },
  ]
  const merging = (merge: NonNullable<Parameters<typeof customWindows>[0]['merge']>) =>
    customWindows({ name: 'own', assign: () => windows, merge }).merge?.(windows)

  it('gives its merges', () => {
    expect(merging(mergeOverlapping)).toEqual([{ from: windows, into: { start: 0, end: 15 } }])
  })

  it.each([
    ['does not span what it replaces', () => [{ from: windows, into: { start: 0, end: 10 } }]],
    ['takes a window that was not given', () => [{ from: [{ start: 1, end: 2 }], into: { start: 0, end: 15 } }]],
    ['takes nothing', () => [{ from: [], into: { start: 0, end: 15 } }]],
    ['takes a window twice', () => [0, 1].map(() => ({ from: windows, into: { start: 0, end: 15 } }))],
    ['is not of whole milliseconds', () => [{ from: windows, into: { start: -0.5, end: 15 } }]],
  ])('is refused when a merge %s', (_, merge) => {
    expect(() => merging(merge)).toThrow(code('BAD_WINDOW_MERGE'))
  })
})
