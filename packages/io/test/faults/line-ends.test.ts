/**
 * Faults B4 and B5: line ends, and borders of pieces that cut through them or through characters.
 */
import { writeFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readAll } from '../read-all.ts'
import { fileOf, formats, isForeign, readers } from './every-format.ts'
import { runFiles } from './run-files.ts'

describe('line ends', () => {
  it('B4: are LF and CRLF; a lone CR, U+2028 and their kin are data, in every format', async () => {
    const odd = 'x\ry\u2028\u2029\u0085\v\fz'
    expect((await runFiles(readers.text(fileOf(`${odd}\r\n${odd}\n`)))).elements).toEqual([odd, odd])
    expect((await runFiles(readers.text(fileOf('a\r\r\nb\r')))).elements).toEqual(['a\r', 'b\r'])
    expect((await runFiles(readers.csv(fileOf(`a,b\r\n${odd},"${odd}"\r\n`)))).elements).toEqual([{ a: odd, b: odd }])
    expect((await runFiles(readers.tsv(fileOf(`a\tb\r\n${odd}\t${odd}\r\n`)))).elements).toEqual([{ a: odd, b: odd }])
    expect((await runFiles(readers.ndjson(fileOf('"x\u2028y"\r\n1\r2\r\n')))).ledger).toEqual([
      '2 BAD_JSON: at character 3 of the line "2" follows the value (line 2, byte 9)',
    ])
    expect((await runFiles(readers.ndjson(fileOf('"x\u2028y"\r\n[1,\r2]\r\n')))).elements).toEqual(['x\u2028y', [1, 2]])
  })
})

describe('borders between what is read at a time', () => {
  const value = fc.constantFrom('', 'a', 'ü', '€', '𝄞', '\u2028', 'x y', '\ufeff', '1')
  const ended = (lines: readonly string[], end: string) => lines.map((line) => line + end).join('')
  const contents: Readonly<Record<keyof typeof readers, fc.Arbitrary<readonly string[]>>> = {
    text: fc.array(
      fc.array(value, { maxLength: 4 }).map((parts) => parts.join('')),
      { maxLength: 12 },
    ),
    ndjson: fc.array(
      fc.oneof(
        fc.array(value).map((parts) => JSON.stringify(parts)),
        fc.constantFrom('{', '', '"\ud83d"'),
      ),
      { maxLength: 12 },
    ),
    csv: fc
      .array(
        fc
          .array(value, { minLength: 1, maxLength: 3 })
          .map((cells) => cells.map((cell) => `"${cell}\n\r\n"`).join(',')),
        { maxLength: 8 },
      )
      .map((rows) => ['a,b', ...rows]),
    tsv: fc
      .array(
        fc.array(value, { minLength: 1, maxLength: 3 }).map((cells) => cells.join('\t')),
        { maxLength: 12 },
      )
      .map((rows) => ['a\tb', ...rows]),
  }
  for (const format of formats) {
    it(`B5: change nothing in ${format}, wherever they cut a character or a line end`, async () => {
      const file = fileOf('')
      await fc.assert(
        fc.asyncProperty(contents[format], fc.constantFrom('\n', '\r\n'), async (lines, end) => {
          const bytes = Buffer.from(ended(lines, end))
          fc.pre(!isForeign(bytes))
          writeFileSync(file, bytes)
          const whole = await readAll<unknown>(readers[format](file))
          for (const chunkBytes of [1, 2, 3, 7]) {
            const { elements, offsets, rejected } = await readAll<unknown>(readers[format](file, { chunkBytes }))
            expect([elements, offsets, rejected]).toEqual([whole.elements, whole.offsets, whole.rejected])
          }
        }),
        { numRuns: 40 },
      )
    })
  }
})
