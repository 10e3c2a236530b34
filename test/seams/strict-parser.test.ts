/**
 * The seam for parsers: a stricter one stands in place of JSON.parse through the `parser` of readNdjson. What it refuses goes to the
 * ledger under its own codes, and what it reads exactly stays exact to the end.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { map } from '@tidemark/core'
import { readNdjson } from '@tidemark/io/ndjson'
import { batchRunner } from '@tidemark/runners/batch'
import { describe, expect, it, onTestFinished } from 'vitest'
import { strictJson } from './strict-json.ts'

const LINES = [
  '{"id":1,"at":1}',
  '{"id":2,"id":3,"at":2}',
  '{"id":9007199254740993,"at":3}',
  '{"id":9007199254740991,"at":4}',
  '{"id":-9223372036854775808,"at":5,"more":{"a":[1,{"a":2,"a":3}]}}',
  '{"id":6,"at":6',
  '{"id":7.5e3,"at":7,"text":"\\u0041,\\"{","none":null,"yes":true,"empty":[{}]}',
]

interface Line {
  readonly id: number | bigint
  readonly at: number
}

/** The ids that a parser reads from the lines, and what the ledger says of the others. */
async function read(
  parser?: (text: string) => unknown,
): Promise<{ readonly ids: unknown; readonly rejected: unknown }> {
  const folder = mkdtempSync(join(tmpdir(), 'tidemark-seams-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const path = join(folder, 'lines.ndjson')
  writeFileSync(path, LINES.join('\n'))
  const { outputs, ledger } = await batchRunner({ deadLetters: 'off' }).run((root) => ({
    ids: root.pipe(
      readNdjson<Line>('Lines', path, { timestamp: ({ at }) => Date.UTC(2026, 2, 1) + at, ...(parser && { parser }) }),
      map(({ id }) => id),
    ),
  }))
  return {
    ids: outputs.ids.map(({ value }) => value),
    rejected: ledger.map(({ detail, position }) => `${position?.offset} ${detail?.split(':')[0]}`),
  }
}

describe('a stricter parser', () => {
  it('makes dead letters of duplicate fields and of numbers that no double holds', async () => {
    expect(await read(strictJson('refuse'))).toEqual({
      ids: [1, Number.MAX_SAFE_INTEGER, 7500],
      rejected: ['2 DUPLICATE_FIELD', '3 INEXACT_NUMBER', '5 INEXACT_NUMBER', '6 BAD_JSON'],
    })
  })

  it('gives such numbers exactly, as bigints, where it shall', async () => {
    expect(await read(strictJson('bigint'))).toEqual({
      ids: [1, 9007199254740993n, Number.MAX_SAFE_INTEGER, 7500],
      rejected: ['2 DUPLICATE_FIELD', '5 DUPLICATE_FIELD', '6 BAD_JSON'],
    })
  })

  it('is needed: JSON.parse loses a field and changes two numbers without a word', async () => {
    expect(await read()).toEqual({
      ids: [1, 3, 9007199254740992, Number.MAX_SAFE_INTEGER, -9223372036854775808, 7500],
      rejected: ['6 BAD_JSON'],
    })
  })
})

describe('the parser itself', () => {
  it('reads what JSON.parse reads, where nothing is lost', () => {
    const texts = [
      'null',
      ' [1 , -0.5e-3,"\\ud83d\\ude00",{"a":{},"__proto__":[true,false]}]\t',
      '""',
      '{ }',
      '[ ]',
      '-0',
    ]
    for (const text of texts) expect(strictJson('refuse')(text)).toStrictEqual(JSON.parse(text))
  })

  it.each(['', '{', '[1,]', '{"a":1,}', '01', '1 2', '"a', '{"a" 1}', '{a:1}', '[1}', '+1', '.5', '"\n"', 'nul'])(
    'refuses %s, as JSON.parse does',
    (text) => {
      expect(() => strictJson('bigint')(text)).toThrow(expect.objectContaining({ code: 'BAD_JSON' }))
      expect(() => JSON.parse(text) as unknown).toThrow(SyntaxError)
    },
  )
})
