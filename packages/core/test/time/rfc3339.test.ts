/**
 * Vectors of RFC 3339 that an independent implementation has computed. Skipped where the shared folder is absent.
 *
 * Policy where the vectors leave it open: leap seconds and a blank in place of `T` are refused.
 */
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { parseNanoseconds, parseTimestamp } from '../../src/time/parse-timestamp.ts'

const path = fileURLToPath(new URL('../../../../../shared/conformance/vectors/rfc3339.jsonl', import.meta.url))

interface Vector {
  readonly text: string
  readonly epochMilliseconds: number
  readonly nanosOfMillisecond: number
  readonly error?: string
}

const vectors = existsSync(path)
  ? readFileSync(path, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Vector)
  : []

describe.skipIf(vectors.length === 0)('the vectors of RFC 3339', () => {
  it('are there', () => {
    expect(vectors).toHaveLength(100)
  })

  it.each(vectors.filter(({ error }) => error === undefined))('give $text as an instant', (vector) => {
    expect(parseTimestamp(vector.text)).toBe(vector.epochMilliseconds)
    const nanoseconds = BigInt(vector.epochMilliseconds) * 1_000_000n + BigInt(vector.nanosOfMillisecond)
    expect(parseNanoseconds(vector.text)).toBe(nanoseconds)
  })

  it.each(vectors.filter(({ error }) => error !== undefined))('have "$text" refused: $error', ({ text }) => {
    expect(() => parseTimestamp(text)).toThrow(expect.objectContaining({ code: 'BAD_TIMESTAMP' }))
  })
})
