/**
 * The files that paths name, sorted, each once.
 *
 * A file is known by device and inode, so one that is listed twice, by a symbolic or a hard link, is read once. Folders give
 * all the files below them, but for hidden ones and unfinished ones (`*.tmp`); symbolic links to folders are followed only
 * where a path names them. No file is opened.
 */
import { readdirSync, statSync, type Dirent } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { PipelineError } from '@tidemark/core'
import { identityOf, statusOf, unreadable, type FileIdentity } from './file-identity.ts'
import type { Paths } from './file-options.ts'
import { isGlob, nameMatcher } from './glob.ts'

/** One file to read. */
export interface ListedFile {
  /** As the pattern gave it: relative where the pattern is. */
  readonly path: string
  readonly identity: FileIdentity
}

/** Paths as text, in the order given. */
export function pathTexts(paths: Paths): readonly string[] {
  const list = typeof paths === 'string' || paths instanceof URL ? [paths] : paths
  return list.map((path) => (typeof path === 'string' ? path : fileURLToPath(path)))
}

/**
 * Lists files by path in code unit order.
 *
 * Throws a {@link PipelineError}: `SOURCE_UNREADABLE` for a path that is not there, `NO_FILES` for a folder or a pattern that
 * gives none, unless `mayBeEmpty`.
 */
export function listFiles(paths: readonly string[], mayBeEmpty: boolean): readonly ListedFile[] {
  const all = new Set<string>()
  for (const path of paths) {
    const found = new Set<string>()
    const literal = !isGlob(path) || statSync(path, { throwIfNoEntry: false }) !== undefined
    if (literal) addPath(path, found)
    else addMatches(path, found)
    if (found.size === 0 && !mayBeEmpty) throw noFiles(path)
    for (const one of found) all.add(one)
  }
  const seen = new Set<string>()
  return [...all].sort().flatMap((path) => {
    const status = statusOf(path)
    const key = `${status.dev}:${status.ino}`
    if (seen.has(key)) return []
    seen.add(key)
    return [Object.freeze({ path, identity: Object.freeze(identityOf(status)) })]
  })
}

function addPath(path: string, found: Set<string>): void {
  const status = statusOf(path)
  if (status.isDirectory()) addFolder(path, found)
  else if (status.isFile()) found.add(path)
  else throw unreadable(path, new Error('it is neither a file nor a folder'))
}

function addFolder(path: string, found: Set<string>): void {
  for (const entry of entriesOf(path)) {
    if (entry.name.startsWith('.')) continue
    const below = join(path, entry.name)
    if (entry.isDirectory()) addFolder(below, found)
    else if (!entry.name.endsWith('.tmp') && isFile(entry, below)) found.add(below)
  }
}

function addMatches(pattern: string, found: Set<string>): void {
  const parts = pattern.split('/')
  const first = parts.findIndex(isGlob)
  const root = parts.slice(0, first).join('/')
  descend(first === 0 ? '' : root === '' ? '/' : root, parts.slice(first), found)
}

function descend(folder: string, parts: readonly string[], found: Set<string>): void {
  const [part = '', ...rest] = parts
  if (part === '' || part === '.' || part === '..') {
    if (rest.length > 0) descend(join(folder, part), rest, found)
    return
  }
  const last = rest.length === 0
  const everywhere = part === '**'
  // Any number of folders, none included.
  if (everywhere && !last) descend(folder, rest, found)
  const matches = everywhere ? (name: string) => !name.startsWith('.') : nameMatcher(part)
  for (const entry of entriesOf(folder)) {
    if (!matches(entry.name)) continue
    const path = join(folder, entry.name)
    if (everywhere) {
      if (entry.isDirectory()) descend(path, parts, found)
      else if (last && isFile(entry, path)) found.add(path)
    } else if (last) {
      if (isFile(entry, path)) found.add(path)
    } else if (
      entry.isDirectory() ||
      (entry.isSymbolicLink() && statSync(path, { throwIfNoEntry: false })?.isDirectory())
    ) {
      descend(path, rest, found)
    }
  }
}

function entriesOf(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder === '' ? '.' : folder, { withFileTypes: true })
  } catch (cause) {
    // A folder that a pattern does not find matches nothing; one that may not be looked into would be silently left out.
    if (cause instanceof Error && 'code' in cause && (cause.code === 'ENOENT' || cause.code === 'ENOTDIR')) return []
    throw unreadable(folder, cause)
  }
}

// A link that leads nowhere counts, so that it is named as unreadable and not left out.
function isFile(entry: Dirent, path: string): boolean {
  return entry.isFile() || (entry.isSymbolicLink() && (statSync(path, { throwIfNoEntry: false })?.isFile() ?? true))
}

function noFiles(path: string): PipelineError {
  return new PipelineError(
    'NO_FILES',
    `The path ${path} gives no file. A run over nothing would look like a run in which nothing happened. ` +
      'Check the path (it is relative to the folder the program runs in), or set mayBeEmpty: true.',
  )
}
