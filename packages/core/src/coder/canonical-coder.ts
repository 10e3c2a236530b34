/**
 * The coder that stands where no other is given: canonical bytes.
 */
import { CANONICAL_VERSION, encodeValue } from './canonical-bytes.ts'
import { decodeValue } from './canonical-decode.ts'
import type { Coder } from './coder.ts'

const CANONICAL: Coder<unknown> = Object.freeze({
  id: `canonical:${CANONICAL_VERSION}`,
  encode: encodeValue,
  decode: decodeValue,
})

/**
 * Encodes plain data as {@link encodeValue} does: exactly, with equal bytes for equal values.
 *
 * The type is the caller's word: objects of a class are refused when they are encoded, since they would come back as
 * records.
 */
export function canonicalCoder<T>(): Coder<T> {
  return CANONICAL as Coder<T>
}
