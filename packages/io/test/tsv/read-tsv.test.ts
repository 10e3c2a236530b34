/**
 * TSV: Zeek's logs with their types and signs, and plain tables.
 */
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readTsv, type TsvReadOptions } from '../../src/tsv/read-tsv.ts'
import type { TsvRow } from '../../src/tsv/tsv-format.ts'
import { readAll } from '../read-all.ts'
import { scratchFolder } from '../scratch-folder.ts'

const read = <T = TsvRow>(content: string, options: Partial<TsvReadOptions<T>> = {}, resume = false) =>
  readAll(readTsv<T>('Rows', join(scratchFolder({ 'a.log': content }), 'a.log'), { timestamp: () => 0, ...options }), {
    credits: resume ? 1 : 1000,
    resume,
  })

const header = (fields: readonly string[], types: readonly string[]) =>
  [
    String.raw`#separator \x09`,
    '#set_separator\t,',
    '#empty_field\t(empty)',
    '#unset_field\t-',
    '#path\tdns',
    '#open\t2024-04-12-19-29-12',
    `#fields\t${fields.join('\t')}`,
    `#types\t${types.join('\t')}`,
    '',
  ].join('\n')

const one = async (type: string, cell: string) => {
  const { elements, rejected } = await read(`${header(['v'], [type])}${cell}\n`)
  return elements.length === 1 ? elements[0]?.['v'] : rejected.map(({ code }) => code)
}

describe("a log of Zeek's", () => {
  it('gives typed rows and counts the lines of its header', async () => {
    const { elements, offsets } = await read(
      `${header(['ts', 'id.orig_p', 'query', 'AA'], ['time', 'port', 'string', 'bool'])}1521911720.865716\t41772\tise.wrccdc.org\tF\n#close\t2024-04-12\n`,
    )
    expect(elements).toEqual([{ ts: 1_521_911_720_865_716, 'id.orig_p': 41_772, query: 'ise.wrccdc.org', AA: false }])
    expect(offsets).toEqual([9])
  })

  it('reads each type', async () => {
    expect(await one('time', '0.000001')).toBe(1)
    expect(await one('interval', '0.000870')).toBe(0.00087)
    expect(await one('double', '1e-3')).toBe(0.001)
    expect(await one('count', '17')).toBe(17)
    expect(await one('int', '-17')).toBe(-17)
    expect(await one('bool', 'T')).toBe(true)
    expect(await one('addr', '2620:df::1')).toBe('2620:df::1')
    expect(await one('vector[interval]', '2230.000000,41830.000000')).toEqual([2230, 41_830])
    expect(await one('set[string]', 'a,b')).toEqual(['a', 'b'])
  })

  it('tells unset from empty', async () => {
    expect(await one('string', '-')).toBeNull()
    expect(await one('string', '(empty)')).toBe('')
    expect(await one('vector[string]', '-')).toBeNull()
    expect(await one('vector[string]', '(empty)')).toEqual([])
    expect(await one('vector[string]', 'a,-')).toEqual(['a', null])
    expect(await one('string', String.raw`\x2d`)).toBe('-')
  })

  it('takes escapes out of text where bytes make characters', async () => {
    expect(await one('string', String.raw`a\x09b\\c`)).toBe('a\tb\\c')
    expect(await one('string', String.raw`\xc3\xbc ü`)).toBe('ü ü')
    expect(await one('string', String.raw`\xff`)).toBe(String.raw`\xff`)
    expect(await one('vector[string]', String.raw`a\x2cb,c`)).toEqual(['a,b', 'c'])
  })

  it('rejects cells that are not of their type, and numbers that no number holds', async () => {
    expect(await one('count', 'x')).toEqual(['BAD_VALUE'])
    expect(await one('bool', 'yes')).toEqual(['BAD_VALUE'])
    expect(await one('time', 'now')).toEqual(['BAD_VALUE'])
    expect(await one('double', '0x10')).toEqual(['BAD_VALUE'])
    expect(await one('count', '18446744073709551615')).toEqual(['PRECISION'])
  })

  it('rejects rows of another width and names the column at fault', async () => {
    const { rejected } = await read(`${header(['a', 'b'], ['count', 'bool'])}1\n1\tT\t2\n1\tx\n`)
    expect(rejected.map(({ offset, code, detail }) => `${offset} ${code} ${detail.split(' (')[0]}`)).toEqual([
      '9 TSV_SHAPE 1 columns where the header names 2',
      '10 TSV_SHAPE 3 columns where the header names 2',
      '11 BAD_VALUE b: "x" is neither T nor F',
    ])
  })

  it('follows a header in its middle, and goes on after a restart', async () => {
    const content = `${header(['a'], ['count'])}1\n2\n${header(['b', 'a'], ['string', 'string'])}x\t3\n-\t4\n`
    const expected = [{ a: 1 }, { a: 2 }, { b: 'x', a: '3' }, { b: null, a: '4' }]
    expect((await read(content)).elements).toEqual(expected)
    expect((await read(content, { chunkBytes: 5 }, true)).elements).toEqual(expected)
  })

  it('needs the names of its columns', async () => {
    await expect(read('#separator \\x09\n1\t2\n')).rejects.toMatchObject({ code: 'BAD_HEADER' })
    await expect(read(header(['a', 'a'], ['count', 'count']))).rejects.toMatchObject({ code: 'BAD_HEADER' })
    await expect(read(header(['a', 'b'], ['count']))).rejects.toMatchObject({ code: 'BAD_HEADER' })
  })
})

describe('a plain table', () => {
  it('names cells by its first line and takes them as text', async () => {
    const { elements, offsets } = await read('a\tb\n1\t-\n#2\t(empty)\n')
    expect(elements).toEqual([
      { a: '1', b: '-' },
      { a: '#2', b: '(empty)' },
    ])
    expect(offsets).toEqual([2, 3])
    expect((await read('a\tb\n1\t-\n#2\t(empty)\n', {}, true)).elements).toEqual(elements)
  })

  it('makes elements with parse', async () => {
    const parse = (row: TsvRow) => Number(row['a'])
    expect((await read('a\tb\n1\t2\n', { parse })).elements).toEqual([1])
  })
})
