/**
 * plainBytes: an answer as bytes, if it is plain data.
 *
 * Answers have no coder. A snapshot holds those that need none; the others are asked for again by whoever goes on from it.
 */
import { encodeValue, EncodingError } from '@tidemark/core'

/** The canonical bytes of a value, or `null` where it is no plain data. */
export function plainBytes(value: unknown): Uint8Array | null {
  try {
    return encodeValue(value)
  } catch (cause) {
    if (cause instanceof EncodingError) return null
    throw cause
  }
}
