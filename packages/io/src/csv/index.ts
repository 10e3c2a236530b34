/**
 * The door to CSV files. Reading needs the package csv-parse.
 */
export { readCsv } from './read-csv.ts'
export type { CsvReadOptions } from './read-csv.ts'
export { writeCsv } from './write-csv.ts'
export type { CsvWriteOptions } from './write-csv.ts'
export type { FileOptions, FileReadOptions, Paths } from '../file/file-options.ts'
export type { ResultRow, RowOptions } from '../file/result-row.ts'
export type { FileWriteOptions } from '../file/row-sink.ts'
