/**
 * Canonical bytes: the one encoding of plain data that defines equality.
 *
 * Two keys are the same if and only if their bytes are, on every machine, and keys sort as their bytes do: null, false,
 * true, numbers by size, bigints by size, text by code point, bytes, arrays by element, records by field. It is also
 * the value coder, breaks ties and compares results.
 *
 * Form: the version, then one value, which is a tag and a body that says where it ends; no encoding begins another.
 *
 *     null, false, true   nothing
 *     number              eight bytes: see ByteWriter.orderedDouble; one NaN, above infinity
 *     bigint              its length (below zero: complemented), then the magnitude, highest byte first (likewise)
 *     text                UTF-8, not normalised; 00 and 01 are written 01 01 and 01 02; ends at 00
 *     bytes               likewise
 *     array               its elements; ends at 00
 *     record              for each field, in code unit order of names: 01, name as text, value; ends at 00
 *
 * A key differs from a value in two points: -0 is written as 0, and NaN is refused.
 */
import { bytesOf, type ByteWriter } from './byte-writer.ts'
import { fieldNames, hasSymbolFields, isBytes, isPlainArray, isRecord } from './plain-data.ts'
import { MAX_DEPTH, refusal } from './refusal.ts'

/** The first byte of every encoding. Another form of bytes would have another version. */
export const CANONICAL_VERSION = 1

/** The byte before the name of a record's field. */
export const FIELD = 0x01

/** The byte after the last element of an array and the last field of a record. */
export const END = 0x00

/** Tags, in the order in which values of different types sort. */
export const TAG = {
  null: 0x10,
  false: 0x18,
  true: 0x19,
  number: 0x20,
  bigint: 0x28,
  text: 0x30,
  bytes: 0x38,
  array: 0x40,
  record: 0x48,
} as const

/**
 * Encodes a key.
 *
 * **Contract** — Keys are the same if and only if their bytes are: 1, '1' and 1n differ, 0 and -0 do not, field order
 * has no meaning, text is not normalised. Throws an {@link EncodingError} that names the part at fault: `KEY_NAN`,
 * `VALUE_UNDEFINED`, `LONE_SURROGATE`, `CLASS_INSTANCE`, `SPARSE_ARRAY`, `CYCLE`, `VALUE_FUNCTION`, `VALUE_SYMBOL`,
 * `SYMBOL_FIELD` or `TOO_DEEP`.
 *
 * ```ts
 * encodeKey('a') // => Uint8Array.of(1, 0x30, 0x61, 0)
 * ```
 */
export function encodeKey(key: unknown): Uint8Array<ArrayBuffer> {
  return encode(key, true)
}

/**
 * Encodes a value exactly: -0 is not 0, and every NaN is the same. Refuses what {@link encodeKey} does, but for NaN.
 *
 * Properties that an array has beside its elements are not part of its value.
 */
export function encodeValue(value: unknown): Uint8Array<ArrayBuffer> {
  return encode(value, false)
}

function encode(value: unknown, asKey: boolean): Uint8Array<ArrayBuffer> {
  const bytes = bytesOf((writer) => {
    writer.byte(CANONICAL_VERSION)
    return write(writer, value, asKey, [])
  })
  if (bytes === undefined) throw refusal(value, asKey ? 'key' : 'value')
  return bytes
}

function write(writer: ByteWriter, value: unknown, asKey: boolean, ancestors: object[]): boolean {
  switch (typeof value) {
    case 'string':
      writer.byte(TAG.text)
      return writer.terminatedText(value)
    case 'number':
      return writeNumber(writer, value, asKey)
    case 'boolean':
      writer.byte(value ? TAG.true : TAG.false)
      return true
    case 'bigint':
      writer.byte(TAG.bigint)
      writeBigint(writer, value)
      return true
    case 'object':
      if (value !== null) return writeObject(writer, value, asKey, ancestors)
      writer.byte(TAG.null)
      return true
    default:
      return false
  }
}

function writeNumber(writer: ByteWriter, value: number, asKey: boolean): boolean {
  writer.byte(TAG.number)
  // Adding zero turns -0 into 0. NaN is written as the literal, since its bits may differ.
  writer.orderedDouble(asKey ? value + 0 : Number.isNaN(value) ? NaN : value)
  return !asKey || !Number.isNaN(value)
}

function writeObject(writer: ByteWriter, value: object, asKey: boolean, ancestors: object[]): boolean {
  if (isBytes(value)) {
    writer.byte(TAG.bytes)
    writer.terminated(value)
    return true
  }
  if (ancestors.length >= MAX_DEPTH || ancestors.includes(value)) return false
  ancestors.push(value)
  const complete = isPlainArray(value)
    ? writeArray(writer, value, asKey, ancestors)
    : writeRecord(writer, value, asKey, ancestors)
  ancestors.pop()
  return complete
}

function writeArray(writer: ByteWriter, value: readonly unknown[], asKey: boolean, ancestors: object[]): boolean {
  writer.byte(TAG.array)
  // A hole reads as undefined and is refused.
  for (let i = 0; i < value.length; i += 1) if (!write(writer, value[i], asKey, ancestors)) return false
  writer.byte(END)
  return true
}

function writeRecord(writer: ByteWriter, value: object, asKey: boolean, ancestors: object[]): boolean {
  if (!isRecord(value) || hasSymbolFields(value)) return false
  writer.byte(TAG.record)
  for (const name of fieldNames(value)) {
    writer.byte(FIELD)
    if (!writer.terminatedText(name) || !write(writer, value[name], asKey, ancestors)) return false
  }
  writer.byte(END)
  return true
}

function writeBigint(writer: ByteWriter, value: bigint): void {
  const mask = value < 0n ? 0xff : 0
  const digits = value === 0n ? '' : (value < 0n ? -value : value).toString(16)
  const hex = digits.length % 2 === 0 ? digits : `0${digits}`
  const length = hex.length / 2
  // Lengths up to 126 are the distance from 0x80 (below zero: from 0x7f); longer ones follow in four bytes.
  if (length <= 126) writer.byte((0x80 + length) ^ mask)
  else {
    writer.byte(0xff ^ mask)
    for (let shift = 24; shift >= 0; shift -= 8) writer.byte(((length >>> shift) & 0xff) ^ mask)
  }
  for (let i = 0; i < hex.length; i += 2) writer.byte(Number.parseInt(hex.slice(i, i + 2), 16) ^ mask)
}
