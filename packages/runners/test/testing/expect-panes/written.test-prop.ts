/**
 * What a time line prints it can read again, and it is the same.
 */
import { encodeValue, GLOBAL_WINDOW, MAX_TIMESTAMP, MIN_TIMESTAMP } from '@tidemark/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseTable, wordsOf } from '../../../src/testing/expect-panes/parse-table.ts'
import {
  formatTime,
  formatWrittenWindow,
  parseTime,
  parseWindow,
} from '../../../src/testing/expect-panes/written-time.ts'
import { formatValue, parseValue } from '../../../src/testing/expect-panes/written-value.ts'

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    'early',
    'in',
    '-',
    'true',
    '12',
    '1n',
    '10:00:05',
    '+5s',
    '2026-03-01',
    'a b',
    "it's",
    '"',
    '|',
    '//',
  ),
)
const values = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.oneof(text, fc.double(), fc.integer(), fc.bigInt(), fc.boolean(), fc.constant(null)),
    tie('list'),
    tie('record'),
  ),
  list: fc.array(tie('value'), { maxLength: 4 }),
  record: fc.dictionary(
    text.filter((name) => name !== '__proto__'),
    tie('value'),
    { maxKeys: 3 },
  ),
})).value

describe('what is printed is read again', () => {
  it('as the same value, in one word of a cell', () => {
    fc.assert(
      fc.property(values, values, (value, other) => {
        const line = `panes ${formatValue(value)} ${formatValue(other)} | x`
        const table = parseTable(line)
        expect(table.steps).toHaveLength(2)
        const words = wordsOf(line, table.steps[0]![0]!)
        const read = words.map((word) => parseValue(word.text))
        expect(read.map((each) => ('value' in each ? encodeValue(each.value) : each))).toEqual(
          [value, other].map(encodeValue),
        )
      }),
      { numRuns: 500 },
    )
  })

  it('as the same time and the same window, whatever the scale', () => {
    const times = fc.oneof(
      fc.integer({ min: -200_000_000, max: 500_000_000 }),
      fc.integer({ min: -62_000_000_000_000, max: 200_000_000_000_000 }),
      fc.constantFrom(MIN_TIMESTAMP, MAX_TIMESTAMP),
    )
    const scales = fc.record({ base: fc.integer({ min: 0, max: 2_000_000_000_000 }), relative: fc.boolean() })
    fc.assert(
      fc.property(times, times, scales, (time, other, scale) => {
        expect(parseTime(formatTime(time, scale), scale)).toBe(time)
        const window = { start: time, end: other }
        expect(parseWindow(formatWrittenWindow(window, scale, GLOBAL_WINDOW), scale, GLOBAL_WINDOW)).toEqual(window)
      }),
      { numRuns: 500 },
    )
  })
})
