/**
 * Globs, one part of a path at a time.
 */
import { describe, expect, it } from 'vitest'
import { isGlob, nameMatcher } from '../../src/file/glob.ts'

const matches = (part: string, ...names: readonly string[]) => names.filter(nameMatcher(part))

describe('a part of a glob', () => {
  it('matches any run of characters at a star', () => {
    expect(matches('*.ndjson', 'a.ndjson', '.ndjson', 'a.ndjson.gz', 'b.c.ndjson')).toEqual(['a.ndjson', 'b.c.ndjson'])
    expect(matches('a*b*c', 'abc', 'aXbYc', 'acb', 'abcbc')).toEqual(['abc', 'aXbYc', 'abcbc'])
  })

  it('matches one character at a question mark, also one beyond the basic plane', () => {
    expect(matches('?.txt', 'a.txt', '𝄞.txt', '.txt', 'ab.txt')).toEqual(['a.txt', '𝄞.txt'])
  })

  it('matches one of a set, a range, and what is outside of one', () => {
    expect(matches('day-0[1-3]', 'day-01', 'day-03', 'day-04')).toEqual(['day-01', 'day-03'])
    expect(matches('[!a]x', 'ax', 'bx')).toEqual(['bx'])
    expect(matches('[]]', ']', 'a')).toEqual([']'])
    expect(matches('a[b', 'a[b', 'ab')).toEqual(['a[b'])
  })

  it('matches hidden names only when it begins with a dot', () => {
    expect(matches('*', '.git', 'a')).toEqual(['a'])
    expect(matches('.*', '.git', 'a')).toEqual(['.git'])
  })

  it('takes no time that grows with the number of stars', () => {
    const started = performance.now()
    expect(matches('*a'.repeat(200) + 'b', 'a'.repeat(5000))).toEqual([])
    expect(performance.now() - started).toBeLessThan(2000)
  })
})

describe('isGlob', () => {
  it('tells patterns from plain paths', () => {
    expect(['a/b.ndjson', 'a/*.ndjson', 'a?', '[ab]'].map(isGlob)).toEqual([false, true, true, true])
  })
})
