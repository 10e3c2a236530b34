/**
 * lineSource: files whose records are lines, as a source.
 */
import type { Json, PullSource, SourceReader, SourceSplit } from '@tidemark/core'
import { listFiles, pathTexts } from './file-list.ts'
import type { FileLimits, Paths } from './file-options.ts'
import { fileSplits, identityIn, wholeSplit, type FileRestriction } from './file-splits.ts'
import { GzipBytes } from './gzip-bytes.ts'
import type { LineFormat } from './line-format.ts'
import { LineNumbers } from './line-numbers.ts'
import { LineReader, type FilePosition } from './line-reader.ts'
import { PlainBytes } from './plain-bytes.ts'
import { RecordBuffer } from './record-buffer.ts'

/**
 * A bounded source over files in the order of their paths.
 *
 * **Contract** — Positions are data: a reader opened at one goes on with the record after the last one given. Offsets are line
 * numbers of the file, also in a split that begins in its middle. A file that is not what was listed ends the run.
 */
export function lineSource<T>(kind: string, paths: Paths, limits: FileLimits, format: LineFormat<T>): PullSource<T> {
  const texts = pathTexts(paths)
  const numbers = new LineNumbers()
  return Object.freeze({
    mode: 'pull' as const,
    description: `${kind} ${texts.join(', ')}`,
    bounded: true,
    unit: 'line' as const,
    async splits(): Promise<readonly SourceSplit[]> {
      numbers.clear()
      return listFiles(texts, limits.mayBeEmpty).flatMap((file) =>
        format.splittable ? fileSplits(file, limits.splitBytes) : [wholeSplit(file)],
      )
    },
    open(split: SourceSplit, position?: Json): SourceReader<T> {
      const restriction = split.restriction as FileRestriction
      const { path, start, end, size } = restriction
      const from = (position ?? { offset: start, line: numbers.at(path, start) }) as FilePosition
      const parser = format.open(path, from.state)
      return new LineReader(
        openRecords(restriction, from.offset, limits),
        parser,
        from.line,
        limits.maxRecordBytes,
        (line) => {
          if (end < size) numbers.learn(path, end, line)
        },
      )
    },
  })
}

/** The bytes of a split from an offset on, as a buffer to take records from. */
export function openRecords(restriction: FileRestriction, offset: number, limits: FileLimits): RecordBuffer {
  const { path, end, gzip } = restriction
  const identity = identityIn(restriction)
  return gzip
    ? new RecordBuffer(path, new GzipBytes(path, identity, offset, limits), offset, Infinity, limits)
    : new RecordBuffer(path, new PlainBytes(path, identity, offset, end), offset, end - offset, limits)
}
