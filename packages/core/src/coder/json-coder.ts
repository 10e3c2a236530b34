/**
 * A coder whose bytes people and other programs can read: JSON in UTF-8.
 *
 * Fields are written in code unit order and nothing is left out or changed, so equal values have equal bytes and every
 * value comes back as it was. What JSON cannot carry is refused: undefined, bigints, bytes, NaN and infinities.
 */
import { EncodingError } from '../error/pipeline-error.ts'
import { bytesOf } from './byte-writer.ts'
import type { Coder } from './coder.ts'
import { fieldNames, hasSymbolFields, isBytes, isPlainArray, isRecord } from './plain-data.ts'
import { MAX_DEPTH, refusal } from './refusal.ts'
import { decodeUtf8 } from './utf8.ts'

/**
 * Encodes plain data as JSON. Throws an {@link EncodingError} that names the part at fault, as {@link encodeValue}
 * does.
 *
 * ```ts
 * String.fromCharCode(...jsonCoder().encode({ b: -0, a: ['x', null] })) // => '{"a":["x",null],"b":-0}'
 * ```
 */
export function jsonCoder<T>(): Coder<T> {
  return JSON_CODER as Coder<T>
}

const JSON_CODER: Coder<unknown> = Object.freeze({
  id: 'json:1',
  encode: (value: unknown): Uint8Array => {
    const text = jsonText(value, [])
    const bytes = text === undefined ? undefined : bytesOf((writer) => writer.text(text))
    if (bytes === undefined) throw refusal(value, 'json')
    return bytes
  },
  decode: (bytes: Uint8Array): unknown => {
    const text = decodeUtf8(bytes, 0, bytes.length)
    if (text === undefined) {
      throw new EncodingError(
        'BAD_BYTES',
        `${bytes.length} bytes for JSON are not UTF-8. They were cut or are something else; take an intact copy.`,
      )
    }
    return parse(text)
  },
})

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new EncodingError(
      'BAD_BYTES',
      `${text.length} characters are not JSON. They were cut or are something else; take an intact copy.`,
      { cause },
    )
  }
}

function jsonText(value: unknown, ancestors: object[]): string | undefined {
  switch (typeof value) {
    case 'string':
      // JSON.stringify would write half a surrogate pair as an escape.
      return /\p{Surrogate}/u.test(value) ? undefined : JSON.stringify(value)
    case 'number':
      return Number.isFinite(value) ? (Object.is(value, -0) ? '-0' : String(value)) : undefined
    case 'boolean':
      return String(value)
    case 'object':
      return value === null ? 'null' : objectText(value, ancestors)
    default:
      return undefined
  }
}

function objectText(value: object, ancestors: object[]): string | undefined {
  if (ancestors.length >= MAX_DEPTH || ancestors.includes(value) || isBytes(value)) return undefined
  const isArray = isPlainArray(value)
  if (!isArray && (!isRecord(value) || hasSymbolFields(value))) return undefined
  ancestors.push(value)
  const parts: string[] = []
  for (const part of isArray ? value : fieldNames(value)) {
    const name = isArray ? '' : jsonText(part, ancestors)
    const text = jsonText(isArray ? part : Reflect.get(value, part as string), ancestors)
    if (name === undefined || text === undefined) return undefined
    parts.push(isArray ? text : `${name}:${text}`)
  }
  ancestors.pop()
  return isArray ? `[${parts.join(',')}]` : `{${parts.join(',')}}`
}
