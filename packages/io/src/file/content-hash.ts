/**
 * The hash of a file's content, and a reader that compares what it reads with it.
 */
import { createHash, type Hash } from 'node:crypto'
import type { ByteReader } from './byte-reader.ts'
import { changed, type FileIdentity } from './file-identity.ts'
import { PlainBytes } from './plain-bytes.ts'

const PIECE = 1024 * 1024

/** SHA-256 of the bytes `[start, end)` of a file that must still be what was listed, in hexadecimal. */
export function contentHash(path: string, identity: FileIdentity, start: number, end: number): string {
  const bytes = new PlainBytes(path, identity, start, end)
  try {
    const hash = createHash('sha256')
    const piece = Buffer.allocUnsafe(Math.min(PIECE, Math.max(1, end - start)))
    for (let got = bytes.read(piece, 0, piece.length); got > 0; got = bytes.read(piece, 0, piece.length)) {
      hash.update(piece.subarray(0, got))
    }
    return hash.digest('hex')
  } finally {
    bytes.close()
  }
}

/**
 * Reads bytes `[start, end)` whose hash was taken before the first of them was given: at the end it must be the same.
 *
 * For file systems whose times and numbers cannot be relied on. It costs reading twice.
 */
export class ComparedBytes implements ByteReader {
  readonly #path: string
  readonly #bytes: PlainBytes
  readonly #expected: string
  readonly #hash: Hash = createHash('sha256')
  #isCompared = false

  constructor(path: string, identity: FileIdentity, start: number, end: number) {
    this.#path = path
    this.#expected = contentHash(path, identity, start, end)
    this.#bytes = new PlainBytes(path, identity, start, end)
  }

  get consumed(): number {
    return this.#bytes.consumed
  }

  read(target: Buffer, at: number, length: number): number {
    const got = this.#bytes.read(target, at, length)
    if (got > 0) this.#hash.update(target.subarray(at, at + got))
    else this.#compare()
    return got
  }

  close(): void {
    this.#bytes.close()
  }

  #compare(): void {
    if (this.#isCompared) return
    this.#isCompared = true
    const found = this.#hash.digest('hex')
    if (found !== this.#expected) {
      throw changed(this.#path, `the sha256 of its content was ${this.#expected} and is ${found}`)
    }
  }
}
