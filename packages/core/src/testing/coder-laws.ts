/**
 * The laws of coders, checked on given values.
 *
 * A Coder promises that values come back as they were and that bytes are equal if and only if values are: the identity
 * of keys, the sharing of shards and the comparison of results rest on it.
 */
import { checkOptions, encodeValue, equalBytes, type Coder } from '../index.ts'
import { showValue } from './show-value.ts'

/** How the checker compares. */
export interface CoderLawOptions<T> {
  /** When two values are the same (equal canonical bytes, for plain data). */
  readonly equal?: (a: T, b: T) => boolean
}

/**
 * Returns the laws that the coder breaks on these values, one line of text each; none for a lawful one.
 *
 * **Contract** — Checked are: each value comes back equal; it has the same bytes each time and after coming back; bytes
 * that were returned do not change later; equal values have equal bytes, and different values different ones.
 *
 * ```ts
 * checkCoderLaws(canonicalCoder<unknown>(), [0, -0, 'a', [1n, null]]) // => []
 * ```
 */
export function checkCoderLaws<T>(
  coder: Coder<T>,
  values: readonly T[],
  options: CoderLawOptions<T> = {},
): readonly string[] {
  checkOptions('checkCoderLaws', options, { equal: true })
  const { equal = (a: T, b: T) => equalBytes(encodeValue(a), encodeValue(b)) } = options
  const broken: string[] = coder.id === '' ? ['id: empty, so that bytes do not say what they are'] : []
  const encoded: { readonly value: T; readonly bytes: Uint8Array; readonly copy: Uint8Array }[] = []
  for (const value of values) {
    try {
      const bytes = coder.encode(value)
      const copy = bytes.slice()
      const back = coder.decode(copy.slice())
      if (!equal(value, back)) broken.push(`round trip: ${showValue(value)} comes back as ${showValue(back)}`)
      if (!equalBytes(coder.encode(value), copy))
        broken.push(`determinism: ${showValue(value)} has other bytes the second time`)
      if (!equalBytes(coder.encode(back), copy))
        broken.push(`determinism: ${showValue(value)} has other bytes once it has come back`)
      encoded.push({ value, bytes, copy })
    } catch (error) {
      broken.push(`round trip: ${showValue(value)} threw ${String(error)}`)
    }
  }
  for (const [i, a] of encoded.entries()) {
    if (!equalBytes(a.bytes, a.copy))
      broken.push(`purity: the bytes of ${showValue(a.value)} changed after they were returned`)
    for (const b of encoded.slice(i + 1)) {
      const same = equalBytes(a.copy, b.copy)
      if (same === equal(a.value, b.value)) continue
      broken.push(
        `equality: ${showValue(a.value)} and ${showValue(b.value)} are ` +
          `${same ? 'different with equal' : 'equal with different'} bytes`,
      )
    }
  }
  return broken
}
