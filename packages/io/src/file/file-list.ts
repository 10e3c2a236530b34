/**
 * The files that paths name, sorted, each once.
 *
 * A file is known by device and inode, so one that is listed again, by a symbolic or a hard link, is read once, under the
 * first of its names. What is left out is listed too, with its reason: it stands in the ledger, as records do.
 */
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { PipelineError } from '@tidemark/core'
import { contentTwins } from './content-twins.ts'
import { identityOf, isUnreadable, statusOf } from './file-identity.ts'
import type { FileLimits, Paths } from './file-options.ts'
import type { ListedFile, SkippedFile } from './listed-file.ts'
import { searchPath } from './path-search.ts'
import { visible } from './visible-text.ts'

/** What paths name. */
export interface FileListing {
  readonly files: readonly ListedFile[]
  readonly skipped: readonly SkippedFile[]
}

/** Which options a listing follows. */
export type ListingOptions = Pick<FileLimits, 'mayBeEmpty' | 'unreadable' | 'sameContent'>

/** Paths as text, in the order given. */
export function pathTexts(paths: Paths): readonly string[] {
  const list = typeof paths === 'string' || paths instanceof URL ? [paths] : paths
  return list.map((path) => (typeof path === 'string' ? path : fileURLToPath(path)))
}

/**
 * Lists files by path in code unit order.
 *
 * Throws a {@link PipelineError}: `SOURCE_UNREADABLE` for a path that is not there or may not be looked into, unless `unreadable` says
 * `skip`; `NO_FILES` for a folder or a pattern that gives none, unless `mayBeEmpty`.
 */
export function listFiles(paths: readonly string[], options: ListingOptions): FileListing {
  const skipped: SkippedFile[] = []
  const all = new Set<string>()
  for (const path of paths) {
    const found = new Set<string>()
    const before = skipped.length
    searchPath(path, found, (at, error) => skipped.push(skippedUnreadable(at, error, options)))
    if (found.size === 0 && skipped.length === before && !options.mayBeEmpty) throw noFiles(path)
    for (const one of found) all.add(one)
  }
  const files = withoutLinks([...all].sort(), skipped, options)
  const read = options.sameContent === 'skip' ? withoutTwins(files, skipped) : files
  return { files: read, skipped: skipped.sort((a, b) => (a.path < b.path ? -1 : 1)) }
}

/** The note that an unreadable file is left out; throws the error where that is not allowed. */
export function skippedUnreadable(
  path: string,
  error: unknown,
  { unreadable }: Pick<FileLimits, 'unreadable'>,
): SkippedFile {
  if (unreadable !== 'skip' || !isUnreadable(error)) throw error
  const cause = error.cause instanceof Error ? error.cause.message : error.message
  return { path, code: error.code, detail: `the file is left out: ${cause}` }
}

function withoutLinks(
  paths: readonly string[],
  skipped: SkippedFile[],
  options: ListingOptions,
): readonly ListedFile[] {
  const first = new Map<string, string>()
  return paths.flatMap((path) => {
    try {
      const status = statusOf(path)
      const key = `${status.dev}:${status.ino}`
      const known = first.get(key)
      if (known === undefined) {
        first.set(key, path)
        return [Object.freeze({ path, identity: Object.freeze(identityOf(status)) })]
      }
      // The same name, written in two ways, is no other name.
      if (resolve(known) !== resolve(path)) skipped.push(duplicate(path, `the file is ${known} under another name`))
    } catch (error) {
      skipped.push(skippedUnreadable(path, error, options))
    }
    return []
  })
}

function withoutTwins(files: readonly ListedFile[], skipped: SkippedFile[]): readonly ListedFile[] {
  const twins = contentTwins(files)
  for (const [path, known] of twins) skipped.push(duplicate(path, `the file has the same content as ${known}`))
  return files.filter(({ path }) => !twins.has(path))
}

function duplicate(path: string, how: string): SkippedFile {
  return { path, code: 'DUPLICATE_FILE', detail: `${how}, and is read once` }
}

function noFiles(path: string): PipelineError {
  return new PipelineError(
    'NO_FILES',
    `The path ${visible(path)} gives no file. A run over nothing would look like a run in which nothing happened. ` +
      'Check the path (it is relative to the folder the program runs in), or set mayBeEmpty: true.',
  )
}
