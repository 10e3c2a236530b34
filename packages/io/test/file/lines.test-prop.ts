/**
 * Laws of reading lines: pieces, restarts, compression and splits change nothing.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { shownText, utf8Fault } from '../../src/file/utf8-fault.ts'
import { readText } from '../../src/text/read-text.ts'
import type { FileOptions } from '../../src/file/file-options.ts'
import { readAll, type AllRead } from '../read-all.ts'
import { scratchFolder } from '../scratch-folder.ts'

// Line ends, characters of every length, bytes that are no character, and lines that are too long.
const piece = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom('a', 'bc', '\n', '\r\n', '\r', 'ü', '€', '𝄞', '\u2028', '\ufeff', 'x'.repeat(30)),
  },
  { weight: 1, arbitrary: fc.constantFrom('\xff', '\xc3', '\xed\xa0\x80').map((text) => Buffer.from(text, 'latin1')) },
)
const content = fc
  .array(piece, { maxLength: 40 })
  .map((pieces) => Buffer.concat(pieces.map((one) => (typeof one === 'string' ? Buffer.from(one) : one))))
const chunk = fc.constantFrom(1, 2, 3, 7, 16, 64, 4096)

const options = (more: FileOptions) => ({ timestamp: () => 0, maxRecordBytes: 24, ...more })

/** What a naive reader makes of the same bytes. */
function naive(bytes: Buffer): readonly string[] {
  const body = bytes.subarray(bytes.subarray(0, 3).equals(Buffer.from('\ufeff')) ? 3 : 0).toString('latin1')
  const lines = body
    .split('\n')
    .map((line, i, all) => (i < all.length - 1 && line.endsWith('\r') ? line.slice(0, -1) : line))
  if (lines.at(-1) === '') lines.pop()
  return lines
}

const records = ({ elements, offsets, rejected }: AllRead<string>) =>
  [
    ...elements.map((element, i) => [offsets[i] ?? 0, element] as const),
    ...rejected.map(({ offset, code }) => [offset, code] as const),
  ].toSorted(([a], [b]) => a - b)

describe('reading lines', () => {
  it('gives what a naive reader gives, whatever the size of pieces and bundles', async () => {
    const file = join(scratchFolder(), 'a.txt')
    await fc.assert(
      fc.asyncProperty(content, chunk, fc.integer({ min: 1, max: 5 }), async (bytes, chunkBytes, credits) => {
        writeFileSync(file, bytes)
        const all = await readAll(readText('Lines', file, options({ chunkBytes })), { credits })
        const expected = naive(bytes).map((line, i) => {
          const raw = Buffer.from(line, 'latin1')
          const bad = raw.length > 24 ? 'TOO_LARGE' : utf8Fault(raw) >= 0 ? 'BAD_UTF8' : undefined
          return [i + 1, bad ?? raw.toString('utf8')]
        })
        expect(records(all)).toEqual(expected)
        expect(all.bytes).toBe(bytes.length)
      }),
      { numRuns: 400 },
    )
  })

  it('goes on from every position as if nothing had been', async () => {
    const file = join(scratchFolder(), 'a.txt')
    await fc.assert(
      fc.asyncProperty(
        content,
        chunk,
        fc.integer({ min: 1, max: 3 }),
        fc.boolean(),
        async (bytes, chunkBytes, credits, gzip) => {
          writeFileSync(file, gzip ? gzipSync(bytes) : bytes)
          const transform = readText('Lines', file, options({ chunkBytes }))
          const whole = await readAll(transform, { credits })
          const resumed = await readAll(transform, { credits, resume: true })
          expect(records(resumed)).toEqual(records(whole))
          expect(resumed.rejected).toEqual(whole.rejected)
        },
      ),
      { numRuns: 200 },
    )
  })

  it('reads a compressed file as the plain one, in one member or several', async () => {
    const folder = scratchFolder()
    await fc.assert(
      fc.asyncProperty(content, chunk, fc.nat(200), async (bytes, chunkBytes, cut) => {
        writeFileSync(join(folder, 'a.txt'), bytes)
        writeFileSync(join(folder, 'a.gz'), gzipSync(bytes))
        writeFileSync(
          join(folder, 'b.gz'),
          Buffer.concat([gzipSync(bytes.subarray(0, cut)), gzipSync(bytes.subarray(cut))]),
        )
        const [plain, one, two] = await Promise.all(
          ['a.txt', 'a.gz', 'b.gz'].map((name) =>
            readAll(readText('Lines', join(folder, name), options({ chunkBytes }))),
          ),
        )
        expect([one?.elements, one?.offsets, one?.rejected]).toEqual([plain?.elements, plain?.offsets, plain?.rejected])
        expect([two?.elements, two?.offsets, two?.rejected]).toEqual([plain?.elements, plain?.offsets, plain?.rejected])
      }),
      { numRuns: 100 },
    )
  })

  it('gives the same lines with the same numbers from several splits, also from each by itself', async () => {
    const file = join(scratchFolder(), 'a.txt')
    await fc.assert(
      fc.asyncProperty(content, chunk, fc.integer({ min: 1, max: 40 }), async (bytes, chunkBytes, splitBytes) => {
        writeFileSync(file, bytes)
        const whole = await readAll(readText('Lines', file, options({ chunkBytes })))
        const split = await readAll(readText('Lines', file, options({ chunkBytes, splitBytes })))
        expect([split.elements, split.offsets, split.rejected]).toEqual([whole.elements, whole.offsets, whole.rejected])
        expect(split.splits.reduce((sum, { bytes: size }) => sum + (size ?? 0), 0)).toBe(bytes.length)
        const backwards = await readBackwards(file, options({ chunkBytes, splitBytes }))
        expect(backwards).toEqual(records(whole))
      }),
      { numRuns: 200 },
    )
  })
})

async function readBackwards(file: string, read: Parameters<typeof readText>[2]): Promise<ReturnType<typeof records>> {
  const transform = readText('Lines', file, read)
  const { splits } = await readAll(transform)
  const parts = await Promise.all(splits.toReversed().map((split) => readSplit(transform, split)))
  return parts.flat().toSorted(([a], [b]) => a - b)
}

async function readSplit(
  transform: ReturnType<typeof readText>,
  split: AllRead<string>['splits'][number],
): Promise<ReturnType<typeof records>> {
  const { sourceOf } = await import('../read-all.ts')
  const reader = sourceOf(transform).open(split)
  const found: (readonly [number, string])[] = []
  for (;;) {
    const { elements, offsets, rejected, done } = await reader.read(10)
    found.push(...elements.map((element, i) => [offsets[i] ?? 0, element] as const))
    found.push(...rejected.map(({ offset, code }) => [offset, code] as const))
    if (!done) continue
    await reader.close()
    return found
  }
}

describe('utf8Fault', () => {
  it('agrees with the strict decoder of the platform', () => {
    const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
    fc.assert(
      fc.property(
        fc
          .uint8Array({ maxLength: 12 })
          .chain((random) => fc.constantFrom(random, new Uint8Array([...random, ...Buffer.from('ü€𝄞'), ...random]))),
        (bytes) => {
          const fault = utf8Fault(bytes)
          const decodes = (part: Uint8Array): boolean => {
            try {
              strict.decode(part)
              return true
            } catch {
              return false
            }
          }
          expect(fault < 0).toBe(decodes(bytes))
          if (fault >= 0) expect(decodes(bytes.subarray(0, fault))).toBe(true)
        },
      ),
      { numRuns: 2000 },
    )
  })

  it('shows bytes without a replacement character and cuts between characters', () => {
    expect(shownText(Buffer.from('aü€'), 0, 6, 2)).toBe('a')
    expect(shownText(Buffer.from([0x61, 0xff, 0x0a]), 0, 3)).toBe('a\\xff\n')
  })
})
