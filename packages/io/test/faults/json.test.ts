/**
 * Faults B6 and B7: text that is no JSON, and JSON that is nested too deep.
 */
import { join } from 'node:path'
import fc from 'fast-check'
import { PipelineError } from '@tidemark/core'
import { readCsv } from '@tidemark/io/csv'
import { readNdjson, writeNdjson } from '@tidemark/io/ndjson'
import { readText } from '@tidemark/io/text'
import { readTsv } from '@tidemark/io/tsv'
import { batchRunner } from '@tidemark/runners/batch'
import { streamingRunner } from '@tidemark/runners/streaming'
import { describe, expect, it } from 'vitest'
import { jsonFault } from '../../src/ndjson/json-syntax.ts'
import { scratchFolder } from '../scratch-folder.ts'
import { runFiles, timestamp } from './run-files.ts'

const fileOf = (content: string) => join(scratchFolder({ 'a.ndjson': content }), 'a.ndjson')
const run = (content: string) => runFiles(readNdjson('Values', fileOf(content), { timestamp }))

/** Text that is no JSON, where that shows, and what is said. */
const faulty: readonly (readonly [text: string, at: number, what: string])[] = [
  ['{"a":1', 7, 'the end of the line stands where a comma or } should'],
  ['{"a":', 6, 'the end of the line stands where a value should'],
  ['{"a"', 5, 'the end of the line stands where a colon should'],
  ['{', 2, 'the end of the line stands where a name in double quotes should'],
  ['[', 2, 'the end of the line stands where a value should'],
  ['"abc', 5, 'the line ends inside of a text'],
  ['"abc\\', 5, '\\ is no escape that JSON has'],
  ['{"a":1,}', 8, 'a comma stands before }'],
  ['[1,]', 4, 'a comma stands before ]'],
  ['[,1]', 2, '"," stands where a value should'],
  ['[1,,2]', 4, '"," stands where a value should'],
  ['[1 2]', 4, '"2" stands where a comma or ] should'],
  ['[1}', 3, '"}" stands where a comma or ] should'],
  ['{"a":1 // one', 8, 'a comment, which JSON does not have, stands where a comma or } should'],
  ['/* c */ 1', 1, 'a comment, which JSON does not have, stands where a value should'],
  ['1 # c', 3, '"#" follows the value'],
  ['{"a":NaN}', 6, 'NaN is no value that JSON has'],
  ['[-Infinity]', 2, '-Infinity is no number that JSON has'],
  ['undefined', 1, 'undefined is no value that JSON has'],
  ['True', 1, 'True is no value that JSON has'],
  ['nul', 1, 'nul is no value that JSON has'],
  ['truefalse', 1, 'truefalse is no value that JSON has'],
  ['01', 1, '01 is no number that JSON has'],
  ['[1.]', 2, '1. is no number that JSON has'],
  ['.5', 1, '.5 is no value that JSON has'],
  ['+1', 1, '+1 is no value that JSON has'],
  ['1e', 1, '1e is no number that JSON has'],
  ['0x10', 1, '0x10 is no number that JSON has'],
  ['-', 1, '- is no number that JSON has'],
  ['{a:1}', 2, '"a" stands where a name in double quotes should'],
  ["{'a':1}", 2, '"\'" stands where a name in double quotes should'],
  ["'a'", 1, '"\'" stands where a value should'],
  ['{"a" 1}', 6, '"1" stands where a colon should'],
  ['{1:1}', 2, '"1" stands where a name in double quotes should'],
  ['"\\x41"', 2, '\\x is no escape that JSON has'],
  ['"\\u12g4"', 2, '\\u is no escape that JSON has'],
  ['"a\tb"', 3, 'the control character \\t stands in a text'],
  ['"a\u0000b"', 3, 'the control character \\u0000 stands in a text'],
  ['{}{}', 3, '"{" follows the value'],
  ['1]', 2, '"]" follows the value'],
  ['"𝄞" 𝄞', 6, '"𝄞" follows the value'],
  ['<html>', 1, '"<" stands where a value should'],
  ['\u00a01', 1, '"\u00a0" stands where a value should'],
]

describe('text that is no JSON', () => {
  it('B6: is a dead letter that says at which character of which line, and why', async () => {
    const { elements, ledger, raw, counted } = await run(['[0]', ...faulty.map(([text]) => text), '[9]'].join('\n'))
    expect(elements).toEqual([[0], [9]])
    expect(counted).toBe(faulty.length)
    expect(raw).toEqual(faulty.map(([text]) => text))
    expect(ledger.map((entry) => entry.replace(/ \(line \d+, byte \d+\)$/, ''))).toEqual(
      faulty.map(([, at, what], i) => `${i + 2} BAD_JSON: at character ${at} of the line ${what}`),
    )
    expect(ledger[0]).toMatch(/ \(line 2, byte 4\)$/)
  })

  it('B6: is what the platform refuses, and nothing else is', () => {
    const value = fc.json({ maxDepth: 3 })
    const sign = fc.constantFrom(...Array.from('{}[]":,\\/ -+.eE0123truefalsn\t\n\u0001\u2028\ufeffü'))
    const mutated = fc
      .tuple(value, fc.nat(), fc.nat(3), fc.string({ unit: sign, maxLength: 3 }))
      .map(
        ([text, at, cut, more]) =>
          text.slice(0, at % (text.length + 1)) + more + text.slice((at % (text.length + 1)) + cut),
      )
    fc.assert(
      fc.property(fc.oneof(value, mutated, fc.string({ unit: sign, maxLength: 8 })), (text) => {
        let isJson = true
        try {
          JSON.parse(text)
        } catch {
          isJson = false
        }
        const fault = jsonFault(text)
        expect([text, fault === undefined]).toEqual([text, isJson])
        expect(fault?.at ?? 0).toBeLessThanOrEqual(text.length)
      }),
      { numRuns: 1500 },
    )
  })

  it('B6: a live run says the same of it as a batch run', async () => {
    const file = fileOf('1\n{"a":\n2\n')
    const job = streamingRunner().run((root) => ({ all: root.pipe(readNdjson('Values', file, { timestamp })) }))
    const entries: string[] = []
    job.ledger.subscribe(({ detail }) => entries.push(detail ?? ''))
    await job.done
    expect(entries).toEqual([
      'BAD_JSON: at character 6 of the line the end of the line stands where a value should (line 2, byte 2)',
    ])
    expect([...job.ledgerCounts]).toEqual([['Values dead-letter', 1]])
  })
})

describe('a parser of one’s own', () => {
  const strict = (text: string): never => {
    throw new PipelineError('DUP_KEY', `the field "a" stands twice in ${text.length} characters`)
  }
  const plain = (): never => {
    throw new Error('no')
  }
  const reasonsOf = async <T>(reader: Parameters<typeof runFiles<T>>[0]) =>
    (await runFiles(reader)).ledger.map((entry) => entry.split(':')[0])

  it('B6: stands in for JSON.parse, with reasons of its own where it gives them', async () => {
    const file = fileOf('1\n')
    expect(await reasonsOf(readNdjson('Values', file, { timestamp, parser: strict }))).toEqual(['1 DUP_KEY'])
    expect(await reasonsOf(readNdjson('Values', file, { timestamp, parser: plain }))).toEqual(['1 BAD_JSON'])
    expect(await reasonsOf(readNdjson('Values', file, { timestamp, parse: plain }))).toEqual(['1 BAD_RECORD'])
  })

  it('B6: takes the lines of text, the cells of CSV and the rows of TSV in the same way', async () => {
    const file = fileOf('a\n1\n')
    expect(await reasonsOf(readText('Values', file, { timestamp, parse: strict }))).toEqual(['1 DUP_KEY', '2 DUP_KEY'])
    expect(await reasonsOf(readText('Values', file, { timestamp, parse: plain }))).toEqual([
      '1 BAD_RECORD',
      '2 BAD_RECORD',
    ])
    expect(await reasonsOf(readTsv('Values', file, { timestamp, parse: () => strict('x') }))).toEqual(['2 DUP_KEY'])
    const picky = (record: string) => (record === 'a' ? [record] : plain())
    expect(await reasonsOf(readCsv('Values', file, { timestamp, parser: picky }))).toEqual(['2 CSV_SHAPE'])
    expect(await reasonsOf(readCsv('Values', file, { timestamp, parse: () => strict('x') }))).toEqual(['2 DUP_KEY'])
    const parser = (record: string) => record.split(';')
    expect((await runFiles(readCsv('Values', fileOf('a;b\n"x;y"\n'), { timestamp, parser }))).elements).toEqual([
      { a: '"x', b: 'y"' },
    ])
  })
})

describe('nesting', () => {
  const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels)
  const records = (levels: number) => '{"a":'.repeat(levels) + '1' + '}'.repeat(levels)

  it('B7: of 64 levels is read, of 65 is a dead letter', async () => {
    const { elements, ledger, counted } = await run([nested(64), nested(65), records(64), records(65)].join('\n'))
    expect([elements.length, counted]).toEqual([2, 2])
    expect(ledger).toEqual([
      '2 TOO_DEEP: the value has more than 64 levels (line 2, byte 129)',
      '4 TOO_DEEP: the value has more than 64 levels (line 4, byte 646)',
    ])
  })

  it('B7: brackets in text are no levels', async () => {
    expect((await run(JSON.stringify(nested(1000)))).elements).toEqual([nested(1000)])
    expect((await run(`[${'[],'.repeat(1000)}[]]`)).counted).toBe(0)
  })

  it('B7: brackets nested 100,000 deep are a dead letter and never re-serialised', async () => {
    for (const deep of [nested(100_000), records(100_000), nested(500_000)]) {
      const folder = scratchFolder({ 'a.ndjson': `1\n${deep}\n2\n` })
      const { ledger, ledgerCounts } = await batchRunner({ progress: 'never', deadLetters: 'off' }).run((root) => {
        const values = root.pipe(readNdjson('Values', join(folder, 'a.ndjson'), { timestamp }))
        values.pipe(writeNdjson('Out', join(folder, 'out.ndjson')))
        return {}
      })
      expect(ledgerCounts.get('Values dead-letter')).toBe(1)
      // The text as it stood, cut, and no value: whoever writes the ledger out cannot run out of stack.
      expect(ledger[0]).toMatchObject({ element: deep.slice(0, 1024), position: { offset: 2, unit: 'line' } })
      expect(ledger[0]?.detail).toMatch(/^TOO_DEEP: /)
      expect(JSON.stringify(ledger)).toContain('TOO_DEEP')
    }
  })

  it('B7: brackets that are never closed are no JSON, however many', async () => {
    const { ledger } = await run('['.repeat(500_000))
    expect(ledger).toEqual([
      '1 BAD_JSON: at character 500001 of the line the end of the line stands where a value should (line 1, byte 0)',
    ])
  })

  it('B7: a value that a parser of one’s own lets through too deep is refused where it is written, not overflowed', async () => {
    const folder = scratchFolder({ 'a.ndjson': `${nested(100_000)}\n` })
    const run = batchRunner({ progress: 'never' }).run((root) => {
      const values = root.pipe(
        readNdjson('Values', join(folder, 'a.ndjson'), { timestamp, parser: (text) => JSON.parse(text) as unknown }),
      )
      values.pipe(writeNdjson('Out', join(folder, 'out.ndjson')))
      return {}
    })
    await expect(run).rejects.toMatchObject({ code: 'TOO_DEEP' })
  })
})
