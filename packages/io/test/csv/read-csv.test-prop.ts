/**
 * Laws of reading CSV: it agrees with csv-parse, and pieces and restarts change nothing.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { loadCsvParse } from '../../src/csv/csv-parse.ts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readCsv } from '../../src/csv/read-csv.ts'
import { readAll } from '../read-all.ts'
import { scratchFolder } from '../scratch-folder.ts'

const cell = fc.oneof(
  fc.constantFrom('', 'a', 'b c', 'ü', '𝄞', '1.5'),
  fc.array(fc.constantFrom('"', ',', '\n', '\r\n', '\r', 'x'), { maxLength: 4 }).map((parts) => parts.join('')),
)
const quote = (text: string, always: boolean) =>
  always || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
const row = fc
  .tuple(fc.array(fc.tuple(cell, fc.boolean()), { minLength: 1, maxLength: 4 }), fc.constantFrom('\n', '\r\n'))
  .map(([cells, end]) => cells.map(([text, always]) => quote(text, always)).join(',') + end)
const content = fc.array(row, { maxLength: 12 }).map((rows) => rows.join(''))
const rubbish = fc
  .array(fc.constantFrom('"', ',', '\n', '\r\n', 'a', 'ü'), { maxLength: 30 })
  .map((parts) => parts.join(''))
const chunk = fc.constantFrom(1, 2, 3, 7, 64, 4096)

const width = 2
const columns = ['a', 'b']

describe('reading CSV', () => {
  it('gives the rows that csv-parse gives of valid text', async () => {
    const file = join(scratchFolder(), 'a.csv')
    const parse = loadCsvParse()
    await fc.assert(
      fc.asyncProperty(content, chunk, fc.integer({ min: 1, max: 5 }), async (text, chunkBytes, credits) => {
        writeFileSync(file, text)
        const { elements, rejected } = await readAll(
          readCsv('Rows', file, { header: false, columns, chunkBytes, timestamp: () => 0 }),
          { credits },
        )
        const rows = parse(Buffer.from(text), {
          delimiter: ',',
          record_delimiter: ['\r\n', '\n'],
          relax_column_count: true,
          max_record_size: 0,
        })
        const good = rows.filter((cells) => cells.length === width)
        expect(elements).toEqual(good.map(([a, b]) => ({ a, b })))
        expect(rejected).toHaveLength(rows.length - good.length)
      }),
      { numRuns: 400 },
    )
  })

  it('gives the same of any text, whatever the size of pieces and bundles, compressed or not, and after a restart', async () => {
    const folder = scratchFolder()
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(content, rubbish),
        chunk,
        fc.integer({ min: 1, max: 3 }),
        async (text, chunkBytes, credits) => {
          writeFileSync(join(folder, 'a.csv'), text)
          writeFileSync(join(folder, 'a.gz'), gzipSync(text))
          const transform = (name: string, more: object) =>
            readCsv('Rows', join(folder, name), {
              header: false,
              columns,
              timestamp: () => 0,
              maxRecordBytes: 20,
              ...more,
            })
          const whole = await readAll(transform('a.csv', {}))
          const others = [
            await readAll(transform('a.csv', { chunkBytes }), { credits }),
            await readAll(transform('a.csv', { chunkBytes }), { credits, resume: true }),
            await readAll(transform('a.gz', { chunkBytes }), { credits }),
          ]
          for (const { elements, offsets, rejected } of others) {
            expect([elements, offsets]).toEqual([whole.elements, whole.offsets])
            expect(rejected.toSorted((a, b) => a.offset - b.offset)).toEqual(
              whole.rejected.toSorted((a, b) => a.offset - b.offset),
            )
          }
        },
      ),
      { numRuns: 400 },
    )
  })
})
