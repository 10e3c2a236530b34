/**
 * Result files: whole or not at all, and the same bytes for the same results.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalCoder, type WindowedValue } from '@tidemark/core'
import { writeNdjson } from '../../src/ndjson/write-ndjson.ts'
import { scratchFolder } from '../scratch-folder.ts'
import { sinkOf, windowed, writeAll } from '../written.ts'

const minute = (n: number) => ({ start: n * 60_000, end: (n + 1) * 60_000 })
const linesOf = (file: string) => readFileSync(file, 'utf8').split('\n').slice(0, -1)

describe('a result file', () => {
  it('is not there before it is published, and leaves nothing beside it', async () => {
    const folder = scratchFolder()
    const file = join(folder, 'out.ndjson')
    const writer = await sinkOf(writeNdjson<number>('Out', file)).open()
    await writer.write([windowed(1)])
    expect(existsSync(file)).toBe(false)
    await writer.commit()
    expect(readdirSync(folder)).toEqual(['out.ndjson'])
    expect(linesOf(file)).toEqual(['{"value":1,"windowStart":null,"windowEnd":null}'])
  })

  it('is taken back whole, also when rows had gone to disk', async () => {
    const folder = scratchFolder()
    const writer = await sinkOf(writeNdjson<number>('Out', join(folder, 'out.ndjson'), { memoryBytes: 1 })).open()
    await writer.write([windowed(1), windowed(2)])
    expect(readdirSync(folder).length).toBeGreaterThan(2)
    await writer.abort()
    expect(readdirSync(folder)).toEqual([])
  })

  it('replaces the one before only when it is published', async () => {
    const folder = scratchFolder({ 'out.ndjson': 'before\n' })
    const file = join(folder, 'out.ndjson')
    const writer = await sinkOf(writeNdjson<number>('Out', file)).open()
    await writer.write([windowed(1)])
    expect(linesOf(file)).toEqual(['before'])
    await writer.abort()
    expect(linesOf(file)).toEqual(['before'])
    await writeAll(writeNdjson('Out', file, { window: false }), [windowed(2)])
    expect(linesOf(file)).toEqual(['{"value":2}'])
  })

  it('that cannot be written is an error that names it, before anything is', async () => {
    const folder = scratchFolder({ taken: '' })
    const open = () => sinkOf(writeNdjson('Out', join(folder, 'taken', 'out.ndjson'))).open()
    expect(open).toThrow(expect.objectContaining({ code: 'SINK_UNWRITABLE' }))
    expect(open).toThrow(/out\.ndjson/)
  })

  it('whose name is a folder is an error, and nothing is left', async () => {
    const folder = scratchFolder()
    mkdirSync(join(folder, 'out.ndjson', 'inside'), { recursive: true })
    const writer = await sinkOf(writeNdjson<number>('Out', join(folder, 'out.ndjson'))).open()
    await writer.write([windowed(1)])
    expect(() => writer.commit()).toThrow(expect.objectContaining({ code: 'SINK_UNWRITABLE' }))
    await writer.abort()
    expect(readdirSync(folder)).toEqual(['out.ndjson'])
  })

  it('stands in a folder that is made for it, at a path or a URL', async () => {
    const file = join(scratchFolder(), 'a', 'b', 'out.ndjson')
    await writeAll(writeNdjson('Out', pathToFileURL(file)), [])
    expect(readFileSync(file, 'utf8')).toBe('')
  })

  it('is sorted by window end, window start and key', async () => {
    const file = join(scratchFolder(), 'out.ndjson')
    await writeAll(writeNdjson<readonly [string, number]>('Out', file), [
      windowed(['b', 1], { window: minute(1) }),
      windowed(['a', 9], { window: minute(1) }),
      windowed(['c', 5], { window: minute(0) }),
      windowed(['c', 4], { window: { start: -60_000, end: 60_000 } }),
    ])
    expect(linesOf(file).map((line) => Object.values(JSON.parse(line) as object).join(' '))).toEqual([
      'c 4 1969-12-31T23:59:00.000Z 1970-01-01T00:01:00.000Z',
      'c 5 1970-01-01T00:00:00.000Z 1970-01-01T00:01:00.000Z',
      'a 9 1970-01-01T00:01:00.000Z 1970-01-01T00:02:00.000Z',
      'b 1 1970-01-01T00:01:00.000Z 1970-01-01T00:02:00.000Z',
    ])
  })

  it('has the same bytes whatever the order of arrival, the bundles, and how much is sorted in memory', async () => {
    const file = join(scratchFolder(), 'out.ndjson')
    const element = fc
      .tuple(fc.constantFrom('a', 'b', 'ü'), fc.integer({ min: -3, max: 3 }), fc.integer({ min: -1, max: 2 }))
      .map(([key, value, n]) => windowed([key, value] as const, { window: minute(n) }))
    await fc.assert(
      fc.asyncProperty(
        fc.array(element, { maxLength: 30 }),
        fc.nat(),
        fc.constantFrom(1, 700, 2000),
        async (all, cut, memoryBytes) => {
          await writeAll(writeNdjson('Out', file), all)
          const expected = readFileSync(file)
          const writer = await sinkOf(writeNdjson<readonly [string, number]>('Out', file, { memoryBytes })).open()
          const turned = [...all.slice(cut % (all.length + 1)), ...all.slice(0, cut % (all.length + 1))]
          for (const one of turned.toReversed()) await writer.write([one])
          await writer.commit()
          expect(readFileSync(file).equals(expected)).toBe(true)
        },
      ),
      { numRuns: 100 },
    )
  })

  it('takes what is final by default, and has no sign then; rows of changes and panes end with theirs', async () => {
    const folder = scratchFolder()
    const change = (value: number, sign: 1 | -1): WindowedValue<number> => windowed(value, { window: minute(0), sign })
    const written = [change(2, 1), change(1, -1), change(1, 1)]
    for (const takes of [undefined, 'final', 'changes', 'panes'] as const) {
      const file = join(folder, `${takes}.ndjson`)
      const transform = writeNdjson<number>('Out', file, { window: false, ...(takes && { takes }) })
      await writeAll(transform, written)
      const signed = takes === 'changes' || takes === 'panes'
      const rows = signed
        ? ['{"value":1,"sign":-1}', '{"value":1,"sign":1}', '{"value":2,"sign":1}']
        : ['{"value":1}', '{"value":1}', '{"value":2}']
      expect([sinkOf(transform).takes, linesOf(file)]).toEqual([takes ?? 'final', rows])
    }
  })

  it('takes nothing else, and says which coder its elements have', () => {
    const file = join(scratchFolder(), 'out.ndjson')
    const make = () => writeNdjson('Out', file, { takes: 'overwrites' as 'final' })
    expect(make).toThrow(expect.objectContaining({ code: 'BAD_OPTION' }))
    const coder = canonicalCoder<number>()
    expect(sinkOf(writeNdjson('Out', file, { coder })).coder).toBe(coder)
  })

  it('is done with once it is published or taken back: nothing comes to it or goes from it any more', async () => {
    const file = join(scratchFolder(), 'out.ndjson')
    for (const end of ['abort', 'commit'] as const) {
      const writer = await sinkOf(writeNdjson<number>('Out', file, { window: false })).open()
      await writer.write([windowed(1)])
      await writer[end]()
      expect(() => writer.write([windowed(2)])).toThrow(expect.objectContaining({ code: 'WRITER_ENDED' }))
      expect(() => writer.commit()).toThrow(/out\.ndjson/)
      await writer.abort()
      expect(existsSync(file)).toBe(end === 'commit')
    }
    expect(linesOf(file)).toEqual(['{"value":1}'])
  })

  it('tells panes when asked', async () => {
    const file = join(scratchFolder(), 'out.ndjson')
    const pane = { timing: 'late', index: 2, nonSpeculativeIndex: 1, isFirst: false, isLast: true } as const
    await writeAll(writeNdjson('Out', file, { pane: true, window: false }), [windowed('x', { pane })])
    expect(linesOf(file)).toEqual(['{"value":"x","paneTiming":"late","paneIndex":2,"paneIsLast":true}'])
  })
})

describe('a row', () => {
  const rowsOf = async (value: unknown, options = {}) => {
    const file = join(scratchFolder(), 'out.ndjson')
    await writeAll(writeNdjson<unknown>('Out', file, { window: false, ...options }), [windowed(value)])
    return linesOf(file)[0]
  }

  it('is a record itself, a pair by key and value, and anything else a value', async () => {
    expect(await rowsOf({ b: 1, a: [null, true] })).toBe('{"b":1,"a":[null,true]}')
    expect(await rowsOf(['k', { n: 1 }])).toBe('{"key":"k","value":{"n":1}}')
    expect(await rowsOf([1, 2, 3])).toBe('{"value":[1,2,3]}')
    expect(await rowsOf(null)).toBe('{"value":null}')
  })

  it('is what the option row makes of an element', async () => {
    expect(await rowsOf(['eu', 5], { row: ([region, total]: readonly [string, number]) => ({ region, total }) })).toBe(
      '{"region":"eu","total":5}',
    )
  })

  it('writes bigints as text and bytes as base64', async () => {
    expect(await rowsOf({ n: 12_345_678_901_234_567_890n, b: Buffer.from('hi') })).toBe(
      '{"n":"12345678901234567890","b":"aGk="}',
    )
  })

  it('keeps a field of a forbidden name', async () => {
    expect(await rowsOf(JSON.parse('{"__proto__":1}'))).toBe('{"__proto__":1}')
  })

  it('refuses what JSON cannot say, and class instances', async () => {
    await expect(rowsOf({ a: NaN })).rejects.toMatchObject({ code: 'JSON_NUMBER' })
    await expect(rowsOf({ a: [Infinity] })).rejects.toMatchObject({ code: 'JSON_NUMBER' })
    await expect(rowsOf({ a: new Date(0) })).rejects.toMatchObject({ code: 'CLASS_INSTANCE' })
    await expect(rowsOf({ a: undefined })).rejects.toMatchObject({ code: 'VALUE_UNDEFINED' })
  })

  it('refuses a field with the name of a column of ours', async () => {
    await expect(rowsOf({ sign: 1 }, { takes: 'changes' })).rejects.toMatchObject({ code: 'SINK_ROW' })
    expect(await rowsOf({ sign: 1 })).toBe('{"sign":1}')
    await expect(rowsOf({ windowEnd: 1 }, { window: true })).rejects.toMatchObject({ code: 'SINK_ROW' })
    expect(await rowsOf({ windowEnd: 1 })).toBe('{"windowEnd":1}')
  })
})

describe('unfinished files', () => {
  it('are not read by a pattern that would find them', async () => {
    const folder = scratchFolder()
    writeFileSync(join(folder, 'a.ndjson.1-1.tmp'), 'x')
    const { listFiles } = await import('../../src/file/file-list.ts')
    expect(listFiles([folder], { mayBeEmpty: true, unreadable: 'fail', sameContent: 'read' }).files).toEqual([])
  })
})
