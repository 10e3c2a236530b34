/**
 * The law checker of window functions: that it reports what is broken.
 */
import { describe, expect, it } from 'vitest'
import { checkWindowFnLaws } from '../../src/testing/window-fn-laws.ts'
import { minutes } from '../../src/time/duration.ts'
import { customWindows } from '../../src/window/custom-windows.ts'
import { fixedWindows } from '../../src/window/fixed-windows.ts'
import type { Window } from '../../src/window/window.ts'
import type { WindowFn } from '../../src/window/window-fn.ts'

const own = (changes: Partial<WindowFn>): WindowFn => ({
  kind: 'own',
  description: 'own',
  merging: false,
  tiling: false,
  assign: (timestamp) => [{ start: timestamp, end: timestamp + 1 }],
  ...changes,
})
const window = (start: number, end: number): Window => ({ start, end })

describe('the laws of window functions', () => {
  it('are kept by fixed windows', () => {
    expect(checkWindowFnLaws(fixedWindows(minutes(1)), [-1, 0, 59_999, 60_000])).toEqual([])
  })

  it('take elements where windows depend on them', () => {
    const fn = customWindows({ name: 'own', assign: (t, element) => [window(t, t + Number(element))] })
    expect(checkWindowFnLaws(fn, [{ timestamp: 5, element: 7 }])).toEqual([])
    expect(checkWindowFnLaws(fn, [5])[0]).toContain('threw')
  })

  it('are broken by windows that depend on what was asked before', () => {
    let calls = 0
    const fn = own({ assign: (t) => [window(t, t + (calls += 1))] })
    expect(checkWindowFnLaws(fn, [0])[0]).toMatch(/^determinism: 1970-01-01T00:00:00.000Z first had/)
  })

  it.each([
    ['which is empty', window(5, 5)],
    ['which is not of whole milliseconds', window(4.5, 6)],
    ['which reaches out of event time', window(0, Infinity)],
    ['which does not hold it', window(6, 7)],
  ])('are broken by a window %s', (what, given) => {
    expect(checkWindowFnLaws(own({ assign: () => [given] }), [5]).join('\n')).toContain(what)
  })

  it('allow windows that do not hold the timestamp where it is said', () => {
    expect(checkWindowFnLaws(own({ assign: () => [window(6, 7)] }), [5], { holdsTimestamp: false })).toEqual([])
  })

  it('are broken by a window that is assigned twice', () => {
    expect(checkWindowFnLaws(own({ assign: () => [window(0, 1), window(0, 1)] }), [0])[0]).toContain('a window twice')
  })

  it.each([
    ['has 0 windows', (): readonly Window[] => []],
    ['is not the window of its', (t: number) => [window(t, t + 10)]],
    ['overlaps', (t: number) => [window(t, t + 10)]],
  ])('are broken by tiling that is none: %s', (what, assign) => {
    expect(checkWindowFnLaws(own({ tiling: true, assign }), [0, 5]).join('\n')).toContain(what)
  })

  it.each<[string, WindowFn['merge']]>([
    ['has no merge', undefined],
    ['in another order', (windows) => windows.slice(0, 1).map((first) => ({ from: windows, into: first }))],
    ['merge into', (windows) => windows.slice(1).map(() => ({ from: windows, into: window(0, 1) }))],
    ['in two merges', (windows) => [0, 1].map(() => ({ from: windows, into: window(0, 99) }))],
    ['merge further', (windows) => (windows.length > 1 ? [{ from: windows.slice(0, 2), into: window(0, 99) }] : [])],
  ])('are broken by merging that %s', (what, merge) => {
    const fn = own({ merging: true, ...(merge && { merge }) })
    expect(checkWindowFnLaws(fn, [1, 2, 3, 4]).join('\n')).toContain(what)
  })
})
