/**
 * Keys and values that are plain data: what goes into a snapshot comes out of it, to the last bit.
 */
import { groupByKey, map, read } from '@tidemark/core'
import { describe, expect, it } from 'vitest'
import { described } from '../scripted.ts'
import { resumed, type Built } from './resumed.ts'

type Keyed = readonly [key: unknown, value: unknown]

const grouped: Built = (root) => ({
  out: root.pipe(
    read('In', described<Keyed>(true), { timestamp: () => 0 }),
    map(([key, value]) => [key, value] as const),
    groupByKey('Group'),
  ),
})

const VALUES: readonly unknown[] = [
  null,
  false,
  true,
  0,
  -0,
  NaN,
  Infinity,
  -Infinity,
  5e-324,
  -1.7976931348623157e308,
  2 ** 53 + 2,
  0n,
  -1n,
  2n ** 200n,
  -(256n ** 130n),
  '',
  'a\u0000b\u0001',
  '\uFEFF𝄞',
  new Uint8Array(),
  Uint8Array.of(0, 1, 2, 255),
  [],
  [[[null]], [-0]],
  {},
  { b: [1, 'x'], a: { '': NaN }, 'with space': Uint8Array.of(1) },
  JSON.parse('{"__proto__": 1, "constructor": 2}'),
]

/** The values that come out of a restored engine, by key. */
function throughSnapshot(...elements: readonly Keyed[]): readonly (readonly [unknown, readonly unknown[]])[] {
  const run = resumed(grouped, (run) => run.offer(...elements).complete())
  return run.heard.map(({ value }) => value as readonly [unknown, readonly unknown[]])
}

describe('a snapshot', () => {
  // Mutation: packages/runners/src/execution/snapshot/value-data.ts: `(value as StateData)` → `String(value)`
  // Mutation: packages/core/src/coder/canonical-bytes.ts: `asKey ? value + 0 :` → `true ? value + 0 :`
  it('keeps values of every plain kind', () => {
    for (const value of VALUES) {
      const [[, [back]]] = throughSnapshot(['k', value]) as [[unknown, [unknown]]]
      expect(back).toStrictEqual(value)
    }
  })

  it('keeps all of them at once, in the order in which they are emitted without it', () => {
    const [[, values]] = throughSnapshot(...VALUES.map((value) => ['k', value] as const)) as [[unknown, unknown[]]]
    expect(values).toHaveLength(VALUES.length)
    expect(values.slice(0, 4)).toEqual([null, false, true, -Infinity])
  })

  it('keeps keys of every plain kind apart, and -0 and 0 together', () => {
    const keys = VALUES.filter((value) => !hasOddNumber(value))
    const out = throughSnapshot(...[-0, ...keys, 0].map((key) => [key, 'x'] as const))
    expect(out).toHaveLength(keys.length + 1)
    expect(out[0]).toStrictEqual([0, ['x', 'x']])
    expect(out.slice(1).map(([key]) => key)).toStrictEqual(keys)
  })

  it('keeps a map of fields, whatever their order was', () => {
    const [[key, values]] = throughSnapshot([{ b: 1, a: 2 }, 'x'], [{ a: 2, b: 1 }, 'y']) as [[unknown, unknown[]]]
    expect([key, values]).toEqual([{ a: 2, b: 1 }, ['x', 'y']])
  })
})

/** Says whether -0 or NaN is in a value: no key, or another one. */
function hasOddNumber(value: unknown): boolean {
  if (typeof value === 'number') return Number.isNaN(value) || value === 0
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return false
  return Object.values(value).some(hasOddNumber)
}
