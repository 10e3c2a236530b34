/**
 * CSV that a spreadsheet shows and does not run.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readCsv } from '../../src/csv/read-csv.ts'
import { writeCsv, type CsvWriteOptions } from '../../src/csv/write-csv.ts'
import { readAll } from '../read-all.ts'
import { scratchFolder } from '../scratch-folder.ts'
import { windowed, writeAll } from '../written.ts'

async function written(values: readonly unknown[], options: CsvWriteOptions<unknown> = {}): Promise<string> {
  const file = join(scratchFolder(), 'out.csv')
  await writeAll(
    writeCsv<unknown>('Out', file, { window: false, ...options }),
    values.map((value) => windowed(value)),
  )
  return readFileSync(file, 'utf8')
}

describe('writeCsv', () => {
  it('writes a header and a row for each element', async () => {
    expect(
      await written([
        { a: 1, b: 'x' },
        { a: 2n, b: true },
      ]),
    ).toBe('a,b\n1,x\n2,true\n')
  })

  it('ends rows with the window unless told otherwise', async () => {
    const file = join(scratchFolder(), 'out.csv')
    await writeAll(writeCsv('Out', file), [
      windowed(['k', 1] as const, { window: { start: 0, end: 60_000 } }),
      windowed(['k', 2] as const),
    ])
    expect(readFileSync(file, 'utf8')).toBe(
      'key,value,windowStart,windowEnd\nk,1,1970-01-01T00:00:00.000Z,1970-01-01T00:01:00.000Z\nk,2,,\n',
    )
  })

  it('guards cells that a spreadsheet would take for formulas, and no numbers', async () => {
    const risky = ['=1+1', '+1', '-1', '@x', '\tx', '\rx', '\0x', '=x"y']
    expect(await written(risky.map((b, a) => ({ a, b })))).toBe(
      'a,b\n' + risky.map((a, i) => `${i},"'${a.replaceAll('"', '""')}"\n`).join(''),
    )
    expect(await written([{ a: -1, b: -2n, c: 'x=1' }])).toBe('a,b,c\n-1,-2,x=1\n')
    expect(await written([{ '=x': 1 }])).toBe('"\'=x"\n1\n')
  })

  it('quotes what would not come back, and tells null from empty text', async () => {
    expect(await written([{ a: 'x,y', b: 'say "hi"', c: 'two\nlines', d: '', e: null }])).toBe(
      'a,b,c,d,e\n"x,y","say ""hi""","two\nlines","",\n',
    )
  })

  it('writes given columns in their order, and a header for no rows', async () => {
    expect(await written([{ b: 1, a: 2 }], { columns: ['a', 'b'] })).toBe('a,b\n2,1\n')
    expect(await written([], { columns: ['a', 'b'] })).toBe('a,b\n')
    expect(await written([])).toBe('')
  })

  it('refuses rows with other columns, and cells that are no cells', async () => {
    await expect(written([{ a: 1 }, { b: 1 }])).rejects.toMatchObject({ code: 'SINK_ROW' })
    await expect(
      written([
        { a: 1, b: 2 },
        { b: 1, a: 2 },
      ]),
    ).rejects.toMatchObject({ code: 'SINK_ROW' })
    await expect(written([{ a: 1 }], { columns: ['a', 'b'] })).rejects.toMatchObject({ code: 'SINK_ROW' })
    await expect(written([{ a: [1] }])).rejects.toMatchObject({ code: 'SINK_ROW' })
  })

  it('is read back by readCsv as it was', async () => {
    const text = fc
      .array(fc.constantFrom('a', '"', ',', '\n', '\r\n', '\r', ' ', 'ü', '𝄞', '1'), { maxLength: 6 })
      .map((parts) => parts.join(''))
    // Guarded cells come back with their guard: that is what it is for.
    const safe = text.filter((cell) => !/^[=+\-@\t\r\0]/.test(cell))
    await fc.assert(
      fc.asyncProperty(fc.array(fc.record({ id: fc.nat(), a: safe, b: safe }), { maxLength: 8 }), async (rows) => {
        const folder = scratchFolder({ 'in.csv': await written(rows, { columns: ['id', 'a', 'b'] }) })
        const { elements, rejected } = await readAll(readCsv('In', join(folder, 'in.csv'), { timestamp: () => 0 }))
        expect(rejected).toEqual([])
        const byText = (a: object, b: object) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)
        expect([...elements].toSorted(byText)).toEqual(
          rows.map((row) => ({ ...row, id: String(row.id) })).toSorted(byText),
        )
      }),
      { numRuns: 100 },
    )
  })
})
