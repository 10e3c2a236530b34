/**
 * The splits of files: whole files, or ranges of large ones between borders of lines.
 */
import { closeSync, openSync, readSync } from 'node:fs'
import type { SourceSplit } from '@tidemark/core'
import { unreadable, type FileIdentity } from './file-identity.ts'
import type { ListedFile, SkippedFile } from './listed-file.ts'
import { firstBytes } from './plain-bytes.ts'

const LF = 10
const PIECE = 64 * 1024

/** What a split of a file is to read, as data: bytes `[start, end)`, of which the first begins a line; a compressed file is whole. */
export type FileRestriction = {
  readonly path: string
  readonly start: number
  readonly end: number
  readonly gzip: boolean
  readonly size: number
  readonly modified: string
  readonly status: string
  readonly inode: string
}

/** A file that is left out, as data. */
export type SkippedRestriction = { readonly skipped: SkippedFile }

/** The split of a whole file. Its id is the path. */
export function wholeSplit(file: ListedFile): SourceSplit {
  return splitOf(file, 0, file.identity.size, isGzip(file))
}

/** The splits of a file that may be cut into pieces of about `splitBytes`. Their ids are the path and the range: `a.ndjson@0-1000`. */
export function fileSplits(file: ListedFile, splitBytes: number): readonly SourceSplit[] {
  const { size } = file.identity
  if (size <= splitBytes) return [wholeSplit(file)]
  if (isGzip(file)) return [wholeSplit(file)]
  const borders = [0, ...lineBorders(file.path, size, splitBytes), size]
  return borders.slice(1).map((end, i) => splitOf(file, borders[i] ?? 0, end, false))
}

/** The split of a file that is left out. Its id is the path. */
export function skippedSplit(skipped: SkippedFile): SourceSplit {
  const restriction: SkippedRestriction = { skipped }
  return { id: skipped.path, restriction, bytes: 0 }
}

/** The identity that a restriction carries. */
export function identityIn({ size, modified, status, inode }: FileRestriction): FileIdentity {
  return { size, modified, status, inode }
}

function splitOf(file: ListedFile, start: number, end: number, gzip: boolean): SourceSplit {
  const whole = start === 0 && end === file.identity.size
  const restriction: FileRestriction = { path: file.path, start, end, gzip, ...file.identity }
  return { id: whole ? file.path : `${file.path}@${start}-${end}`, restriction, bytes: end - start }
}

// By its first bytes; an empty or damaged file by its name, so that it is not taken for one without lines.
function isGzip({ path }: ListedFile): boolean {
  const [first, second] = firstBytes(path, 2)
  return (first === 0x1f && second === 0x8b) || path.endsWith('.gz')
}

function lineBorders(path: string, size: number, splitBytes: number): readonly number[] {
  const file = open(path)
  try {
    const borders: number[] = []
    for (let target = splitBytes; target < size;) {
      const border = nextLine(file, target - 1)
      if (border >= size) break
      borders.push(border)
      target = Math.max(target + splitBytes, border + 1)
    }
    return borders
  } catch (cause) {
    throw unreadable(path, cause)
  } finally {
    closeSync(file)
  }
}

/** Where the first line begins that follows a line feed at or after `from`; Infinity when none does. */
function nextLine(file: number, from: number): number {
  const piece = Buffer.allocUnsafe(PIECE)
  for (let at = from; ;) {
    const got = readSync(file, piece, 0, PIECE, at)
    if (got === 0) return Infinity
    const feed = piece.subarray(0, got).indexOf(LF)
    if (feed >= 0) return at + feed + 1
    at += got
  }
}

function open(path: string): number {
  try {
    return openSync(path, 'r')
  } catch (cause) {
    throw unreadable(path, cause)
  }
}
