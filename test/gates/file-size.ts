/**
 * How long files are, as a function from files to offences.
 */
import type { SourceFile } from './repository.ts'

/** Files with more lines than the limit and no reason for it, and exceptions that no file needs. */
export function oversizedFiles(
  files: readonly SourceFile[],
  limit: number,
  exceptions: Readonly<Record<string, string>>,
): readonly string[] {
  const tooLong = files
    .map(({ path, source }) => ({ path, lines: source.replace(/\n$/, '').split('\n').length }))
    .filter(({ lines }) => lines > limit)
  const paths = new Set(tooLong.map(({ path }) => path))
  return [
    ...tooLong.filter(({ path }) => !exceptions[path]).map(({ path, lines }) => `${path} has ${lines} lines`),
    ...Object.keys(exceptions)
      .filter((path) => !paths.has(path))
      .map((path) => `${path} needs no exception`),
  ]
}
