/**
 * FileIdentity: what a file was when it was listed. A file that is another when it is read is an error, not another answer.
 *
 * Data, so that a split that is read later, or again after a restart, is compared with what was listed at first.
 */
import { statSync, type BigIntStats } from 'node:fs'
import { PipelineError } from '@tidemark/core'
import { visible } from './visible-text.ts'

/**
 * Size in bytes, time of the last writing and of the last change of status in nanoseconds, and the file's number in its file system.
 *
 * A program can set the time of writing back, but not that of the status.
 */
export interface FileIdentity {
  readonly size: number
  readonly modified: string
  readonly status: string
  readonly inode: string
}

/** The identity of a file from its status. */
export function identityOf(stats: BigIntStats): FileIdentity {
  return {
    size: Number(stats.size),
    modified: String(stats.mtimeNs),
    status: String(stats.ctimeNs),
    inode: String(stats.ino),
  }
}

/** Status of what a path names, links followed. Throws `SOURCE_UNREADABLE` with the cause. */
export function statusOf(path: string): BigIntStats {
  try {
    return statSync(path, { bigint: true })
  } catch (cause) {
    throw unreadable(path, cause)
  }
}

/** Whether two identities are of one file in one state. */
export function isSame(a: FileIdentity, b: FileIdentity): boolean {
  return a.status === b.status && a.modified === b.modified && a.size === b.size && a.inode === b.inode
}

/** Throws a {@link PipelineError} with code `SOURCE_CHANGED` unless the file is what was listed. */
export function requireUnchanged(path: string, listed: FileIdentity, found: FileIdentity): void {
  if (isSame(listed, found)) return
  const isWritten = listed.modified !== found.modified
  const changes = [
    listed.inode === found.inode ? [] : ['another file stands in its place'],
    listed.size === found.size ? [] : [`it had ${listed.size} bytes and has ${found.size}`],
    isWritten ? ['it was written to'] : [],
    listed.status === found.status || isWritten
      ? []
      : ['its status changed (a new name, link, owner or permission, or content whose time was put back)'],
  ].flat()
  throw changed(path, changes.join(', '))
}

/** The error for a file that changed while it was being read. */
export function changed(path: string, how: string): PipelineError {
  return new PipelineError(
    'SOURCE_CHANGED',
    `The file ${visible(path)} changed after it was listed: ${how}. Its records are no longer one history, so nothing is published from it. ` +
      'Run again when no one writes to it, or move finished files to where the pattern finds them.',
  )
}

/** The error for a file that cannot be read. */
export function unreadable(path: string, cause: unknown): PipelineError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new PipelineError(
    'SOURCE_UNREADABLE',
    `The file ${visible(path)} cannot be read: ${visible(reason)}. A result without it would be silently incomplete. ` +
      "Check the path and the permissions, name only the files that are meant, or leave such files out and counted with unreadable: 'skip'.",
    { cause },
  )
}

/** Whether an error says that a file cannot be read. */
export function isUnreadable(error: unknown): error is PipelineError {
  return error instanceof PipelineError && error.code === 'SOURCE_UNREADABLE'
}
