/**
 * The library that reads quoted fields, csv-parse: an optional peer, looked for when a pipeline first asks for CSV.
 */
import { createRequire } from 'node:module'
import { PipelineError } from '@tidemark/core'

/** What is used of `csv-parse/sync`: complete records to their cells. */
export type CsvParse = (
  input: Uint8Array,
  options: {
    readonly delimiter: string
    readonly record_delimiter: string[]
    readonly relax_column_count: true
    readonly max_record_size: 0
  },
) => string[][]

/** Loads csv-parse. Throws a {@link PipelineError} with code `MISSING_PEER` that says what to install. */
export function loadCsvParse(require: (id: string) => unknown = createRequire(import.meta.url)): CsvParse {
  try {
    return (require('csv-parse/sync') as { readonly parse: CsvParse }).parse
  } catch (cause) {
    throw new PipelineError(
      'MISSING_PEER',
      'Reading CSV needs the package csv-parse, which is not installed. It is an optional peer of @tidemark/io, so that programs ' +
        'without CSV do not carry it. Install it: npm install csv-parse@7',
      { cause },
    )
  }
}
