/**
 * The rules of the architecture as functions from files to offences, so that each can be shown to fail.
 *
 * A module's name is its path without `packages/`, `src/` and `.ts`: packages/core/src/time/duration.ts is `core/time/duration`.
 * test/architecture.test.ts holds the table and applies the rules to the repository.
 */
import { posix } from 'node:path'
import type { Door, SourceFile } from './repository.ts'
import { importsOf, lineAt, readSourceText } from './source-text.ts'

/** Layers and what each may import: layers, doors, libraries; `node:*` is every module of Node, `doors` every door. */
export type LayerTable = Readonly<Record<string, readonly string[]>>

/** The name of a module. */
export function moduleName(path: string): string {
  return path
    .replace(/^packages\/([^/]+)\/src\//, '$1/')
    .replace(/^packages\//, '')
    .replace(/\.ts$/, '')
}

/** The layer of a module: the longest row of the table that it stands under. */
export function layerOf(name: string, table: LayerTable): string | undefined {
  return Object.keys(table)
    .filter((layer) => isUnder(name, layer))
    .toSorted((a, b) => b.length - a.length)[0]
}

/** Imports that the table does not allow, and files that stand in no layer. */
export function forbiddenImports(
  files: readonly SourceFile[],
  table: LayerTable,
  doors: readonly Door[],
): readonly string[] {
  return files.flatMap(({ path, source }) => {
    const name = moduleName(path)
    const layer = layerOf(name, table)
    if (layer === undefined) return [`${path} stands in no layer of the table`]
    return importsOf(source).flatMap(({ specifier, line }) => {
      const allowed = specifier.startsWith('.')
        ? mayImportModule(path, layer, moduleName(posix.join(posix.dirname(path), specifier)), table)
        : mayImportPackage(layer, specifier, table, doors)
      return allowed ? [] : [`${path}:${line} (${layer}) may not import '${specifier}'`]
    })
  })
}

/** Lines of doors that do more than name what they pass on, and index files that are no doors. */
export function impureBarrels(files: readonly SourceFile[], doors: readonly Door[]): readonly string[] {
  return files.flatMap(({ path, source }) => {
    const { code } = readSourceText(source)
    if (/^export \*/m.test(code)) return [`${path} exports * instead of names`]
    if (posix.basename(path) !== 'index.ts') return []
    if (!doors.some((door) => door.path === path)) return [`${path} is an index file, but no door`]
    const rest = code.replace(/^export (?:type )?\{[\w\s,$]*\} from '\.[^']*\.ts'$/gm, '').trim()
    return rest === '' ? [] : [`${path} holds more than export lines: ${rest.split('\n')[0] ?? ''}`]
  })
}

/** Files whose names say nothing, or are not kebab-case. */
export function badFileNames(paths: readonly string[]): readonly string[] {
  const says = /^(?:utils?|helpers?|common|misc|types?)$/
  return paths.filter((path) => {
    const parts = path.replace(/\.(?:test|test-d|test-prop|config)\.ts$|\.ts$/, '').split('/')
    const own = parts.slice(parts[0] === 'packages' ? 2 : 0)
    return own.some((part) => says.test(part) || !/^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(part))
  })
}

/** Uses of a clock, of chance, of the environment or of the event loop. */
export function impurities(files: readonly SourceFile[]): readonly string[] {
  const free = String.raw`(?<![\w$.#])`
  const pattern = new RegExp(
    `${free}(?:Date\\.now\\b|Date\\(\\)|Math\\.random\\b|(?:set|clear)(?:Timeout|Interval|Immediate)\\b|queueMicrotask\\b|` +
      `process\\.(?=\\w)|performance\\.(?=\\w)|crypto\\.(?=\\w)|globalThis\\b)`,
    'g',
  )
  return files.flatMap(({ path, source }) => {
    const { bare } = readSourceText(source)
    const code = bare.replace(/\bnew Date\(\s*\)/g, 'Date()       ')
    return [...code.matchAll(pattern)].map((match) => `${path}:${lineAt(code, match.index)} uses ${match[0]}`)
  })
}

/** The first table of a page that stands under a heading of the given name: rows of layer and what it may import. */
export function layerTableOf(page: string, heading: string): LayerTable {
  const section = page.split(/^#+ /m).find((text) => text.startsWith(`${heading}\n`)) ?? ''
  const rows = section.split('\n').filter((line) => /^\| *`/.test(line))
  return Object.fromEntries(
    rows.map((row) => {
      const [, layer = '', allowed = ''] = row.split('|')
      return [namesIn(layer)[0] ?? '', namesIn(allowed)]
    }),
  )
}

function mayImportModule(from: string, layer: string, name: string, table: LayerTable): boolean {
  const target = layerOf(name, table)
  if (target === undefined) return false
  // A door may name what stands in its own folder, even in a row of its own, unless the door itself has a row.
  const door = moduleName(from)
  if (posix.basename(door) === 'index' && door !== layer && isUnder(name, posix.dirname(door))) return true
  return target === layer || (table[layer] ?? []).some((allowed) => isUnder(target, allowed))
}

function mayImportPackage(layer: string, specifier: string, table: LayerTable, doors: readonly Door[]): boolean {
  const isDoor = doors.some((door) => door.specifier === specifier)
  return (table[layer] ?? []).some((allowed) => {
    if (allowed === 'node:*') return specifier.startsWith('node:')
    if (allowed === 'doors') return isDoor
    if (allowed.startsWith('@tidemark/')) return specifier === allowed && isDoor
    return isUnder(specifier, allowed)
  })
}

function isUnder(name: string, folder: string): boolean {
  return name === folder || name.startsWith(`${folder}/`)
}

function namesIn(cell: string): readonly string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? '')
}
