/**
 * Faults B2 and B3: bytes that are no text, marks and encodings.
 */
import { writeFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readAll } from '../read-all.ts'
import { fileOf, formats, isForeign, latin1, readers } from './every-format.ts'
import { failureOf, runFiles } from './run-files.ts'

describe('bytes that are not UTF-8', () => {
  it('B2: are a dead letter that names the byte, in every format', async () => {
    const contents: Readonly<Record<keyof typeof readers, readonly [string, number]>> = {
      text: ['ok\nb\xffd\nok\n', 4],
      ndjson: ['"ok"\n"b\xffd"\n"ok"\n', 7],
      csv: ['a\nok\nb\xffd\nok\n', 6],
      tsv: ['a\nok\nb\xffd\nok\n', 6],
    }
    for (const format of formats) {
      const [content, byte] = contents[format]
      const { elements, ledger, raw, counted } = await runFiles<unknown>(readers[format](fileOf(latin1(content))))
      expect([format, elements.length, counted]).toEqual([format, 2, 1])
      expect(ledger[0]).toMatch(
        new RegExp(
          `^[23] BAD_UTF8: the byte 0xff at byte ${byte} of the file is not UTF-8 \\(line [23], byte \\d+\\)$`,
        ),
      )
      expect(raw[0]).toContain(String.raw`b\xffd`)
    }
  })

  it('B2: in quotes of CSV are one too', async () => {
    const { ledger } = await runFiles(readers.csv(fileOf(latin1('a\n"x\n\xc3"\n"y"\n'))))
    expect(ledger).toEqual(['2 BAD_UTF8: the byte 0xc3 at byte 5 of the file is not UTF-8 (line 2, byte 2)'])
  })

  it('B2: never turn into replacement characters, whatever they are', async () => {
    const file = fileOf('')
    const part = fc.oneof(fc.uint8Array({ maxLength: 6 }), fc.constantFrom(Buffer.from('ü€𝄞\n'), Buffer.from('a\n')))
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 12 }), async (parts) => {
        const bytes = Buffer.concat(parts)
        fc.pre(!isForeign(bytes) && !bytes.includes(Buffer.from('\ufffd')))
        writeFileSync(file, bytes)
        const { elements, rejected } = await readAll(readers.text(file))
        expect([...elements, ...rejected.map(({ raw }) => raw)].join('')).not.toContain('\ufffd')
      }),
      { numRuns: 300 },
    )
  })

  for (const format of ['csv', 'tsv'] as const) {
    it(`B2: in a header of ${format.toUpperCase()} fail the run, since no row could be read rightly`, async () => {
      const separator = format === 'csv' ? ',' : '\t'
      for (const content of [`a\xff${separator}b\n1${separator}2\n`, `"a\xff"${separator}b\n1${separator}2\n`]) {
        const failure = await failureOf<unknown>(readers[format](fileOf(latin1(content))))
        expect(failure).toMatchObject({ code: 'BAD_HEADER', isPublished: false })
        expect(failure.message).toContain('0xff')
      }
    })

    it(`B1: a header of ${format.toUpperCase()} that is too long fails the run instead of making a header of the first row`, async () => {
      const file = fileOf(`${'a'.repeat(100)}\n1\n2\n`)
      for (const chunkBytes of [10, 1000]) {
        expect(await failureOf<unknown>(readers[format](file, { maxRecordBytes: 20, chunkBytes }))).toMatchObject({
          code: 'BAD_HEADER',
          message: expect.stringContaining('it is longer than maxRecordBytes'),
        })
      }
    })
  }

  it("B2: in a line of a Zeek log that says how to read it fail the run, in others they don't", async () => {
    const header = '#separator \\x09\n#fields\ta\tb\n#types\tstring\tstring\n'
    expect(await failureOf(readers.tsv(fileOf(latin1(`${header}1\t2\n#fields\tb\t\xff\n1\t2\n`))))).toMatchObject({
      code: 'BAD_HEADER',
    })
    expect(await runFiles(readers.tsv(fileOf(latin1(`${header}1\t\xff\n1\t2\n`))))).toMatchObject({
      elements: [{ a: '1', b: '2' }],
      counted: 1,
    })
  })
})

describe('marks and encodings', () => {
  it('B3: the byte order mark of UTF-8 is left out at byte 0, in every format', async () => {
    const mark = '\ufeff'
    expect((await runFiles(readers.text(fileOf(`${mark}a\n`)))).elements).toEqual(['a'])
    expect((await runFiles(readers.ndjson(fileOf(`${mark}{"a":1}\n`)))).elements).toEqual([{ a: 1 }])
    expect((await runFiles(readers.csv(fileOf(`${mark}a\n1\n`)))).elements).toEqual([{ a: '1' }])
    expect((await runFiles(readers.tsv(fileOf(`${mark}a\n1\n`)))).elements).toEqual([{ a: '1' }])
    expect((await runFiles(readers.tsv(fileOf(`${mark}#fields\ta\n1\n`)))).elements).toEqual([{ a: '1' }])
  })

  it('B3: anywhere else it is data, and no JSON', async () => {
    expect((await runFiles(readers.text(fileOf('a\n\ufeffb\n')))).elements).toEqual(['a', '\ufeffb'])
    expect((await runFiles(readers.csv(fileOf('a\n\ufeffb\n')))).elements).toEqual([{ a: '\ufeffb' }])
    for (const chunkBytes of [1, 2, 3, 1000]) {
      expect((await runFiles(readers.csv(fileOf('\n\ufeff\n'), { chunkBytes }))).elements).toEqual([{ '': '\ufeff' }])
    }
    expect((await runFiles(readers.ndjson(fileOf('1\n\ufeff2\n')))).ledger).toEqual([
      '2 BAD_JSON: at character 1 of the line a byte order mark stands where a value should (line 2, byte 2)',
    ])
  })

  it('B3: a file of UTF-16 or UTF-32 fails the run by name, also when it is short or comes byte by byte', async () => {
    const contents = [
      [Buffer.from('\ufeffab\n', 'utf16le'), 'UTF-16'],
      [Buffer.from('\ufeffab\n', 'utf16le').swap16(), 'UTF-16'],
      [Buffer.from('\ufeff', 'utf16le'), 'UTF-16'],
      [Buffer.from([0xff, 0xfe, 0, 0, 0x61, 0, 0, 0]), 'UTF-32'],
      [Buffer.from([0, 0, 0xfe, 0xff, 0, 0, 0, 0x61]), 'UTF-32'],
    ] as const
    for (const format of formats) {
      for (const [content, what] of contents) {
        const failure = await failureOf<unknown>(readers[format](fileOf(content), { chunkBytes: 1 }))
        expect(failure).toMatchObject({ code: 'ENCODING', isPublished: false })
        expect(failure.message).toMatch(new RegExp(`^The file \\S+ is ${what}, as its first bytes say`))
      }
    }
  })

  it('B3: another encoding in the middle of a file is dead letters', async () => {
    const mixed = Buffer.concat([
      Buffer.from('a\n'),
      Buffer.from('\ufeffü\n', 'utf16le'),
      Buffer.from('\nb\n'),
      latin1('\xfc\n'),
    ])
    const { elements, ledger, counted } = await runFiles(readers.text(fileOf(mixed)))
    expect(elements).toEqual(['a', '\0', 'b'])
    expect(ledger).toEqual([
      '2 BAD_UTF8: the byte 0xff at byte 2 of the file is not UTF-8 (line 2, byte 2)',
      '5 BAD_UTF8: the byte 0xfc at byte 11 of the file is not UTF-8 (line 5, byte 11)',
    ])
    expect(counted).toBe(2)
  })
})
