/**
 * hashBytes: 32 bits that stand for bytes, the same on every machine and for ever.
 *
 * MurmurHash3 x86 32 (Austin Appleby, public domain), written without the platform's crypto: the core is pure, and what
 * the hash decides (the shard of a key, the fingerprint of a graph) is stored, so it may never change. Not for secrets.
 */

const C1 = 0xcc9e2d51
const C2 = 0x1b873593

/**
 * Hashes bytes to a whole number from 0 to 2^32 - 1.
 *
 * **Contract** — equal bytes and equal seeds give equal hashes, in every version. `seed` is read as 32 bits.
 *
 * ```ts
 * hashBytes(encodeKey('eu')) === hashBytes(encodeKey('eu')) // => true
 * ```
 */
export function hashBytes(bytes: Uint8Array, seed = 0): number {
  const { length } = bytes
  const whole = length & ~3
  let hash = seed | 0
  for (let at = 0; at < whole; at += 4) {
    hash ^= scramble(bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24))
    hash = (Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64) | 0
  }
  let tail = 0
  for (let at = length - 1; at >= whole; at -= 1) tail = (tail << 8) | bytes[at]!
  // A tail of zeros scrambles to zero, so no tail needs no case of its own.
  hash ^= scramble(tail)
  hash ^= length
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}

function scramble(block: number): number {
  const product = Math.imul(block, C1)
  return Math.imul((product << 15) | (product >>> 17), C2)
}
