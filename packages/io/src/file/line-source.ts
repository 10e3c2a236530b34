/**
 * lineSource: files whose records are lines, as a source.
 */
import type { PullSource } from '@tidemark/core'
import type { FileLimits, Paths } from './file-options.ts'
import { fileSource, openRecords } from './file-source.ts'
import type { LineFormat } from './line-format.ts'
import { LineNumbers } from './line-numbers.ts'
import { LineReader } from './line-reader.ts'

/** A bounded source over the lines of files. */
export function lineSource<T>(kind: string, paths: Paths, limits: FileLimits, format: LineFormat<T>): PullSource<T> {
  const numbers = new LineNumbers()
  return fileSource(kind, paths, limits, {
    splittable: format.splittable,
    begin: () => numbers.clear(),
    open(restriction, position) {
      const { path, start, end, size } = restriction
      const from = position ?? { offset: start, line: numbers.at(path, start) }
      const parser = format.open(path, from.state)
      const input = openRecords(restriction, from.offset, limits)
      return new LineReader(input, parser, from.line, limits.maxRecordBytes, (line) => {
        if (end < size) numbers.learn(path, end, line)
      })
    },
  })
}
