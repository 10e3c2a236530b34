/**
 * The register of a key: which cell of a HyperLogLog a value falls in, and how high it reaches there.
 *
 * Both are read from 64 bits that stand for the key's canonical bytes: two 32-bit hashes of core with different seeds. Bytes are
 * made only where that is needed: short text in ASCII and numbers are hashed from what they are, with the same result to the bit
 * (key-register.test-prop.ts holds it). What a sketch has stored depends on it, so it may never change.
 */
import { encodeKey, hashBytes } from '@tidemark/core'

/** How many bits of a register's number its rank takes, the lowest ones. */
export const RANK_BITS = 6

const HIGH_SEED = 0x71de_3a4c
const LOW_SEED = 0x2b99_10f7

// The block cipher of MurmurHash3 x86 32, as hashBytes has it.
const C1 = 0xcc9e2d51
const C2 = 0x1b873593

// The first two bytes of a key that is text, and of one that is a number: the version of the encoding and a tag.
const TEXT_HEAD = 0x3001
const NUMBER_HEAD = 0x2001
const NUMBER_LENGTH = 10

// Four bytes, each of them two, and the highest bit of each.
const TWOS = 0x0202_0202
const HIGH_BITS = 0x8080_8080

// One double and its bits, written and read at once: nothing is kept in them.
const double = new DataView(new ArrayBuffer(8))

/**
 * Returns the register that a key falls in, times 64, plus its rank there: one more than the number of zero bits before the first
 * one bit of what follows the `precision` bits that chose the register. Equal keys give equal results; what {@link encodeKey}
 * refuses is refused.
 */
export function keyRegister(key: unknown, precision: number): number {
  if (typeof key === 'string') return textRegister(key, precision)
  // NaN is no key, and is refused as any other value that is none.
  if (typeof key === 'number' && !Number.isNaN(key)) return numberRegister(key, precision)
  return bytesRegister(encodeKey(key), precision)
}

/** What {@link keyRegister} is, by way of the bytes. */
export function bytesRegister(bytes: Uint8Array, precision: number): number {
  return register(hashBytes(bytes, HIGH_SEED), hashBytes(bytes, LOW_SEED), precision)
}

function register(high: number, low: number, precision: number): number {
  const index = high >>> (32 - precision)
  const rest = high << precision
  const zeros = rest === 0 ? 32 - precision + Math.clz32(low) : Math.clz32(rest)
  return (index << RANK_BITS) | (zeros + 1)
}

function textRegister(text: string, precision: number): number {
  const { length } = text
  let high = HIGH_SEED
  let low = LOW_SEED
  let word = TEXT_HEAD
  // Or-ed together, characters show whether one of them is not in ASCII, and four at once less two each whether one is 0 or 1: these are
  // not written as the one byte that they are.
  let odd = 0
  let least = 0
  let at = 0
  if (length > 1) {
    const a = text.charCodeAt(0)
    const b = text.charCodeAt(1)
    odd = a | b | (a - 2) | (b - 2)
    word |= (a << 16) | (b << 24)
    const block = scramble(word)
    high = mix(high, block)
    low = mix(low, block)
    for (at = 2; at + 4 <= length; at += 4) {
      const c = text.charCodeAt(at)
      const d = text.charCodeAt(at + 1)
      const e = text.charCodeAt(at + 2)
      const f = text.charCodeAt(at + 3)
      odd |= c | d | e | f
      const four = c | (d << 8) | (e << 16) | (f << 24)
      least |= four - TWOS
      const next = scramble(four)
      high = mix(high, next)
      low = mix(low, next)
    }
    word = 0
  }
  // What is left, and the zero that ends the text.
  let shift = length > 1 ? 0 : 16
  for (; at < length; at += 1, shift += 8) {
    const code = text.charCodeAt(at)
    odd |= code | (code - 2)
    word |= code << shift
  }
  if ((odd & ~0x7f) !== 0 || (least & HIGH_BITS) !== 0) return bytesRegister(encodeKey(text), precision)
  const last = scramble(word)
  const whole = shift === 24
  return register(
    finish((whole ? mix(high, last) : high ^ last) ^ (length + 3)),
    finish((whole ? mix(low, last) : low ^ last) ^ (length + 3)),
    precision,
  )
}

function numberRegister(value: number, precision: number): number {
  // Adding zero turns -0 into 0. The bits are those that sort as numbers do: see ByteWriter.orderedDouble of core.
  double.setFloat64(0, value + 0)
  const negative = double.getInt32(0) >> 31
  const first = double.getInt32(0) ^ (negative | 0x8000_0000)
  const second = double.getInt32(4) ^ negative
  const one = scramble(NUMBER_HEAD | ((first >>> 8) & 0xff_0000) | ((first & 0xff_0000) << 8))
  const two = scramble(
    ((first >>> 8) & 0xff) | ((first & 0xff) << 8) | ((second >>> 8) & 0xff_0000) | ((second & 0xff_0000) << 8),
  )
  const rest = scramble(((second >>> 8) & 0xff) | ((second & 0xff) << 8)) ^ NUMBER_LENGTH
  return register(finish(mix(mix(HIGH_SEED, one), two) ^ rest), finish(mix(mix(LOW_SEED, one), two) ^ rest), precision)
}

function scramble(block: number): number {
  const product = Math.imul(block, C1)
  return Math.imul((product << 15) | (product >>> 17), C2)
}

function mix(hash: number, block: number): number {
  const mixed = hash ^ block
  return (Math.imul((mixed << 13) | (mixed >>> 19), 5) + 0xe654_6b64) | 0
}

function finish(hash: number): number {
  const once = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b)
  const twice = Math.imul(once ^ (once >>> 13), 0xc2b2_ae35)
  return twice ^ (twice >>> 16)
}
