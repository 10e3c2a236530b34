/**
 * CSV: strict records, named cells, and what is said of the rest.
 */
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { loadCsvParse } from '../../src/csv/csv-parse.ts'
import { readCsv, type CsvReadOptions } from '../../src/csv/read-csv.ts'
import { readAll } from '../read-all.ts'
import { scratchFolder } from '../scratch-folder.ts'

type Row = Readonly<Record<string, string>>

const read = <T = Row>(content: string | Uint8Array, options: Partial<CsvReadOptions<string, T>> = {}) =>
  readAll(
    readCsv<string, T>('Rows', join(scratchFolder({ 'a.csv': content }), 'a.csv'), { timestamp: () => 0, ...options }),
  )

describe('readCsv', () => {
  it('names cells by the header', async () => {
    const { elements, offsets } = await read('a,b\n1,2\r\n3,\n')
    expect(elements).toEqual([
      { a: '1', b: '2' },
      { a: '3', b: '' },
    ])
    expect(offsets).toEqual([2, 3])
  })

  it('reads quoted fields with delimiters, quotes and line ends', async () => {
    const { elements, offsets } = await read('a,b\n"x,y","say ""hi"""\n"two\nlines",z\n"two\r\nlines","",\nlast,"end"')
    expect(elements).toEqual([
      { a: 'x,y', b: 'say "hi"' },
      { a: 'two\nlines', b: 'z' },
      { a: 'last', b: 'end' },
    ])
    expect(offsets).toEqual([2, 3, 7])
  })

  it('rejects ragged records and misplaced quotes with their line, and reads on', async () => {
    const { elements, rejected } = await read('a,b\n1\n1,2,3\nx"y,2\n"x"y,2\n\n"multi\nline"\n5,6\n')
    expect(elements).toEqual([{ a: '5', b: '6' }])
    expect(rejected.map(({ offset, code, detail }) => `${offset} ${code} ${detail}`)).toEqual([
      '2 CSV_SHAPE 1 columns where the header names 2 (line 2, byte 4)',
      '3 CSV_SHAPE 3 columns where the header names 2 (line 3, byte 6)',
      '4 CSV_SHAPE a quote stands in a field that does not begin with one (line 4, byte 12)',
      '5 CSV_SHAPE something follows a closing quote that is neither a delimiter nor the end of the record (line 5, byte 18)',
      '6 CSV_SHAPE 1 columns where the header names 2 (line 6, byte 25)',
      '7 CSV_SHAPE 1 columns where the header names 2 (line 7, byte 26)',
    ])
  })

  it('takes what follows a quote that is never closed for one record', async () => {
    const { elements, rejected } = await read('a,b\n1,2\n3,"4\n5,6\n7,8\n')
    expect(elements).toEqual([{ a: '1', b: '2' }])
    expect(rejected).toEqual([
      {
        offset: 3,
        raw: '3,"4\n5,6\n7,8\n',
        code: 'CSV_SHAPE',
        detail: 'a quoted field is not closed before the end of the file (line 3, byte 8)',
      },
    ])
  })

  it('rejects a record that is too long, and finds the one behind it', async () => {
    const long = `"${'x,\n'.repeat(2000)}",2`
    for (const chunkBytes of [1, 7, 1000, 100_000]) {
      const { elements, offsets, rejected } = await read(`a,b\n${long}\r\n5,6\n`, { maxRecordBytes: 500, chunkBytes })
      expect(elements).toEqual([{ a: '5', b: '6' }])
      expect(offsets).toEqual([2003])
      expect(rejected.map(({ offset, code, raw, detail }) => [offset, code, raw.length, detail.slice(0, 10)])).toEqual([
        [2, 'TOO_LARGE', 1024, '6004 bytes'],
      ])
    }
  })

  it('rejects a record that is not UTF-8', async () => {
    const { elements, rejected } = await read(Buffer.from('a,b\n\xff,1\n"\xff",2\n"x",\xc3\xbc\n', 'latin1'))
    expect(elements).toEqual([{ a: 'x', b: 'ü' }])
    expect(rejected.map(({ offset, code }) => `${offset} ${code}`).toSorted()).toEqual(['2 BAD_UTF8', '3 BAD_UTF8'])
  })

  it('takes only the columns that are asked for, typed by name', async () => {
    const file = join(scratchFolder({ 'a.csv': 'a,b,c\n1,2,3\n' }), 'a.csv')
    const { elements } = await readAll(
      readCsv('Rows', file, { columns: ['c', 'a'], timestamp: (row) => Number(row.c) + Number(row.a) }),
    )
    expect(elements).toEqual([{ c: '3', a: '1' }])
    await expect(readAll(readCsv('Rows', file, { columns: ['d'], timestamp: () => 0 }))).rejects.toMatchObject({
      code: 'BAD_HEADER',
    })
  })

  it('reads files without a header, and with another delimiter', async () => {
    expect((await read('1;2\n3;4\n', { header: false, columns: ['x', 'y'], delimiter: ';' })).elements).toEqual([
      { x: '1', y: '2' },
      { x: '3', y: '4' },
    ])
    expect(() => readCsv('Rows', 'a.csv', { header: false, timestamp: () => 0 })).toThrow(/columns/)
    expect(() => readCsv('Rows', 'a.csv', { delimiter: ';;', timestamp: () => 0 })).toThrow(/delimiter/)
  })

  it('gives nothing for an empty file and one with only a header', async () => {
    expect((await read('')).elements).toEqual([])
    expect((await read('a,b\n')).elements).toEqual([])
    expect((await read('\ufeffa,b\n1,2')).elements).toEqual([{ a: '1', b: '2' }])
  })

  it('refuses a header that names a column twice', async () => {
    await expect(read('a,a\n1,2\n')).rejects.toMatchObject({ code: 'BAD_HEADER' })
  })

  it('keeps columns of forbidden names as plain data', async () => {
    const { elements } = await read('__proto__,b\n1,2\n')
    expect(Object.entries(elements[0] ?? {})).toEqual([
      ['__proto__', '1'],
      ['b', '2'],
    ])
    expect(Object.getPrototypeOf(elements[0])).toBe(Object.prototype)
  })

  it('makes elements with parse, and rejects those for which it throws', async () => {
    const parse = (row: Row) => {
      if (!/^\d+$/.test(row['a'] ?? '')) throw new Error('a is no number')
      return Number(row['a'])
    }
    const { elements, rejected } = await read('a\n1\nx\n', { parse })
    expect(elements).toEqual([1])
    expect(rejected.map(({ offset, code, detail }) => [offset, code, detail])).toEqual([
      [3, 'BAD_RECORD', 'a is no number (line 3, byte 4)'],
    ])
  })
})

describe('loadCsvParse', () => {
  it('says what to install where the library is missing', () => {
    const missing = () => {
      throw new Error("Cannot find module 'csv-parse/sync'")
    }
    expect(() => loadCsvParse(missing)).toThrow(/npm install csv-parse@7/)
    expect(() => loadCsvParse(missing)).toThrow(expect.objectContaining({ code: 'MISSING_PEER' }))
  })
})
