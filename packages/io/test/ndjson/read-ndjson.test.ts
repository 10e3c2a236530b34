/**
 * NDJSON: what becomes of lines that are no value, or none that may be.
 */
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readNdjson, type NdjsonReadOptions } from '../../src/ndjson/read-ndjson.ts'
import { readAll } from '../read-all.ts'
import { scratchFolder } from '../scratch-folder.ts'

const read = <T = unknown>(content: string, options: Partial<NdjsonReadOptions<T>> = {}) =>
  readAll(
    readNdjson<T>('Values', join(scratchFolder({ 'a.ndjson': content }), 'a.ndjson'), {
      timestamp: () => 0,
      ...options,
    }),
  )

const codes = async (content: string) => (await read(content)).rejected.map(({ offset, code }) => `${offset} ${code}`)

describe('readNdjson', () => {
  it('gives the value of each line and skips blank ones', async () => {
    const { elements, offsets } = await read('{"a":1}\n\n  \t\r\n[2]\nnull\n"x"')
    expect(elements).toEqual([{ a: 1 }, [2], null, 'x'])
    expect(offsets).toEqual([1, 4, 5, 6])
  })

  it('rejects what is not JSON and reads on', async () => {
    const content = '{"a":1\n{"a":1,}\n// x\n{"a":NaN}\n[1]\n\u00a0\n'
    expect(await codes(content)).toEqual(['1 BAD_JSON', '2 BAD_JSON', '3 BAD_JSON', '4 BAD_JSON', '6 BAD_JSON'])
    expect((await read(content)).elements).toEqual([[1]])
  })

  it('says where a rejected line stands and shows it', async () => {
    const { rejected } = await read('{}\n{"a":\n')
    expect(rejected).toEqual([
      { offset: 2, raw: '{"a":', code: 'BAD_JSON', detail: expect.stringMatching(/\(line 2, byte 3\)$/) },
    ])
  })

  it('shows no more than the beginning of a rejected line', async () => {
    expect((await read(`${'x'.repeat(100_000)}\n`)).rejected[0]?.raw).toHaveLength(1024)
  })

  it('keeps fields of forbidden names as plain data', async () => {
    const { elements } = await read('{"__proto__":{"polluted":true},"constructor":1,"prototype":2}\n')
    const [element] = elements as [Record<string, unknown>]
    expect(Object.keys(element)).toEqual(['__proto__', 'constructor', 'prototype'])
    expect(Object.getPrototypeOf(element)).toBe(Object.prototype)
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  })

  it('rejects half of a surrogate pair, in names too, and takes whole ones', async () => {
    const content = String.raw`["\ud800"]
["\udc00\ud800"]
{"\uD800":1}
{"a":[{"b":"x\udfff"}]}
["\ud834\udd1e"]`
    expect(await codes(content)).toEqual(['1 BAD_UNICODE', '2 BAD_UNICODE', '3 BAD_UNICODE', '4 BAD_UNICODE'])
    expect((await read(content)).elements).toEqual([['𝄞']])
  })

  it('rejects what is nested deeper than anything sane, at any depth', async () => {
    const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels)
    const records = (levels: number) => '{"a":'.repeat(levels) + '1' + '}'.repeat(levels)
    expect(await codes([nested(64), nested(65), nested(100_000), records(64), records(65)].join('\n'))).toEqual([
      '2 TOO_DEEP',
      '3 TOO_DEEP',
      '5 TOO_DEEP',
    ])
  })

  it('makes elements with parse, and rejects those for which it throws', async () => {
    const parse = (value: unknown) => {
      if (typeof value !== 'number') throw new TypeError('not a number')
      return value * 2
    }
    const { elements, rejected } = await read('1\n"x"\n3\n', { parse })
    expect(elements).toEqual([2, 6])
    expect(rejected).toEqual([{ offset: 2, raw: '"x"', code: 'BAD_RECORD', detail: 'not a number (line 2, byte 2)' }])
  })

  it('uses a parser in place of JSON.parse', async () => {
    const parser = (text: string) => {
      if (!/^\d+$/.test(text)) throw new Error('no integer')
      return BigInt(text)
    }
    const { elements, rejected } = await read('12345678901234567890\nx\n', { parser })
    expect(elements).toEqual([12_345_678_901_234_567_890n])
    expect(rejected.map(({ code }) => code)).toEqual(['BAD_JSON'])
  })

  it('reads text with characters of any length as it stands', async () => {
    expect((await read('["ü","€","𝄞","\u2028"]\n')).elements).toEqual([['ü', '€', '𝄞', '\u2028']])
  })
})
