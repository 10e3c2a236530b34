/**
 * The readers of files side by side: what holds for text holds for every format of it.
 */
import { join } from 'node:path'
import { readCsv } from '@tidemark/io/csv'
import { readNdjson } from '@tidemark/io/ndjson'
import { readText, type FileOptions } from '@tidemark/io/text'
import { readTsv } from '@tidemark/io/tsv'
import { scratchFolder } from '../scratch-folder.ts'
import { timestamp } from './run-files.ts'

/** A reader of each format; its step is called `Records`. */
export const readers = {
  text: (file: string, options: FileOptions = {}) => readText('Records', file, { timestamp, ...options }),
  ndjson: (file: string, options: FileOptions = {}) => readNdjson('Records', file, { timestamp, ...options }),
  csv: (file: string, options: FileOptions = {}) => readCsv('Records', file, { timestamp, ...options }),
  tsv: (file: string, options: FileOptions = {}) => readTsv('Records', file, { timestamp, ...options }),
}

/** The names of the formats. */
export const formats = ['text', 'ndjson', 'csv', 'tsv'] as const

/** A file of the given content, gone when the test is. */
export function fileOf(content: string | Uint8Array): string {
  return join(scratchFolder({ a: content }), 'a')
}

/** Text whose characters are its bytes. */
export function latin1(text: string): Buffer {
  return Buffer.from(text, 'latin1')
}

/** Whether bytes begin as a file of another kind does, which is refused as a whole. */
export function isForeign(bytes: Buffer): boolean {
  const signs = ['fffe', 'feff', '0000feff', '1f8b', '504b0304', '28b52ffd', 'fd377a585a00']
  return signs.some((sign) => bytes.toString('hex', 0, 6).startsWith(sign))
}
