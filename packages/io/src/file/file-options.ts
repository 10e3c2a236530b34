/**
 * Options that every reader of files shares, and their limits checked once, at construction.
 */
import { PipelineError, type ReadOptions } from '@tidemark/core'

/** A file, a folder or a glob (`logs/*.ndjson`; a part `**` stands for any number of folders), or several of them. */
export type Paths = string | URL | readonly (string | URL)[]

/** How files are read. Sizes are bytes. */
export interface FileOptions {
  /** Longer records are rejected as `TOO_LARGE`, whatever their length, in the same memory (1 MiB). */
  readonly maxRecordBytes?: number
  /** How much is read at a time, and so the size of a bundle (1 MiB). */
  readonly chunkBytes?: number
  /**
   * Plain files of lines that are longer are cut into several splits at borders of lines (64 MiB; not at all where `watermark` or
   * `eventTimeOrder` is given, since an unread split would hold the watermark back). Compressed files, CSV and TSV are never cut.
   */
  readonly splitBytes?: number
  /** A compressed file that grows to more fails the run with `BOMB` (no limit: memory does not depend on it). */
  readonly maxExpandedBytes?: number
  /** A compressed file that grows to more than so many times its size, beyond 16 MiB, fails the run with `BOMB` (500). */
  readonly maxExpansion?: number
  /** Whether paths may name no file at all; otherwise that fails the run with `NO_FILES` (false). */
  readonly mayBeEmpty?: boolean
}

/** Options of a reader of files: how it meets event time, and how files are read. */
export interface FileReadOptions<T> extends ReadOptions<T>, FileOptions {}

/** The limits in force. */
export interface FileLimits {
  readonly maxRecordBytes: number
  readonly chunkBytes: number
  readonly splitBytes: number
  readonly maxExpandedBytes: number
  readonly maxExpansion: number
  readonly mayBeEmpty: boolean
}

const MEBIBYTE = 1024 * 1024
/** A record becomes one string, and V8 has none that is longer. */
const LONGEST_STRING = 536_870_888

/** Completes options with their defaults. Throws a {@link PipelineError} with code `BAD_OPTION` that names the wrong one. */
export function fileLimits(options: FileReadOptions<never>): FileLimits {
  const ordered = options.watermark !== undefined || options.eventTimeOrder !== undefined
  return Object.freeze({
    maxRecordBytes: atLeastOne('maxRecordBytes', options.maxRecordBytes ?? MEBIBYTE, LONGEST_STRING),
    chunkBytes: atLeastOne('chunkBytes', options.chunkBytes ?? MEBIBYTE, LONGEST_STRING),
    // Unread splits of one file would hold back the watermark that the read ones earn.
    splitBytes: atLeastOne('splitBytes', options.splitBytes ?? (ordered ? Infinity : 64 * MEBIBYTE)),
    maxExpandedBytes: atLeastOne('maxExpandedBytes', options.maxExpandedBytes ?? Infinity),
    maxExpansion: atLeastOne('maxExpansion', options.maxExpansion ?? 500),
    mayBeEmpty: options.mayBeEmpty ?? false,
  })
}

function atLeastOne(name: string, value: number, most = Infinity): number {
  if (value >= 1 && value <= most && (Number.isInteger(value) || value === Infinity)) return value
  throw new PipelineError(
    'BAD_OPTION',
    `The option ${name} is ${value}. It sets a size, so it must be a whole number from 1 to ${most}. Leave it out for the default.`,
  )
}
