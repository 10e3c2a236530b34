/**
 * Reading of canonical bytes, strictly: bytes that {@link encodeValue} would not write are refused.
 *
 * So decoding is one-to-one as encoding is, and damaged bytes are noticed rather than read as something else.
 */
import { EncodingError } from '../error/pipeline-error.ts'
import { CANONICAL_VERSION, END, FIELD, TAG } from './canonical-bytes.ts'
import { MAX_DEPTH } from './refusal.ts'
import { decodeUtf8, oneCharacterPerByte } from './utf8.ts'

/**
 * Decodes what {@link encodeValue} or {@link encodeKey} has written.
 *
 * **Contract** — Records come back as objects with the usual prototype and fields in code unit order; a field named
 * `__proto__` is a field like others. Throws an {@link EncodingError}: `BYTES_VERSION` for bytes of another version,
 * `BAD_BYTES` for bytes that are cut or damaged.
 *
 * ```ts
 * decodeValue(encodeValue({ b: [1, 2n], a: null })) // => { a: null, b: [1, 2n] }
 * ```
 */
export function decodeValue(bytes: Uint8Array): unknown {
  if (bytes[0] !== CANONICAL_VERSION) {
    throw new EncodingError(
      'BYTES_VERSION',
      `Canonical bytes begin with ${bytes[0] ?? 'nothing'} and this version of Tidemark reads ` +
        `${CANONICAL_VERSION}. They were ` +
        'written by another version or are something else. Read them with the version that wrote them.',
    )
  }
  const source: Source = { bytes, at: 1, depth: 0 }
  const value = read(source)
  if (source.at !== bytes.length) throw bad(source, 'more bytes after the value')
  return value
}

const ONE_NAN = 0x7ff8_0000_0000_0000n

interface Source {
  readonly bytes: Uint8Array
  at: number
  depth: number
}

function read(source: Source): unknown {
  const tag = next(source)
  switch (tag) {
    case TAG.null:
      return null
    case TAG.false:
      return false
    case TAG.true:
      return true
    case TAG.number:
      return readNumber(source)
    case TAG.bigint:
      return readBigint(source)
    case TAG.text:
      return readText(source)
    case TAG.bytes:
      return new Uint8Array(readTerminated(source))
    case TAG.array:
      return nested(source, readArray)
    case TAG.record:
      return nested(source, readRecord)
    default:
      throw bad(source, `the unknown tag ${tag}`)
  }
}

function nested<T>(source: Source, readBody: (source: Source) => T): T {
  source.depth += 1
  if (source.depth > MAX_DEPTH) throw bad(source, `more than ${MAX_DEPTH} levels`)
  const value = readBody(source)
  source.depth -= 1
  return value
}

function readArray(source: Source): unknown[] {
  const elements: unknown[] = []
  while (source.bytes[source.at] !== END) elements.push(read(source))
  source.at += 1
  return elements
}

function readRecord(source: Source): Record<string, unknown> {
  const record: Record<string, unknown> = {}
  let before: string | undefined
  for (let mark = next(source); mark !== END; mark = next(source)) {
    if (mark !== FIELD) throw bad(source, `${mark} where a field begins`)
    const name = readText(source)
    if (before !== undefined && name <= before) throw bad(source, 'fields out of order')
    before = name
    const value = read(source)
    // Assigning to __proto__ would change the prototype, and to another inherited name is refused where the prototype is frozen.
    if (name in Object.prototype)
      Object.defineProperty(record, name, { value, writable: true, enumerable: true, configurable: true })
    else record[name] = value
  }
  return record
}

const scratch = new DataView(new ArrayBuffer(8))

function readNumber(source: Source): number {
  const { bytes, at } = source
  if (at + 8 > bytes.length) throw bad(source, 'an end in the middle of a value')
  const mask = (bytes[at] ?? 0) < 0x80 ? 0xff : 0
  for (let i = 0; i < 8; i += 1) scratch.setUint8(i, (bytes[at + i] ?? 0) ^ mask)
  if (mask === 0) scratch.setUint8(0, scratch.getUint8(0) ^ 0x80)
  source.at = at + 8
  const value = scratch.getFloat64(0)
  if (Number.isNaN(value) && scratch.getBigUint64(0) !== ONE_NAN) throw bad(source, 'a NaN other than the one')
  return value
}

function readBigint(source: Source): bigint {
  const head = next(source)
  const mask = head < 0x80 ? 0xff : 0
  let length = (head ^ mask) - 0x80
  const long = length === 127
  if (long) length = take(source, 4).reduce((sum, byte) => sum * 256 + (byte ^ mask), 0)
  const body = take(source, length)
  const shortest = long ? length > 126 : length > 0 || mask === 0
  if (!shortest || (length > 0 && body[0] === mask)) throw bad(source, 'a bigint that is longer than it need be')
  if (length === 0) return 0n
  let hex = '0x'
  for (const byte of body) hex += (byte ^ mask).toString(16).padStart(2, '0')
  return mask === 0 ? BigInt(hex) : -BigInt(hex)
}

function readText(source: Source): string {
  const { bytes, at: start } = source
  let at = start
  // Most text is ASCII throughout and has nothing to undo.
  for (let byte = bytes[at]; byte !== undefined && byte > 1 && byte < 0x80; byte = bytes[at]) at += 1
  if (bytes[at] === 0) {
    source.at = at + 1
    return oneCharacterPerByte(bytes, start, at)
  }
  const body = readTerminated(source)
  const text = decodeUtf8(body, 0, body.length)
  if (text === undefined) throw bad(source, 'text that is not UTF-8')
  return text
}

function readTerminated(source: Source): Uint8Array {
  const end = source.bytes.indexOf(0, source.at)
  if (end < 0) throw bad(source, 'no end of text or bytes')
  const body = source.bytes.subarray(source.at, end)
  const plain = body.includes(1) ? unescape(body) : body
  if (plain === undefined) throw bad(source, 'text or bytes with a 1 that stands for nothing')
  source.at = end + 1
  return plain
}

function unescape(body: Uint8Array): Uint8Array | undefined {
  const plain = new Uint8Array(body.length)
  let length = 0
  for (let i = 0; i < body.length; i += 1) {
    let byte = body[i] ?? 0
    if (byte === 1) {
      i += 1
      byte = (body[i] ?? 0) - 1
      if (byte !== 0 && byte !== 1) return undefined
    }
    plain[length] = byte
    length += 1
  }
  return plain.subarray(0, length)
}

function take(source: Source, count: number): Uint8Array {
  if (source.at + count > source.bytes.length) throw bad(source, 'an end in the middle of a value')
  source.at += count
  return source.bytes.subarray(source.at - count, source.at)
}

function next(source: Source): number {
  const byte = source.bytes[source.at]
  if (byte === undefined) throw bad(source, 'an end in the middle of a value')
  source.at += 1
  return byte
}

function bad({ at }: Source, what: string): EncodingError {
  return new EncodingError(
    'BAD_BYTES',
    `Canonical bytes have ${what} at byte ${at}. They were cut, damaged or written by something else, so reading ` +
      'on would give ' +
      'a wrong value. Take them from an intact copy.',
  )
}
