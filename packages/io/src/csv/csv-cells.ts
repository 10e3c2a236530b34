/**
 * The cells of CSV records: without a quote by splitting, which is all there is to it; with one by csv-parse.
 */
import { RecordFault } from '../file/record-fault.ts'
import type { CsvParse } from './csv-parse.ts'

const FAULTS: Readonly<Record<string, string>> = {
  INVALID_OPENING_QUOTE: 'a quote stands in a field that does not begin with one',
  CSV_INVALID_CLOSING_QUOTE: 'something follows a closing quote that is neither a delimiter nor the end of the record',
  CSV_QUOTE_NOT_CLOSED: 'a quoted field is not closed before the end of the file',
}

/** The cells of each record, or why it has none (`CSV_SHAPE`). Records come without their line ends. */
export function quotedCells(
  records: readonly Uint8Array[],
  delimiter: string,
  parse: CsvParse,
): readonly (readonly string[] | RecordFault)[] {
  const parsed = (bytes: Uint8Array) =>
    parse(bytes, { delimiter, record_delimiter: ['\n'], relax_column_count: true, max_record_size: 0 })
  try {
    const rows = parsed(joined(records))
    // Where the library saw other records than were found, one is malformed.
    if (rows.length === records.length) return rows
  } catch {
    // One at a time shows which it was.
  }
  return records.map((record) => {
    try {
      const rows = parsed(record)
      return rows.length === 1 && rows[0] !== undefined
        ? rows[0]
        : new RecordFault('CSV_SHAPE', 'its quotes do not match')
    } catch (error) {
      return new RecordFault('CSV_SHAPE', describe(error))
    }
  })
}

function joined(records: readonly Uint8Array[]): Uint8Array {
  const feed = Uint8Array.of(10)
  return Buffer.concat(records.flatMap((record) => [record, feed]))
}

function describe(error: unknown): string {
  const code = (error as { readonly code?: string }).code ?? ''
  return FAULTS[code] ?? (error instanceof Error ? error.message : String(error))
}
