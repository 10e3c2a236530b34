/**
 * What a path stands for: a file, the files below a folder, or those that a pattern finds.
 *
 * One folder is open at a time and no file ever, so the number of files meets no limit of the system. Hidden files and
 * unfinished ones (`*.tmp`) are left out; symbolic links to folders are followed only where a path names them.
 */
import { readdirSync, statSync, type Dirent, type Stats } from 'node:fs'
import { join } from 'node:path'
import { statusOf, unreadable } from './file-identity.ts'
import { isGlob, nameMatcher } from './glob.ts'

/** Takes the error (`SOURCE_UNREADABLE`) for a path that cannot be looked at: throws it, or notes it and lets the search go on. */
export type OnUnreadable = (path: string, error: unknown) => void

/** Adds the files that a path gives to `found`. */
export function searchPath(path: string, found: Set<string>, onUnreadable: OnUnreadable): void {
  const search = new PathSearch(found, onUnreadable)
  const literal = !isGlob(path) || statusIfAny(path) !== undefined
  if (literal) search.addPath(path)
  else search.addMatches(path)
}

class PathSearch {
  readonly #found: Set<string>
  readonly #onUnreadable: OnUnreadable

  constructor(found: Set<string>, onUnreadable: OnUnreadable) {
    this.#found = found
    this.#onUnreadable = onUnreadable
  }

  addPath(path: string): void {
    try {
      const status = statusOf(path)
      if (status.isDirectory()) this.#addFolder(path)
      else if (status.isFile()) this.#found.add(path)
      else throw unreadable(path, new Error('it is neither a file nor a folder'))
    } catch (error) {
      this.#onUnreadable(path, error)
    }
  }

  addMatches(pattern: string): void {
    const parts = pattern.split('/')
    const first = parts.findIndex(isGlob)
    const root = parts.slice(0, first).join('/')
    this.#descend(first === 0 ? '' : root === '' ? '/' : root, parts.slice(first))
  }

  #addFolder(path: string): void {
    for (const entry of this.#entriesOf(path)) {
      if (entry.name.startsWith('.')) continue
      const below = join(path, entry.name)
      if (entry.isDirectory()) this.#addFolder(below)
      else if (!entry.name.endsWith('.tmp') && isFile(entry, below)) this.#found.add(below)
    }
  }

  #descend(folder: string, parts: readonly string[]): void {
    const [part = '', ...rest] = parts
    if (part === '' || part === '.' || part === '..') {
      if (rest.length > 0) this.#descend(join(folder, part), rest)
      return
    }
    const last = rest.length === 0
    const everywhere = part === '**'
    // Any number of folders, none included.
    if (everywhere && !last) this.#descend(folder, rest)
    const matches = everywhere ? (name: string) => !name.startsWith('.') : nameMatcher(part)
    for (const entry of this.#entriesOf(folder)) {
      if (!matches(entry.name)) continue
      const path = join(folder, entry.name)
      if (everywhere) {
        if (entry.isDirectory()) this.#descend(path, parts)
        else if (last && isFile(entry, path)) this.#found.add(path)
      } else if (last) {
        if (isFile(entry, path)) this.#found.add(path)
      } else if (entry.isDirectory() || (entry.isSymbolicLink() && statusIfAny(path)?.isDirectory() === true)) {
        this.#descend(path, rest)
      }
    }
  }

  #entriesOf(folder: string): readonly Dirent[] {
    try {
      return readdirSync(folder === '' ? '.' : folder, { withFileTypes: true })
    } catch (cause) {
      // A folder that a pattern does not find matches nothing; one that may not be looked into would be silently left out.
      const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
      if (code !== 'ENOENT' && code !== 'ENOTDIR') this.#onUnreadable(folder, unreadable(folder, cause))
      return []
    }
  }
}

// A link that leads nowhere, or to itself, counts, so that it is named as unreadable and not left out.
function isFile(entry: Dirent, path: string): boolean {
  return entry.isFile() || (entry.isSymbolicLink() && (statusIfAny(path)?.isFile() ?? true))
}

function statusIfAny(path: string): Stats | undefined {
  try {
    return statSync(path)
  } catch {
    return undefined
  }
}
