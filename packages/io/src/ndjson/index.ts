/**
 * The door to NDJSON files.
 */
export { readNdjson } from './read-ndjson.ts'
export type { NdjsonReadOptions } from './read-ndjson.ts'
export type { DescribedSchema, FieldWords, StrictJsonOptions } from './strict-fields.ts'
export { writeNdjson } from './write-ndjson.ts'
export type { FileOptions, FileReadOptions, Paths } from '../file/file-options.ts'
export type { ResultRow, RowOptions } from '../file/result-row.ts'
export type { FileWriteOptions } from '../file/row-sink.ts'
