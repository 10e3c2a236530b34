/**
 * Time lines that cannot be read: every error has a line, a column and a mark.
 */
import { combinePerKey, fixedWindows, pipe, seconds, windowInto, type KV, type Root } from '@tidemark/core'
import { expectPanes, testStream, TimeLineError } from '@tidemark/runners/testing'
import { describe, expect, it } from 'vitest'
import { SUM } from '../panes/running-sum.ts'

const perTen = pipe(windowInto<KV<string, number>>(fixedWindows(seconds(10))), combinePerKey('Sum', SUM))
const a = testStream<KV<string, number>>('A', { splits: ['x', 'y'] })
const b = testStream<KV<string, number>>('B')

function errorOf(act: () => void): TimeLineError {
  try {
    act()
  } catch (error) {
    if (error instanceof TimeLineError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

describe('a time line is refused', () => {
  it.each([
    ['a line of no kind', 'element +0s a=1', 1, '"element" is no line of a time line'],
    ['a kind with something behind', 'elements: +0s a=1', 1, '"elements:" is no line of a time line'],
    ['a line twice in a block', 'panes\n  panes a', 3, '"panes" stands twice in one block'],
    ['nothing expected', 'elements +0s a=1', 1, 'it expects nothing'],
    ['an output that there is none of', 'panes(sums) a', 1, 'the pipeline has no output "sums"'],
    ['a bracket that stays open', 'elements +0s a=[1, 2 | +1s a=1', 16, '"[" is never closed'],
    ['a quote that stays open', `elements +0s 'it | +1s a=1`, 14, '"\'" is never closed'],
    ['a time without an element', 'elements +0s | +1s a=1', 10, 'an element is missing after "+0s"'],
    ['an element without a time before any watermark', 'elements a=1', 10, 'the stream has no watermark yet'],
    [
      'an element without a time behind one with a time',
      'watermark +0s\nelements +1s a=1 a=2',
      18,
      'stands behind one that has',
    ],
    ['what is no time', 'watermark 10:00:99', 11, '"10:00:99" is no time'],
    ['what is no value', 'elements +0s a=1=', 18, 'a value is missing'],
    ['more than a value', 'elements +0s [1]]', 17, '"]" follows a value that has ended'],
    ['a list without commas', 'elements +0s [1 2]', 17, '"2" stands where "," or "]" should'],
    ['a record without colons', 'elements +0s { a 1 }', 18, 'a ":" is missing after the field "a"'],
    ['a word that means something', 'panes on-time late', 15, '"late" stands where a value should'],
    ['a pane without a value', 'panes on-time', 7, 'a value is missing after "on-time"'],
    ['a window that is none', 'panes on-time a=1 in [0,1)', 22, '"[0,1)" is no window'],
    ['a window that is missing', 'panes on-time a=1 in', 19, 'a window is missing after "in"'],
    ['a reason that there is none of', 'ledger lost a=1', 8, '"lost" is no reason of the ledger'],
    [
      'a watermark that goes back',
      'watermark +5s | +4s\npanes',
      17,
      'The script moves the watermark of "Elements" back',
    ],
    ['a clock that goes back', 'processing +5s | +4s\npanes', 18, 'processing time would go back from +5s to +4s'],
    ['something after the end', 'complete all | all\npanes', 16, 'all of it is complete'],
    ['a stream that there is none of', 'idle Other\npanes', 6, 'The script names the source "Other"'],
  ])('for %s', (_, notation, column, problem) => {
    const text =
      notation.includes('panes') || notation.includes('ledger') || problem === 'it expects nothing'
        ? notation
        : `${notation}\npanes`
    const error = errorOf(() => expectPanes(perTen, text))
    expect(error.message).toContain(problem)
    expect(error.column).toBe(column)
    expect(error.code).toBe('BAD_TIME_LINE')
    // The line is shown, and the mark stands under the column.
    const [line, mark] = error.message.split('\n').slice(-2)
    expect(line).toBe(text.split('\n')[error.line - 1])
    expect(mark!.indexOf('^')).toBe(column - 1)
  })

  it('for a stream that is not named where there are several, and an output', () => {
    const streams = (root: Root) => ({ a: root.pipe(a, perTen), b: root.apply('Second', b) })
    expect(errorOf(() => expectPanes(streams, 'elements +0s a=1\npanes(a)')).message).toContain(
      'the pipeline has 2 streams, and none is named. Name one of A, B in brackets, as in elements(A).',
    )
    expect(errorOf(() => expectPanes(streams, 'panes a=1')).message).toContain(
      'the pipeline has 2 outputs, and none is named',
    )
    const split = errorOf(() => expectPanes(streams, 'panes(a)\nelements(A#z) +0s a=1'))
    expect([split.line, split.column]).toEqual([2, 15])
    expect(split.message).toContain('The stream "A" has no split "z"; its splits are [x, y]')
  })

  it('with the line counted in the whole text', () => {
    const lines = ['', '// A remark, and an empty line.', '', '  elements  +0s a=1 | +x a=2', '  panes', '']
    const error = errorOf(() => expectPanes(perTen, lines.join('\n')))
    expect([error.line, error.column]).toEqual([4, 23])
  })

  it('not for its base when that is a time', () => {
    expect(() => expectPanes(perTen, 'panes', { base: -1 })).toThrow(
      expect.objectContaining({ code: 'BAD_OPTION' }) as Error,
    )
  })
})
