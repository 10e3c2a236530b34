/**
 * Records whose field names come from a file.
 */
import { PipelineError } from '@tidemark/core'
import { visible } from './visible-text.ts'

/** The most columns that a table may have unless more are allowed: a row becomes an object, and each column costs in every row. */
export const MAX_COLUMNS = 10_000

/** Names that every object inherits: assigning to them would meet a setter, or fail where the prototype is frozen. */
const INHERITED: ReadonlySet<string> = new Set(Object.getOwnPropertyNames(Object.prototype)).add('__proto__')

/**
 * Sets a field under a name from outside. `__proto__` becomes a field like any other and never the prototype.
 */
export function setField(record: Record<string, unknown>, name: string, value: unknown): void {
  if (INHERITED.has(name))
    Object.defineProperty(record, name, { value, enumerable: true, writable: true, configurable: true })
  else record[name] = value
}

/** Throws a {@link PipelineError} with code `BAD_HEADER` when a file has too many columns, or two of one name. */
export function requireColumns(path: string, names: readonly string[], maxColumns: number): void {
  if (names.length > maxColumns) {
    throw badHeader(path, `it names ${names.length} columns, more than maxColumns (${maxColumns})`)
  }
  const seen = new Set<string>()
  for (const name of names) {
    if (seen.has(name)) throw badHeader(path, `it names the column "${visible(name, 60)}" twice`)
    seen.add(name)
  }
}

/** The error for a file whose header cannot be used. */
export function badHeader(path: string, how: string): PipelineError {
  return new PipelineError(
    'BAD_HEADER',
    `The header of ${visible(path)} cannot be used: ${how}. Every record of the file would be read wrongly. Correct the header or the options.`,
  )
}
