/**
 * hashBytes against published vectors of MurmurHash3 x86 32.
 */
import { describe, expect, it } from 'vitest'
import { encodeKey, hashBytes } from '../../src/index.ts'

const SEED = 0x9747b28c
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)

// Vectors of the SMHasher reference, as widely published (tails of one, two and three bytes, high bits, seeds).
const VECTORS: readonly (readonly [name: string, bytes: readonly number[], seed: number, hash: number])[] = [
  ['nothing', [], 0, 0],
  ['nothing, seed 1', [], 1, 0x514e28b7],
  ['nothing, greatest seed', [], 0xffffffff, 0x81f16f39],
  ['four bytes of ones', [0xff, 0xff, 0xff, 0xff], 0, 0x76293b50],
  ['four bytes', [0x21, 0x43, 0x65, 0x87], 0, 0xf55b516b],
  ['four bytes, seeded', [0x21, 0x43, 0x65, 0x87], 0x5082edee, 0x2362f9de],
  ['three bytes', [0x21, 0x43, 0x65], 0, 0x7e4a8634],
  ['two bytes', [0x21, 0x43], 0, 0xa0f7b07a],
  ['one byte', [0x21], 0, 0x72661cf4],
  ['four zeros', [0, 0, 0, 0], 0, 0x2362f9de],
  ['three zeros', [0, 0, 0], 0, 0x85f0b427],
  ['two zeros', [0, 0], 0, 0x30f4c306],
  ['one zero', [0], 0, 0x514e28b7],
  ['test', [...bytesOf('test')], 0, 0xba6bd213],
  ['test, seeded', [...bytesOf('test')], SEED, 0x704b81dc],
  ['Hello, world!', [...bytesOf('Hello, world!')], 0, 0xc0363e43],
  ['Hello, world!, seeded', [...bytesOf('Hello, world!')], SEED, 0x24884cba],
  ['the fox', [...bytesOf('The quick brown fox jumps over the lazy dog')], 0, 0x2e4ff723],
  ['the fox, seeded', [...bytesOf('The quick brown fox jumps over the lazy dog')], SEED, 0x2fa826cd],
]

describe('hashBytes', () => {
  it.each(VECTORS)('gives the published hash of %s', (_name, bytes, seed, hash) => {
    expect(hashBytes(Uint8Array.from(bytes), seed)).toBe(hash)
  })

  it('reads its bytes wherever they lie in a buffer', () => {
    const wide = Uint8Array.from([9, 0x21, 0x43, 0x65, 0x87, 9])
    expect(hashBytes(wide.subarray(1, 5))).toBe(0xf55b516b)
  })

  it('spreads ordinary keys evenly over eight shards', () => {
    const shards = new Array<number>(8).fill(0)
    for (let key = 0; key < 8000; key += 1) shards[hashBytes(encodeKey(`user-${key}`)) % 8]! += 1
    for (const count of shards) expect(Math.abs(count - 1000)).toBeLessThan(150)
  })
})
