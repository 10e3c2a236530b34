/**
 * The shard of a key: a stored number, so it may never change. The expectations were computed by another implementation of
 * MurmurHash3 x86 32 in another language, over canonical bytes written there by hand.
 */
import { decodeValue, encodeValue, type Coder } from '@tidemark/core'
import { describe, expect, it } from 'vitest'
import type { Bundle } from '../../../src/execution/bundle/bundle.ts'
import { partition, shardOf } from '../../../src/execution/shard/partition.ts'

/** Keys and the hashes of their canonical bytes. */
const HASHES: readonly (readonly [key: unknown, hash: number])[] = [
  ['a', 918_440_989],
  ['', 1_407_345_517],
  ['eu', 2_172_238_822],
  ['user-17', 1_171_451_726],
  ['é𝄞', 334_611_553],
  [0, 1_462_916_614],
  [-0, 1_462_916_614],
  [1, 3_569_323_549],
  [-1.5, 140_578_091],
  [1e308, 4_063_651_157],
  [Infinity, 3_534_351_333],
  [7n, 604_418_800],
  [-7n, 3_580_900_518],
  [0n, 3_395_876_893],
  [null, 2_677_680_676],
  [true, 772_606_955],
  [false, 1_475_423_460],
  [Uint8Array.of(0, 1, 255), 967_658_576],
  [['a', 1], 876_481_938],
  [{ b: 2, a: 'x' }, 697_475_655],
]

/** A key by the number in it alone. */
const byNumber: Coder<{ readonly id: number; readonly seen?: number }> = {
  id: 'by-number:1',
  encode: ({ id }) => encodeValue(id),
  decode: (bytes) => ({ id: decodeValue(bytes) as number }),
}

function bundleOf(keys: readonly unknown[], rest: Partial<Bundle> = {}): Bundle {
  return {
    length: keys.length,
    keys,
    values: keys.map((_, row) => `value ${row}`),
    timestamps: Float64Array.from(keys, (_, row) => row),
    windows: undefined,
    signs: undefined,
    panes: [],
    paneOf: undefined,
    watermarks: undefined,
    positions: undefined,
    ...rest,
  }
}

function all({ length }: Bundle): { readonly start: number; readonly end: number } {
  return { start: 0, end: length }
}

describe('the shard of a key', () => {
  // Mutation: packages/core/src/coder/hash-bytes.ts: `0xe6546b64` → `0xe6546b65`
  // Mutation: packages/runners/src/execution/shard/partition.ts: `encodeKey(key) : coder.encode(key)) % shards` → `encodeKey(key) : coder.encode(key), 1) % shards`
  it('is the hash of its canonical bytes, for ever', () => {
    for (const [key, hash] of HASHES) {
      expect([key, shardOf(key, undefined, 2 ** 32)]).toEqual([key, hash])
      for (const shards of [1, 2, 8, 1000]) expect(shardOf(key, undefined, shards)).toBe(hash % shards)
    }
  })

  it('is the same for equal keys: fields in any order, -0 and 0', () => {
    expect(shardOf({ a: 'x', b: 2 }, undefined, 1000)).toBe(shardOf({ b: 2, a: 'x' }, undefined, 1000))
    expect(shardOf([{ at: -0 }], undefined, 1000)).toBe(shardOf([{ at: 0 }], undefined, 1000))
  })

  // Mutation: packages/runners/src/execution/shard/partition.ts: `coder === undefined ? encodeKey(key) : coder.encode(key)` → `encodeKey(key)`
  it('goes by the bytes of the key coder, where there is one', () => {
    const coder = byNumber as Coder<unknown>
    // 1 as a value has the bytes that it has as a key.
    expect(shardOf({ id: 1, seen: 5 }, coder, 2 ** 32)).toBe(3_569_323_549)
    expect(shardOf({ id: 1, seen: 6 }, coder, 2 ** 32)).toBe(3_569_323_549)
  })

  it('is spread evenly over 10,000 keys of any kind', () => {
    const kinds: readonly ((index: number) => unknown)[] = [
      (index) => `user-${index}`,
      (index) => index,
      (index) => BigInt(index),
      (index) => [index % 100, String(index)],
      (index) => ({ host: `10.0.${index >> 8}.${index & 255}`, port: 443 }),
    ]
    for (const keyOf of kinds) {
      for (const shards of [2, 8, 32]) {
        const counts = Array.from({ length: shards }, () => 0)
        for (let index = 0; index < 10_000; index++) counts[shardOf(keyOf(index), undefined, shards)]!++
        // Five standard deviations of a fair draw: it would fail by chance once in a million.
        const fair = 10_000 / shards
        const allowed = 5 * Math.sqrt(fair * (1 - 1 / shards))
        for (const count of counts) expect(Math.abs(count - fair)).toBeLessThan(allowed)
      }
    }
  })
})

describe('a partition', () => {
  // Mutation: packages/runners/src/execution/shard/partition.ts: `rows.map((row) => column[row]!)` → `rows.map((_, row) => column[row]!)`
  it('gives each shard its rows in order, with all their columns', () => {
    // By their hashes, a and '' are of shard 1 of 2, eu and 0 of shard 0.
    const keys = ['eu', 'a', 0, '', 'a']
    const windows = keys.map((_, row) => ({ start: row, end: row + 10 }))
    const bundle = bundleOf(keys, {
      windows,
      signs: [1, -1, 1, 1, -1],
      paneOf: [0, 1, 0, 1, 0],
      watermarks: [10, 11, 12, 13, 14],
      positions: { split: 's', unit: 'line', offsets: [100, 101, 102, 103, 104] },
    })
    const [even, odd] = partition(bundle, all(bundle), undefined, 2, 'Step')
    expect(even).toEqual({
      length: 2,
      keys: ['eu', 0],
      values: ['value 0', 'value 2'],
      timestamps: [0, 2],
      windows: [windows[0], windows[2]],
      signs: [1, 1],
      panes: bundle.panes,
      paneOf: [0, 0],
      watermarks: [10, 12],
      positions: { split: 's', unit: 'line', offsets: [100, 102] },
    })
    expect(odd).toMatchObject({
      length: 3,
      keys: ['a', '', 'a'],
      signs: [-1, 1, -1],
      paneOf: [1, 1, 0],
      watermarks: [11, 13, 14],
      positions: { offsets: [101, 103, 104] },
    })
  })

  it('has nothing for a shard without rows, and leaves columns out that are not there', () => {
    const [even, odd] = partition(bundleOf(['a', '']), { start: 0, end: 2 }, undefined, 2, 'Step')
    expect(even).toBeUndefined()
    expect(odd).toMatchObject({ length: 2, windows: undefined, signs: undefined, watermarks: undefined })
  })

  it('finds the key in pairs too, and takes only the rows that it is asked for', () => {
    const values = [['eu', 1], ['a', 2], ['', 3], ['a', 4]] // prettier-ignore
    const bundle = bundleOf(values, { keys: undefined, values })
    const [even, odd] = partition(bundle, { start: 1, end: 3 }, undefined, 2, 'Step')
    expect([even, odd?.values]).toEqual([undefined, [['a', 2], ['', 3]]]) // prettier-ignore
  })

  // Mutation: packages/runners/src/execution/shard/partition.ts: `throw groupingError('The key coder', step, cause)` → `throw cause`
  it('names the step where a key has no bytes', () => {
    const refused = (key: unknown, coder?: Coder<unknown>) => () => {
      partition(bundleOf([key]), { start: 0, end: 1 }, coder, 2, 'Revenue/Sum')
    }
    expect(refused(NaN)).toThrow('Step "Revenue/Sum": A key is NaN.')
    expect(refused({ at: new Date(0) })).toThrow('Step "Revenue/Sum": A key holds an object of class Date at .at.')
    expect(refused('\uD800')).toThrow('Step "Revenue/Sum": A key is the text')
    expect(refused(null, byNumber as Coder<unknown>)).toThrow('The key coder of step "Revenue/Sum" threw:')
  })
})
