/**
 * The repository as the gates see it: which files it has, and which doors its packages open.
 */
import { readFileSync, readdirSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The root folder of the repository. */
export const root: string = fileURLToPath(new URL('../../', import.meta.url))

/** The packages that are published. */
export const packages = ['core', 'transforms', 'io', 'runners'] as const

/** A file: its path from the root, with slashes, and its text. */
export interface SourceFile {
  readonly path: string
  readonly source: string
}

/** A door: what users import, and the source file behind it. */
export interface Door {
  readonly specifier: string
  readonly path: string
}

const NOT_SOURCES = new Set(['node_modules', 'dist', 'out'])

/** Every TypeScript file under a folder, in order of path. A folder that does not exist has none. */
export function typescriptFiles(...folders: readonly string[]): readonly SourceFile[] {
  return folders
    .flatMap((folder) => pathsUnder(join(root, folder)))
    .map((path) => ({
      path: relative(root, path).split(sep).join('/'),
      source: readFileSync(path, 'utf8'),
    }))
}

/** The text of a file at the root. */
export function readText(path: string): string {
  return readFileSync(join(root, path), 'utf8')
}

/** Every door that the packages open, from the maps in their package.json. */
export function doors(): readonly Door[] {
  return packages.flatMap((name) => {
    const { exports } = JSON.parse(readText(`packages/${name}/package.json`)) as { exports: Record<string, unknown> }
    return Object.entries(exports).flatMap(([door, target]) => {
      const source = (target as Record<string, string>)['@tidemark/source']
      if (source === undefined) return []
      return [{ specifier: `@tidemark/${name}${door.slice(1)}`, path: `packages/${name}/${source.slice(2)}` }]
    })
  })
}

function pathsUnder(folder: string): readonly string[] {
  let entries
  try {
    entries = readdirSync(folder, { withFileTypes: true })
  } catch {
    return []
  }
  return entries
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      if (NOT_SOURCES.has(entry.name)) return []
      if (entry.isDirectory()) return pathsUnder(join(folder, entry.name))
      return /\.m?ts$/.test(entry.name) ? [join(folder, entry.name)] : []
    })
}

/** The values that a door exports; types are held by the type tests. */
export const namesOf = async (door: Promise<object>): Promise<string> =>
  Object.keys(await door)
    .toSorted()
    .join('\n')
