/**
 * Records whose field names come from a file.
 */
import { PipelineError } from '@tidemark/core'

/**
 * Sets a field under a name from outside. `__proto__` becomes a field like any other and never the prototype.
 */
export function setField(record: Record<string, unknown>, name: string, value: unknown): void {
  if (name === '__proto__')
    Object.defineProperty(record, name, { value, enumerable: true, writable: true, configurable: true })
  else record[name] = value
}

/** Throws a {@link PipelineError} with code `BAD_HEADER` when two columns of a file bear one name. */
export function requireDistinct(path: string, names: readonly string[]): void {
  const twice = names.find((name, i) => names.indexOf(name) !== i)
  if (twice === undefined) return
  throw badHeader(path, `it names the column ${JSON.stringify(twice)} twice`)
}

/** The error for a file whose header cannot be used. */
export function badHeader(path: string, how: string): PipelineError {
  return new PipelineError(
    'BAD_HEADER',
    `The header of ${path} cannot be used: ${how}. Every record of the file would be read wrongly. Correct the header or the options.`,
  )
}
