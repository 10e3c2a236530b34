/**
 * collect: the multiset of the elements, in the order of their bytes.
 */
import { encodeValue, EncodingError, keyText } from '@tidemark/core'
import { collect } from '@tidemark/transforms'
import { describe, expect, it } from 'vitest'
import { accumulate, combine, subtract } from '../fold.ts'

describe('collect', () => {
  it('lists elements in canonical order, copies as often as they came', () => {
    expect(combine(collect<number>(), [3, -1, 20, 3])).toEqual([-1, 3, 3, 20])
    const rows = [{ b: 1, a: 2 }, { a: 1 }, { a: 2, b: 1 }]
    expect(combine(collect<unknown>(), rows)).toEqual([{ a: 1 }, { a: 2, b: 1 }, { a: 2, b: 1 }])
    expect(combine(collect(), [])).toEqual([])
  })

  // Mutation: packages/transforms/src/combiners/collect.ts: `Object.is(value, -0) ?` → `false ?`
  it('tells apart what keys do not: -0 from 0, and NaN is an element', () => {
    const collected = combine(collect<number>(), [0, -0, Number.NaN, 0])
    expect(collected.map((value) => Object.is(value, -0))).toEqual([true, false, false, false])
    expect(collected.at(-1)).toBeNaN()
  })

  it('takes back one copy at a time', () => {
    const collected = accumulate(collect<unknown>(), ['a', { b: 1 }, 'a'])
    expect(collect().extractOutput(subtract(collect<unknown>(), collected, [{ b: 1 }, 'a']))).toEqual(['a'])
  })

  it('does not take bytes, or text, for the element that they stand for', () => {
    const record = { a: 1 }
    const alike = [record, encodeValue(record), keyText(encodeValue(record)), 1, '1', 1n, true, 'true', null]
    expect(combine(collect<unknown>(), alike)).toHaveLength(alike.length)
  })

  it('refuses what has no bytes when it comes, and not when it is listed', () => {
    for (const value of [undefined, () => 1, Symbol('tide'), new Date(0), '\ud800']) {
      expect(() => accumulate(collect<unknown>(), [value])).toThrow(EncodingError)
    }
  })
})
