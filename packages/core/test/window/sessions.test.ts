/**
 * Sessions, and how windows that overlap merge.
 */
import { describe, expect, it } from 'vitest'
import { minutes, seconds } from '../../src/time/duration.ts'
import { END_OF_GLOBAL_WINDOW, MAX_TIMESTAMP } from '../../src/time/timestamp.ts'
import { mergeOverlapping } from '../../src/window/merge-overlapping.ts'
import { sessions } from '../../src/window/sessions.ts'
import type { Window } from '../../src/window/window.ts'

const window = (start: number, end: number): Window => ({ start, end })

describe('sessions', () => {
  it('begin with each element as a session of its own', () => {
    expect(sessions(minutes(10)).assign(1_000, null)).toEqual([window(1_000, 601_000)])
  })

  it('keep two elements exactly a gap apart in different sessions', () => {
    const fn = sessions(seconds(5))
    const windows = [0, 5_000].flatMap((timestamp) => fn.assign(timestamp, null))
    expect(fn.merge(windows)).toEqual([])
  })

  it('join two elements less than a gap apart', () => {
    const fn = sessions(seconds(5))
    const windows = [0, 4_999].flatMap((timestamp) => fn.assign(timestamp, null))
    expect(fn.merge(windows)).toEqual([{ from: windows, into: window(0, 9_999) }])
  })

  it('end with event time', () => {
    const last = window(END_OF_GLOBAL_WINDOW, END_OF_GLOBAL_WINDOW + 1)
    expect(sessions(minutes(10)).assign(END_OF_GLOBAL_WINDOW, null)).toEqual([last])
    expect(sessions(minutes(10)).assign(MAX_TIMESTAMP, null)).toEqual([last])
  })
})

describe('windows that overlap', () => {
  it('merge through a bridge', () => {
    expect(mergeOverlapping([window(0, 10), window(18, 30), window(9, 19)])).toEqual([
      { from: [window(0, 10), window(9, 19), window(18, 30)], into: window(0, 30) },
    ])
  })

  it('merge when one holds the other', () => {
    expect(mergeOverlapping([window(2, 3), window(0, 10), window(8, 9)])).toEqual([
      { from: [window(0, 10), window(2, 3), window(8, 9)], into: window(0, 10) },
    ])
  })

  it('form a merge for each group, and none for a window that stands alone', () => {
    expect(mergeOverlapping([window(50, 60), window(0, 10), window(20, 30), window(55, 65), window(5, 15)])).toEqual([
      { from: [window(0, 10), window(5, 15)], into: window(0, 15) },
      { from: [window(50, 60), window(55, 65)], into: window(50, 65) },
    ])
  })

  it('count as one when they are equal', () => {
    expect(mergeOverlapping([window(0, 10), window(0, 10)])).toEqual([])
    expect(mergeOverlapping([window(0, 10), window(5, 15), window(0, 10)])).toEqual([
      { from: [window(0, 10), window(5, 15)], into: window(0, 15) },
    ])
  })
})
