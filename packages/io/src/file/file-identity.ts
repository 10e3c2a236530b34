/**
 * FileIdentity: what a file was when it was listed. A file that is another when it is read is an error, not another answer.
 *
 * Data, so that a split that is read later, or again after a restart, is compared with what was listed at first.
 */
import { statSync, type BigIntStats } from 'node:fs'
import { PipelineError } from '@tidemark/core'

/** Size in bytes, time of change in nanoseconds, and the file's number in its file system. */
export interface FileIdentity {
  readonly size: number
  readonly modified: string
  readonly inode: string
}

/** The identity of a file from its status. */
export function identityOf(stats: BigIntStats): FileIdentity {
  return { size: Number(stats.size), modified: String(stats.mtimeNs), inode: String(stats.ino) }
}

/** Status of what a path names, links followed. Throws `SOURCE_UNREADABLE` with the cause. */
export function statusOf(path: string): BigIntStats {
  try {
    return statSync(path, { bigint: true })
  } catch (cause) {
    throw unreadable(path, cause)
  }
}

/** Throws a {@link PipelineError} with code `SOURCE_CHANGED` unless the file is what was listed. */
export function requireUnchanged(path: string, listed: FileIdentity, found: FileIdentity): void {
  const changes = [
    listed.inode === found.inode ? [] : ['another file stands in its place'],
    listed.size === found.size ? [] : [`it had ${listed.size} bytes and has ${found.size}`],
    listed.modified === found.modified ? [] : ['it was written to'],
  ].flat()
  if (changes.length > 0) throw changed(path, changes.join(', '))
}

/** The error for a file that changed while it was being read. */
export function changed(path: string, how: string): PipelineError {
  return new PipelineError(
    'SOURCE_CHANGED',
    `The file ${path} changed after it was listed: ${how}. Its lines are no longer one history, so nothing is published from it. ` +
      'Run again when no one writes to it, or move finished files to where the pattern finds them.',
  )
}

/** The error for a file that cannot be read. */
export function unreadable(path: string, cause: unknown): PipelineError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new PipelineError(
    'SOURCE_UNREADABLE',
    `The file ${path} cannot be read: ${reason}. A result without it would be silently incomplete. ` +
      'Check the path and the permissions, or name only the files that are meant.',
    { cause },
  )
}
