/**
 * The bytes of a plain file, or of a range of it, read in place and on this thread.
 *
 * Reading large pieces from the page cache costs less than handing them to another thread, and no wait means that the engine
 * goes on at once. With each piece the file is asked whether it is still the one that was listed.
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import type { ByteReader } from './byte-reader.ts'
import {
  changed,
  identityOf,
  isSame,
  requireUnchanged,
  statusOf,
  unreadable,
  type FileIdentity,
} from './file-identity.ts'

/** Reads the bytes `[start, end)` of a file that must still be what was listed. */
export class PlainBytes implements ByteReader {
  readonly #path: string
  readonly #identity: FileIdentity
  readonly #end: number
  readonly #file: number
  #next: number
  #consumed = 0

  constructor(path: string, identity: FileIdentity, start: number, end: number) {
    this.#path = path
    this.#identity = identity
    this.#next = start
    this.#end = end
    this.#file = open(path)
    try {
      this.#requireUnchanged()
    } catch (error) {
      this.close()
      throw error
    }
  }

  get consumed(): number {
    return this.#consumed
  }

  read(target: Buffer, at: number, length: number): number {
    const wanted = Math.min(length, this.#end - this.#next)
    const got = wanted === 0 ? 0 : readAt(this.#path, this.#file, target, at, wanted, this.#next)
    this.#requireUnchanged()
    if (wanted > 0 && got === 0) throw changed(this.#path, `it ended at byte ${this.#next} of ${this.#end}`)
    // By now the whole range is read: the path must still name what was read.
    if (wanted === 0) this.#requireSameName()
    this.#next += got
    this.#consumed += got
    return got
  }

  close(): void {
    closeSync(this.#file)
  }

  #requireUnchanged(): void {
    const found = identityOf(fstatSync(this.#file, { bigint: true }))
    if (isSame(this.#identity, found)) return
    // What became of the name says more than what became of the file that bore it.
    this.#requireSameName()
    requireUnchanged(this.#path, this.#identity, found)
  }

  #requireSameName(): void {
    requireUnchanged(this.#path, this.#identity, this.#named())
  }

  #named(): FileIdentity {
    try {
      return identityOf(statusOf(this.#path))
    } catch (error) {
      const { cause } = error as Error
      throw changed(this.#path, `it is not there any more (${cause instanceof Error ? cause.message : String(cause)})`)
    }
  }
}

/** The first bytes of a file, fewer when it is shorter. */
export function firstBytes(path: string, count: number): Buffer {
  const file = open(path)
  try {
    const bytes = Buffer.alloc(count)
    return bytes.subarray(0, readAt(path, file, bytes, 0, count, 0))
  } finally {
    closeSync(file)
  }
}

function open(path: string): number {
  try {
    return openSync(path, 'r')
  } catch (cause) {
    throw unreadable(path, cause)
  }
}

function readAt(path: string, file: number, target: Buffer, at: number, length: number, position: number): number {
  try {
    return readSync(file, target, at, length, position)
  } catch (cause) {
    throw unreadable(path, cause)
  }
}
