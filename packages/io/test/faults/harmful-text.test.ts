/**
 * Faults B12 to B14 of reading: characters that could join, forge or steer.
 */
import { join } from 'node:path'
import { readCsv } from '@tidemark/io/csv'
import { readText } from '@tidemark/io/text'
import { describe, expect, it } from 'vitest'
import { scratchFolder } from '../scratch-folder.ts'
import { fileOf, latin1, readers } from './every-format.ts'
import { failureOf, runFiles, timestamp } from './run-files.ts'

describe('characters that do harm', () => {
  it('B12: halves of surrogate pairs cannot come in as bytes: they are not UTF-8', async () => {
    for (const format of ['text', 'ndjson'] as const) {
      const { counted, ledger } = await runFiles<unknown>(readers[format](fileOf(latin1('"\xed\xa0\x80"\n'))))
      expect(counted).toBe(1)
      expect(ledger[0]).toMatch(/^1 BAD_UTF8/)
    }
  })

  it('B13: text comes as it stands, composed or not; a step may normalise it', async () => {
    const [composed, decomposed] = ['\u00e9', 'e\u0301']
    const file = fileOf(`${composed}\n${decomposed}\nÉ\n`)
    expect((await runFiles(readers.text(file))).elements).toEqual([composed, decomposed, 'É'])
    const parse = (line: string) => line.normalize('NFC').toLowerCase()
    expect((await runFiles(readText('Lines', file, { timestamp, parse }))).elements).toEqual(Array(3).fill(composed))
  })

  const steering = 'a\0b\u001b[31mred\u0007\u009b2J\u202ec'

  it('B14: NUL, control characters and escape sequences are data', async () => {
    const row = { a: steering }
    expect((await runFiles(readers.text(fileOf(`${steering}\n`)))).elements).toEqual([steering])
    expect((await runFiles(readers.csv(fileOf(`a\n${steering}\n"${steering}"\n`)))).elements).toEqual([row, row])
    expect((await runFiles(readers.tsv(fileOf(`a\n${steering}\n`)))).elements).toEqual([row])
    expect((await runFiles(readers.ndjson(fileOf(`${JSON.stringify(row)}\n`)))).elements).toEqual([row])
  })

  // What would steer a terminal, apart from the blank and what is visible.
  const unseen = /[\p{Cc}\p{Cf}]/u

  it('B14: they are shown as escapes in the reasons of the ledger, while its records keep them', async () => {
    const parse = (line: string) => {
      throw new Error(`cannot read ${line}`)
    }
    const { ledger, raw } = await runFiles(readText('Lines', fileOf(`${steering}\n`), { timestamp, parse }))
    expect(raw).toEqual([steering])
    expect(ledger[0]).not.toMatch(unseen)
    expect(ledger[0]).toContain(String.raw`a\u0000b\u001b[31mred\u0007\u{9b}2J\u{202e}c`)
    const json = await runFiles(readers.ndjson(fileOf(`{"a":\u001b[31m}\n`)))
    expect(json.ledger[0]).not.toMatch(unseen)
  })

  it('B14: they are shown as escapes in error messages, with file names and column names', async () => {
    const name = 'a\u001b[2J.csv'
    const twice = scratchFolder({ [name]: `x${steering},x${steering}\n1,2\n` })
    const other = scratchFolder({ [name]: `x${steering},y\n1,2\n` })
    const failures = [
      await failureOf(readers.csv(twice)),
      await failureOf(readCsv('Rows', other, { timestamp, columns: [steering] })),
      await failureOf(readers.csv(join(other, 'b\u001bJ.csv'))),
      await failureOf(readers.csv(join(other, 'c\u001b*.csv'))),
    ]
    expect(failures.map(({ code }) => code)).toEqual(['BAD_HEADER', 'BAD_HEADER', 'SOURCE_UNREADABLE', 'NO_FILES'])
    for (const { message } of failures) expect(message).not.toMatch(unseen)
  })
})
