/**
 * fileSource: files as a source, whatever their format.
 *
 * Lists the files, leaves out those that are to be left out, and opens the others where their position says.
 */
import type { Json, PullSource, SourceReader, SourceSplit } from '@tidemark/core'
import type { ByteReader } from './byte-reader.ts'
import { ComparedBytes } from './content-hash.ts'
import { listFiles, pathTexts, skippedUnreadable } from './file-list.ts'
import type { FileLimits, Paths } from './file-options.ts'
import {
  fileSplits,
  identityIn,
  skippedSplit,
  wholeSplit,
  type FileRestriction,
  type SkippedRestriction,
} from './file-splits.ts'
import { GzipBytes } from './gzip-bytes.ts'
import { PlainBytes } from './plain-bytes.ts'
import { RecordBuffer } from './record-buffer.ts'
import { SkippedReader } from './skipped-reader.ts'

/** Where a reader goes on: a byte of the (expanded) file at which a record begins, the number of its line, and what the format needs. */
export type FilePosition = { readonly offset: number; readonly line: number; readonly state?: Json }

/** How a format reads files. */
export interface FileFormat<T> {
  /** Whether a record means the same wherever it stands, so that a file can be read from any line. */
  readonly splittable: boolean
  /** The files are listed anew, and may be others. */
  begin(): void
  /** Opens a split at its start, or where a reader before has stopped. */
  open(restriction: FileRestriction, position: FilePosition | undefined): SourceReader<T>
}

/**
 * A bounded source over files in the order of their paths. `kind` names the format for people.
 *
 * **Contract** — Positions are data: a reader opened at one goes on with the record after the last one given. Offsets are line
 * numbers of the file, also in a split that begins in its middle. A file that is not what was listed ends the run; one that is
 * left out stands in the ledger.
 */
export function fileSource<T>(kind: string, paths: Paths, limits: FileLimits, format: FileFormat<T>): PullSource<T> {
  const texts = pathTexts(paths)
  return Object.freeze({
    mode: 'pull' as const,
    description: `${kind} ${texts.join(', ')}`,
    bounded: true,
    unit: 'line' as const,
    async splits(): Promise<readonly SourceSplit[]> {
      format.begin()
      const { files, skipped } = listFiles(texts, limits)
      const splits = files.flatMap((file) => {
        try {
          return format.splittable ? fileSplits(file, limits.splitBytes) : [wholeSplit(file)]
        } catch (error) {
          return [skippedSplit(skippedUnreadable(file.path, error, limits))]
        }
      })
      return [...splits, ...skipped.map(skippedSplit)]
    },
    open(split: SourceSplit, position?: Json): SourceReader<T> {
      const restriction = split.restriction as FileRestriction | SkippedRestriction
      if ('skipped' in restriction) return new SkippedReader(restriction.skipped, position)
      try {
        return format.open(restriction, position as FilePosition | undefined)
      } catch (error) {
        // Records of the file may have been taken in already, and what is missing of it is then no longer the whole.
        if (position !== undefined) throw error
        return new SkippedReader(skippedUnreadable(restriction.path, error, limits), position)
      }
    },
  })
}

/** The bytes of a split from an offset on, as a buffer to take records from. */
export function openRecords(restriction: FileRestriction, offset: number, limits: FileLimits): RecordBuffer {
  const { path, end, size, gzip } = restriction
  return gzip
    ? new RecordBuffer(
        path,
        new GzipBytes(path, openBytes(restriction, 0, size, limits), offset, limits),
        offset,
        Infinity,
        limits,
      )
    : new RecordBuffer(path, openBytes(restriction, offset, end, limits), offset, end - offset, limits)
}

function openBytes(restriction: FileRestriction, start: number, end: number, limits: FileLimits): ByteReader {
  const Bytes = limits.checkContent ? ComparedBytes : PlainBytes
  return new Bytes(restriction.path, identityIn(restriction), start, end)
}
