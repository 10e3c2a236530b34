/**
 * readLines: the transform that reads files of lines in a format; what readText, readNdjson and readTsv share.
 */
import { read, type PCollection, type PTransform, type Root } from '@tidemark/core'
import { eventTimeOptions } from './event-time-options.ts'
import { fileLimits, type FileReadOptions, type Paths } from './file-options.ts'
import type { LineFormat } from './line-format.ts'
import { lineSource } from './line-source.ts'

/** Reads files whose records are lines. `kind` names the format for people. */
export function readLines<T>(
  name: string,
  kind: string,
  paths: Paths,
  format: LineFormat<T>,
  options: FileReadOptions<T>,
): PTransform<Root, PCollection<T>> {
  return read(name, lineSource(kind, paths, fileLimits(options), format), eventTimeOptions(options))
}
