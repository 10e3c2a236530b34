/**
 * Faults B9 and B11 to B14 from one end to the other: names that mean something to the platform, numbers that JSON cannot say, and
 * characters that could join or forge, through read, map, key and write.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { combinePerKey, create, withKeys, type PCollection, type Root } from '@tidemark/core'
import { readCsv, writeCsv } from '@tidemark/io/csv'
import { readNdjson, writeNdjson } from '@tidemark/io/ndjson'
import { batchRunner } from '@tidemark/runners/batch'
import { count } from '@tidemark/transforms'
import { describe, expect, it } from 'vitest'
import { readAll } from '../read-all.ts'
import { scratchFolder } from '../scratch-folder.ts'
import { windowed, writeAll } from '../written.ts'
import { ownProcess } from './own-process.ts'
import { runFiles, timestamp } from './run-files.ts'

const fileOf = (content: string) => join(scratchFolder({ a: content }), 'a')

/** How often each key occurs, by the engine. */
async function countsOf<T>(source: (root: Root) => PCollection<T>, key: (element: T) => unknown) {
  const { outputs } = await batchRunner({ progress: 'never' }).run((root) => ({
    counts: source(root).pipe(withKeys(key), combinePerKey('Count', count())),
  }))
  return outputs.counts.map(({ value }) => value)
}

const keysOf = (elements: readonly unknown[]) =>
  countsOf(
    (root) => root.pipe(create('Elements', elements)),
    (element) => element,
  )

async function written(values: readonly unknown[], writer: typeof writeNdjson<unknown>): Promise<string> {
  const file = join(scratchFolder(), 'out')
  await writeAll(
    writer('Out', file, { window: false }),
    values.map((value) => windowed(value)),
  )
  return readFileSync(file, 'utf8')
}

describe('names that mean something to the platform', () => {
  const named = '"__proto__":"p","constructor":"c","prototype":"q","toString":"s"'
  const nested = '"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},"n":1'
  const inherited = { polluted: [], prototypes: 'ordinary', deadLetters: 0 }
  const table = ['table key,__proto__,constructor', 'table k,p,c']

  const counted = {
    ...inherited,
    lines: [
      `csv {"key":{${named}},"value":2}`,
      `ndjson {"key":{${nested}},"value":2}`,
      `tsv {"key":{${named}},"value":2}`,
      ...table,
    ],
  }

  it('B9: they are data of their own and never a prototype, through read, map, key and write, without __proto__', () => {
    const flags = ['--disable-proto=delete']
    expect(ownProcess(new URL('forbidden-names.ts', import.meta.url), [], { flags })).toEqual(counted)
  })

  it('B9: they are so with a frozen Object.prototype too', () => {
    expect(ownProcess(new URL('forbidden-names.ts', import.meta.url), ['freeze'])).toEqual(counted)
  })

  it('B9: a key named __proto__ is a key like any other, beside the empty record', async () => {
    const named = JSON.parse('{"__proto__":1}') as unknown
    const counts = await keysOf([named, {}, named, '__proto__', 'constructor'])
    expect(counts.map(([, n]) => n).toSorted((a, b) => a - b)).toEqual([1, 1, 1, 2])
  })
})

describe('numbers that JSON cannot say', () => {
  it('B11: NaN is refused as a key, by name', async () => {
    await expect(keysOf([1, NaN])).rejects.toMatchObject({ code: 'KEY_NAN', message: expect.stringContaining('NaN') })
    await expect(keysOf([{ a: [NaN] }])).rejects.toMatchObject({
      code: 'KEY_NAN',
      message: expect.stringContaining('.a[0]'),
    })
  })

  it('B11: -0 and 0 are one key, infinities are keys of their own', async () => {
    const counts = await keysOf([0, -0, Infinity, -Infinity, Infinity])
    expect(counts.map(([, n]) => n).toSorted((a, b) => a - b)).toEqual([1, 2, 2])
    expect(counts.some(([key]) => Object.is(key, -0))).toBe(false)
  })

  it('B11: NaN and infinities are refused by NDJSON, with the name of the field, and published nowhere', async () => {
    for (const value of [NaN, Infinity, -Infinity]) {
      const file = join(scratchFolder(), 'out')
      await expect(
        writeAll(writeNdjson<unknown>('Out', file), [windowed({ a: { price: value } })]),
      ).rejects.toMatchObject({ code: 'JSON_NUMBER', message: expect.stringContaining(`"price" is ${value}`) })
    }
  })

  it('B11: values are exact: every number that NDJSON takes comes back to the last bit, -0 and all', async () => {
    const file = fileOf('')
    const number = fc.double({ noNaN: true, noDefaultInfinity: true })
    const value = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 3 },
        number,
        fc.constantFrom(-0, 0, null, 'x', true, 5e-324, 2 ** 53),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom('a', 'b', '__proto__', 'toJSON'), tie('value'), { maxKeys: 3 }),
      ),
    })).value
    await fc.assert(
      fc.asyncProperty(fc.array(value, { maxLength: 10 }), async (values) => {
        const rows = values.map((it, i) => ({ i, it }))
        await writeAll(
          writeNdjson('Out', file, { window: false }),
          rows.map((row) => windowed(row)),
        )
        const { elements } = await readAll(readNdjson<{ readonly i: number }>('In', file, { timestamp }))
        // Vitest's equality tells -0 from 0.
        expect(elements.toSorted((a, b) => a.i - b.i)).toEqual(rows)
      }),
      { numRuns: 40 },
    )
    expect(await written([{ b: -0, a: [0, -0, 'x', 2n, new Uint8Array([255])] }], writeNdjson)).toBe(
      '{"b":-0,"a":[0,-0,"x","2","/w=="]}\n',
    )
  })

  it('B11: CSV writes them as text that is read back as they were', async () => {
    const numbers = [NaN, Infinity, -Infinity, -0, 0, 5e-324, 0.1, 1e21]
    const file = fileOf(
      await written(
        numbers.map((n, i) => ({ i, n })),
        writeCsv,
      ),
    )
    const { elements } = await readAll(readCsv('In', file, { timestamp, parse: (row) => Number(row['n']) }))
    expect(elements.toSorted(byText)).toEqual(numbers.toSorted(byText))
  })
})

const byText = (a: number, b: number) => (text(a) < text(b) ? -1 : 1)
const text = (n: number) => (Object.is(n, -0) ? '-0' : String(n))

describe('characters that could join or forge', () => {
  it('B12: half of a surrogate pair in JSON is a dead letter, in names too', async () => {
    const content = String.raw`["\ud800"]
["\udc00\ud800"]
{"\uD800":1}
{"a":[{"b":"x\udfff"}]}
["\ud834\udd1e"]`
    const { elements, ledger, raw, counted } = await runFiles(readNdjson('Values', fileOf(content), { timestamp }))
    expect([elements, counted]).toEqual([[['𝄞']], 4])
    expect(raw).toEqual(content.split('\n').slice(0, 4))
    expect(ledger[0]).toBe('1 BAD_UNICODE: a text has half of a surrogate pair, which is no character (line 1, byte 0)')
  })

  it('B12: two keys that only differ in a half never become one: they are refused, and so are values that are written', async () => {
    for (const key of ['\ud800', { a: '\udc00' }, ['x\ud800y']]) {
      await expect(keysOf([key])).rejects.toMatchObject({ code: 'LONE_SURROGATE' })
    }
    await expect(written([{ a: '\ud800' }], writeNdjson)).rejects.toMatchObject({ code: 'LONE_SURROGATE' })
    await expect(written([{ a: '\ud800' }], writeCsv)).rejects.toMatchObject({ code: 'LONE_SURROGATE' })
  })

  it('B13: composed and decomposed text are two keys, as their bytes are; a step may make them one', async () => {
    const file = fileOf('"\u00e9"\n"e\u0301"\n"É"\n')
    const read = (root: Root) => root.pipe(readNdjson<string>('Values', file, { timestamp }))
    expect(await countsOf(read, (word) => word)).toHaveLength(3)
    expect(await countsOf(read, (word) => word.normalize('NFC'))).toHaveLength(2)
    expect(await countsOf(read, (word) => word.normalize('NFC').toLowerCase())).toEqual([['\u00e9', 3]])
  })

  it('B13: any two texts are one key if and only if their bytes are the same', async () => {
    const word = fc.string({ unit: fc.constantFrom('e', 'é', 'é', '\u0301', 'ß', 'SS', 'ﬁ', 'İ', 'i'), maxLength: 3 })
    await fc.assert(
      fc.asyncProperty(fc.array(word, { minLength: 1, maxLength: 8 }), async (words) => {
        expect(await keysOf(words)).toHaveLength(new Set(words.map((one) => Buffer.from(one).toString('hex'))).size)
      }),
      { numRuns: 50 },
    )
  })

  it('B14: NUL, control characters and escape sequences are written so that they come back, and quoted in CSV', async () => {
    const rows = ['a\0b', 'a\u001b[31mred', '\u0007', '\u009b2J', 'x\u007f'].map((t, i) => ({ i, t }))
    const csv = await written(rows, writeCsv)
    expect(csv).toBe(`i,t\n${rows.map(({ i, t }) => `${i},"${t}"\n`).join('')}`)
    const back = await readAll(readCsv('In', fileOf(csv), { timestamp, parse: ({ i, t }) => ({ i: Number(i), t }) }))
    expect(back.elements).toEqual(rows)
    const json = await written(rows, writeNdjson)
    expect(json).toContain(String.raw`a\u001b[31mred`)
    expect((await readAll(readNdjson('In', fileOf(json), { timestamp }))).elements).toEqual(rows)
  })
})
