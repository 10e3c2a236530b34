/**
 * The law checker of coders: that it reports what is broken.
 */
import { LocalDate } from '@js-joda/core'
import { describe, expect, it } from 'vitest'
import { canonicalCoder } from '../../src/coder/canonical-coder.ts'
import type { Coder } from '../../src/coder/coder.ts'
import { jsonCoder } from '../../src/coder/json-coder.ts'
import { checkCoderLaws } from '../../src/testing/coder-laws.ts'

const canonical = canonicalCoder<unknown>()
const own = (changes: Partial<Coder<unknown>>): Coder<unknown> => ({ ...canonical, ...changes })

describe('the laws of coders', () => {
  it('are kept by canonical bytes', () => {
    expect(checkCoderLaws(canonical, [0, -0, Number.NaN, '', null, [1n], { a: Uint8Array.of(1) }])).toEqual([])
  })

  it('are kept by a coder of dates, under their own equality', () => {
    const dates: Coder<LocalDate> = {
      id: 'date:1',
      encode: (date) => canonical.encode(date.toEpochDay()),
      decode: (bytes) => LocalDate.ofEpochDay(canonical.decode(bytes) as number),
    }
    const samples = [LocalDate.of(2026, 3, 29), LocalDate.of(2026, 3, 29), LocalDate.of(1969, 12, 31)]
    expect(checkCoderLaws(dates, samples, { equal: (a, b) => a.equals(b) })).toEqual([])
  })

  it('are broken by a value that comes back as another', () => {
    const coder = own({ decode: (bytes) => Math.abs(canonical.decode(bytes) as number) })
    expect(checkCoderLaws(coder, [1, -1])).toEqual([
      'round trip: -1 comes back as 1',
      'determinism: -1 has other bytes once it has come back',
    ])
  })

  it('are broken by different values with equal bytes and by equal values with different ones', () => {
    const halves = own({ encode: (value) => canonical.encode(Math.trunc(value as number)) })
    expect(checkCoderLaws(halves, [1, 1.5])).toContain('equality: 1 and 1.5 are different with equal bytes')
    const plain: Coder<unknown> = {
      id: 'plain:1',
      encode: (value) => new TextEncoder().encode(JSON.stringify(value)),
      decode: (bytes) => jsonCoder().decode(bytes),
    }
    expect(
      checkCoderLaws(plain, [
        { a: 1, b: 2 },
        { b: 2, a: 1 },
      ]).join('\n'),
    ).toContain('are equal with different bytes')
  })

  it('are broken by bytes that change', () => {
    let calls = 0
    const counting = own({ encode: () => canonical.encode((calls += 1)) })
    expect(checkCoderLaws(counting, [1]).join('\n')).toContain('determinism: 1 has other bytes the second time')
    const shared = new Uint8Array(10)
    const reusing = own({
      encode: (value) => {
        shared.set(canonical.encode(value))
        return shared
      },
      decode: (bytes) => canonical.decode(bytes),
    })
    expect(checkCoderLaws(reusing, [1, 2]).join('\n')).toContain('purity: the bytes of 1 changed')
  })

  it('are broken by a coder that throws, or that has no id', () => {
    expect(checkCoderLaws(own({ id: '' }), [undefined])).toEqual([
      'id: empty, so that bytes do not say what they are',
      expect.stringContaining('round trip: undefined threw EncodingError'),
    ])
  })
})
