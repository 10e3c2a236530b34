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
  /**
   * What a file does that cannot be opened, or is gone before it was: one of `fail` (the run fails with `SOURCE_UNREADABLE`) or `skip` (the ledger
   * has an entry for it, at line 0 of its path) (`fail`). One that vanishes while it is read fails the run in any case.
   */
  readonly unreadable?: 'fail' | 'skip'
  /**
   * What files do that have the content of another one under another name: one of `read` (two hosts may have written the same) or `skip`
   * (the ledger has an entry `DUPLICATE_FILE` for each; files of equal size are read once more to tell) (`read`). Links to a file that is
   * read anyway are always left out so.
   */
  readonly sameContent?: 'read' | 'skip'
  /**
   * Whether the SHA-256 of each file is taken before it is read and compared at its end (false). Size, times and inode are compared in any
   * case; this is for file systems where these cannot be relied on, and costs reading twice.
   */
  readonly checkContent?: boolean
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
  readonly unreadable: 'fail' | 'skip'
  readonly sameContent: 'read' | 'skip'
  readonly checkContent: boolean
}

const MEBIBYTE = 1024 * 1024
/** A record becomes one string, and V8 has none that is longer. */
const LONGEST_STRING = 536_870_888

/** Completes options with their defaults. Throws a {@link PipelineError} with code `BAD_OPTION` that names the wrong one. */
export function fileLimits(options: FileReadOptions<never>): FileLimits {
  const ordered = options.watermark !== undefined || options.eventTimeOrder !== undefined
  return Object.freeze({
    maxRecordBytes: requireSize('maxRecordBytes', options.maxRecordBytes ?? MEBIBYTE, LONGEST_STRING),
    chunkBytes: requireSize('chunkBytes', options.chunkBytes ?? MEBIBYTE, LONGEST_STRING),
    // Unread splits of one file would hold back the watermark that the read ones earn.
    splitBytes: requireSize('splitBytes', options.splitBytes ?? (ordered ? Infinity : 64 * MEBIBYTE)),
    maxExpandedBytes: requireSize('maxExpandedBytes', options.maxExpandedBytes ?? Infinity),
    maxExpansion: requireSize('maxExpansion', options.maxExpansion ?? 500),
    mayBeEmpty: options.mayBeEmpty ?? false,
    unreadable: oneOf('unreadable', options.unreadable ?? 'fail', ['fail', 'skip']),
    sameContent: oneOf('sameContent', options.sameContent ?? 'read', ['read', 'skip']),
    checkContent: options.checkContent ?? false,
  })
}

function oneOf<T extends string>(name: string, value: T, known: readonly T[]): T {
  if (known.includes(value)) return value
  throw new PipelineError(
    'BAD_OPTION',
    `The option ${name} is ${JSON.stringify(value)}, which is none of ${known.join(', ')}. Leave it out for the default.`,
  )
}

/** Returns the size that an option sets, or throws a {@link PipelineError} with code `BAD_OPTION` when it is none. */
export function requireSize(name: string, value: number, most: number = Infinity): number {
  if (value >= 1 && value <= most && (Number.isInteger(value) || value === Infinity)) return value
  throw new PipelineError(
    'BAD_OPTION',
    `The option ${name} is ${value}. It sets a size, so it must be a whole number from 1 to ${most}. Leave it out for the default.`,
  )
}
