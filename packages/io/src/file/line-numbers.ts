/**
 * LineNumbers: which line of a file begins at a byte, so that the lines of a split bear their true numbers.
 *
 * Splits that are read in order tell each other. A split that is read by itself counts the lines before it, once.
 */
import { closeSync, openSync, readSync } from 'node:fs'
import { unreadable } from './file-identity.ts'

const LF = 10
const PIECE = 1024 * 1024

/** Line numbers at the borders of splits, as far as they are known. */
export class LineNumbers {
  readonly #known = new Map<string, Map<number, number>>()

  /** Forgets all: the files are listed anew, and may be others. */
  clear(): void {
    this.#known.clear()
  }

  /** Notes that a line begins at a byte. */
  learn(path: string, byte: number, line: number): void {
    const known = this.#known.get(path)
    if (known === undefined) this.#known.set(path, new Map([[byte, line]]))
    else known.set(byte, line)
  }

  /** The number, from 1, of the line that begins at a byte. */
  at(path: string, byte: number): number {
    let [from, line] = [0, 1]
    for (const [start, number] of this.#known.get(path) ?? []) {
      if (start <= byte && start > from) [from, line] = [start, number]
    }
    if (from === byte) return line
    const number = line + countLines(path, from, byte)
    this.learn(path, byte, number)
    return number
  }
}

function countLines(path: string, start: number, end: number): number {
  try {
    const file = openSync(path, 'r')
    try {
      return countIn(file, start, end)
    } finally {
      closeSync(file)
    }
  } catch (cause) {
    throw unreadable(path, cause)
  }
}

function countIn(file: number, start: number, end: number): number {
  const piece = Buffer.allocUnsafe(PIECE)
  let count = 0
  for (let at = start; at < end;) {
    const got = readSync(file, piece, 0, Math.min(PIECE, end - at), at)
    // Shorter than it was: the reader of the split says so.
    if (got === 0) return count
    const bytes = piece.subarray(0, got)
    for (let feed = bytes.indexOf(LF); feed >= 0; feed = bytes.indexOf(LF, feed + 1)) count++
    at += got
  }
  return count
}
