/**
 * The door to TSV files and Zeek's logs.
 */
export { readTsv } from './read-tsv.ts'
export type { TsvReadOptions } from './read-tsv.ts'
export type { TsvRow } from './tsv-format.ts'
export type { TsvValue } from './zeek-value.ts'
export { microsecondsOfSeconds } from '../file/exact-time.ts'
export type { FileOptions, FileReadOptions, Paths } from '../file/file-options.ts'
