/**
 * writeNdjson: results as one JSON record per line.
 */
import { checkOptions, EncodingError, write, type PCollection, type PTransform } from '@tidemark/core'
import type { ResultRow } from '../file/result-row.ts'
import { FILE_WRITE_OPTIONS, rowSink, type FileWriteOptions } from '../file/row-sink.ts'
import { visible } from '../file/visible-text.ts'

/**
 * Writes elements as rows of an NDJSON file that appears when the run has succeeded, sorted by (window end, window start, element).
 *
 * Elements are plain data. Numbers are written exactly, -0 among them; NaN and infinities are refused (`JSON_NUMBER`), as JSON has no sign for
 * them. Bigints are written as text, bytes as text in base64.
 */
export function writeNdjson<T>(
  name: string,
  path: string | URL,
  options: FileWriteOptions<T> = {},
): PTransform<PCollection<T>, void> {
  checkOptions(`writeNdjson(${JSON.stringify(name)})`, options, FILE_WRITE_OPTIONS)
  return write(
    name,
    rowSink('ndjson', path, options, () => ({ line: (row) => `${jsonOf(row)}\n`, header: () => '' })),
  )
}

/** A row as JSON, exactly. */
function jsonOf(row: ResultRow): string {
  let hasMinusZero = false
  // Looks at the value as it stands in the row: JSON.stringify would hand over what toJSON made of a Buffer.
  const text = JSON.stringify(row, function exact(this: ResultRow, name: string) {
    const value = this[name]
    if (value === 0) hasMinusZero ||= Object.is(value, -0)
    else if (typeof value === 'number' && !Number.isFinite(value)) throw noSign(name, value)
    return asJson(value)
  })
  return hasMinusZero ? memberText(row) : text
}

// JSON can say -0, JSON.stringify cannot: this makes the same text member by member.
function memberText(value: unknown): string {
  if (Object.is(value, -0)) return '-0'
  if (Array.isArray(value)) return `[${value.map(memberText).join(',')}]`
  const plain = asJson(value)
  if (typeof plain !== 'object' || plain === null) return JSON.stringify(plain)
  return `{${Object.entries(plain)
    .map(([name, part]) => `${JSON.stringify(name)}:${memberText(part)}`)
    .join(',')}}`
}

function asJson(value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString()
  return value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value
}

function noSign(name: string, value: number): EncodingError {
  return new EncodingError(
    'JSON_NUMBER',
    `The field "${visible(name, 60)}" is ${value}, for which JSON has no sign: it would be written as null. Leave the field out or write it as text.`,
  )
}
