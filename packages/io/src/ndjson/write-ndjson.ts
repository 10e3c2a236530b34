/**
 * writeNdjson: results as one JSON record per line.
 */
import { EncodingError, write, type PCollection, type PTransform } from '@tidemark/core'
import type { ResultRow } from '../file/result-row.ts'
import { rowSink, type FileWriteOptions } from '../file/row-sink.ts'

/**
 * Writes elements as rows of an NDJSON file that appears when the run has succeeded, sorted by (window end, window start, element).
 *
 * Elements are plain data. Bigints are written as text, bytes as text in base64; NaN and infinities are refused (`JSON_NUMBER`), as JSON has
 * no sign for them.
 */
export function writeNdjson<T>(
  name: string,
  path: string | URL,
  options: FileWriteOptions<T> = {},
): PTransform<PCollection<T>, void> {
  return write(
    name,
    rowSink('ndjson', path, options, () => ({ line: jsonLine, header: () => '' })),
  )
}

function jsonLine(row: ResultRow): string {
  return `${JSON.stringify(row, exact)}\n`
}

// Looks at the value as it stands in the row: JSON.stringify would hand over what toJSON made of a Buffer.
function exact(this: ResultRow, name: string): unknown {
  const value = this[name]
  if (typeof value === 'bigint') return value.toString()
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw new EncodingError(
      'JSON_NUMBER',
      `The field ${name} is ${value}, for which JSON has no sign: it would be written as null. Leave the field out or write it as text.`,
    )
  }
  return value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value
}
