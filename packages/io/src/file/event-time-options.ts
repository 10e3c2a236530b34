/**
 * The options of readers of files: which there are, and what of them is for `read`, with the defaults of files.
 */
import { pickOptions, PLAUSIBLE_TIMESTAMPS, READ_OPTIONS, type OptionNames, type ReadOptions } from '@tidemark/core'
import type { FileReadOptions } from './file-options.ts'

/** The names of {@link FileReadOptions}, for readers that have them beside options of their own. */
export const FILE_READ_OPTIONS: OptionNames<FileReadOptions<never>> = {
  ...READ_OPTIONS,
  maxRecordBytes: true,
  chunkBytes: true,
  splitBytes: true,
  maxExpandedBytes: true,
  maxExpansion: true,
  mayBeEmpty: true,
  unreadable: true,
  sameContent: true,
  checkContent: true,
}

/**
 * The options of `read`. Files hold what was recorded lately, so a time outside of {@link PLAUSIBLE_TIMESTAMPS} is a unit mistaken
 * or a field misread, and a dead letter, unless `timestampRange` says otherwise.
 */
export function eventTimeOptions<T>(options: FileReadOptions<T>): ReadOptions<T> {
  return { timestampRange: PLAUSIBLE_TIMESTAMPS, ...pickOptions<ReadOptions<T>>(options, READ_OPTIONS) }
}
