/**
 * Fault B15: tables that are none. Strictly RFC 4180; a record that is not is a dead letter with its line.
 */
import { join } from 'node:path'
import fc from 'fast-check'
import { readCsv, type CsvReadOptions } from '@tidemark/io/csv'
import { readTsv } from '@tidemark/io/tsv'
import { describe, expect, it } from 'vitest'
import { scratchFolder } from '../scratch-folder.ts'
import { failureOf, runFiles, timestamp } from './run-files.ts'

type Row = Readonly<Record<string, string>>

const fileOf = (content: string) => join(scratchFolder({ 'a.csv': content }), 'a.csv')
const reader = (content: string, options: Partial<CsvReadOptions<string, Row>> = {}) =>
  readCsv<string, Row>('Rows', fileOf(content), { timestamp, ...options })
const run = (content: string) => runFiles(reader(content))

describe('a record of CSV', () => {
  const shapes: readonly (readonly [what: string, record: string, said: string])[] = [
    ['with a quote in the middle of a field', 'x"y,2', 'a quote stands in a field that does not begin with one'],
    [
      'with text behind a closing quote',
      '"x"y,2',
      'something follows a closing quote that is neither a delimiter nor the end of the record',
    ],
    ['with a blank before a quote', ' "x",2', 'a quote stands in a field that does not begin with one'],
    ['with a column missing', '1', '1 columns where the header names 2'],
    ['with a column left over', '1,2,3', '3 columns where the header names 2'],
    ['with nothing in it', '', '1 columns where the header names 2'],
  ]
  for (const [what, record, said] of shapes) {
    it(`B15: ${what} is a dead letter with its line, and what follows is read`, async () => {
      const { elements, ledger, raw, counted } = await run(`a,b\n"two\nlines",1\n${record}\n3,4\n`)
      expect(elements).toEqual([
        { a: 'two\nlines', b: '1' },
        { a: '3', b: '4' },
      ])
      expect([ledger, raw, counted]).toEqual([[`4 CSV_SHAPE: ${said} (line 4, byte 18)`], [record], 1])
    })
  }

  it('B15: may hold line ends, delimiters and quotes in quotes', async () => {
    const { elements, counted } = await run('a,b\r\n"x,\r\n""y""",\r\n"",2\r\n')
    expect([elements, counted]).toEqual([
      [
        { a: 'x,\r\n"y"', b: '' },
        { a: '', b: '2' },
      ],
      0,
    ])
  })

  it('B15: with a quote that is never closed takes in all that follows, and says so', async () => {
    const { elements, ledger, counted } = await run('a,b\n1,2\n3,"4\n5,6\n')
    expect([elements, counted]).toEqual([[{ a: '1', b: '2' }], 1])
    expect(ledger).toEqual(['3 CSV_SHAPE: a quoted field is not closed before the end of the file (line 3, byte 8)'])
  })

  it('B15: of whatever quotes, delimiters and line ends is an element or a dead letter, and no line is lost', async () => {
    const sign = fc.constantFrom('"', '""', ',', '\n', '\r\n', 'a', '1')
    await fc.assert(
      fc.asyncProperty(
        fc.array(sign, { maxLength: 30 }).map((parts) => parts.join('')),
        async (body) => {
          const { elements, raw, counted } = await run(`a,b\n${body}`)
          const cells = elements.flatMap(({ a = '', b = '' }) => [a, b])
          // What is not in an element stands in the ledger: every letter is in one of them.
          const letters = (texts: readonly unknown[]) => texts.join('').replace(/[^a1]/g, '').length
          expect(letters(cells) + letters(raw)).toBe(letters([body]))
          expect(counted).toBe(raw.length)
        },
      ),
      { numRuns: 200 },
    )
  })
})

describe('a header', () => {
  const columns = (count: number) => Array.from({ length: count }, (_, i) => `c${i}`)

  it('B15: of 10,000 columns is read, of one more fails the run; the limit can be moved', async () => {
    const table = (count: number, separator: string) =>
      `${columns(count).join(separator)}\n${columns(count).join(separator)}\n`
    expect((await run(table(10_000, ','))).elements.map((row) => Object.keys(row).length)).toEqual([10_000])
    expect(await failureOf(reader(table(10_001, ',')))).toMatchObject({
      code: 'BAD_HEADER',
      message: expect.stringContaining('it names 10001 columns, more than maxColumns (10000)'),
      isPublished: false,
    })
    expect((await runFiles(reader(table(10_001, ','), { maxColumns: 20_000 }))).elements).toHaveLength(1)
    expect(() => reader('', { maxColumns: 0 })).toThrow(expect.objectContaining({ code: 'BAD_OPTION' }))
    const tsv = (count: number) => readTsv('Rows', fileOf(table(count, '\t')), { timestamp })
    expect((await runFiles(tsv(10_000))).elements).toHaveLength(1)
    expect(await failureOf(tsv(10_001))).toMatchObject({ code: 'BAD_HEADER' })
  })

  it('B15: of as many columns as a record may have bytes is refused in time that grows with its length only', async () => {
    const failure = await failureOf(reader(`${','.repeat(1_000_000)}\n`))
    expect(failure).toMatchObject({ code: 'BAD_HEADER', message: expect.stringContaining('1000001 columns') })
  })

  it('B15: that is malformed, or names a column twice, or lacks one that is asked for, fails the run', async () => {
    for (const [content, options, said] of [
      ['a"b,c\n1,2\n', {}, 'a quote stands in a field'],
      ['a,a\n1,2\n', {}, 'it names the column "a" twice'],
      ['a,b\n1,2\n', { columns: ['c'] }, 'it has no column "c", but "a", "b"'],
    ] as const) {
      const failure = await failureOf(reader(content, options))
      expect(failure).toMatchObject({ code: 'BAD_HEADER', isPublished: false })
      expect(failure.message).toContain(said)
    }
    const { message } = await failureOf(reader(`${columns(5000).join(',')}\n`, { columns: ['x'] }))
    expect(message).toContain('"c19" and 4980 more')
  })
})
