/**
 * RecordBuffer: the bytes between what was read from a file and what was taken as records.
 *
 * One buffer is used again for each piece; what is left of a record that is not complete moves to its front. It grows only
 * for long records, to what the longest allowed one needs, so its size does not depend on the file's.
 */
import { isAscii, isUtf8 } from 'node:buffer'
import type { ByteReader } from './byte-reader.ts'
import type { FileLimits } from './file-options.ts'
import { LONGEST_SIGN, requireText } from './foreign-encoding.ts'

const LF = 10
const SMALLEST = 4096

/** What all complete records in the buffer are: one test for a piece saves one for each record. */
export type TextKind = 'ascii' | 'utf8' | 'mixed'

/** Reads ahead of the records of one split. Records are taken by moving `head`. */
export class RecordBuffer {
  /** The bytes read and not dropped; valid until the next {@link fill}. */
  bytes: Buffer
  /** Where the next record begins in `bytes`. */
  head = 0
  /** End of the last complete line in `bytes`: after its line feed, or the end of the file. */
  complete = 0
  /** Whether the source has no more bytes. */
  ended = false
  /** What the bytes from `head` at the last fill to `complete` are. */
  text: TextKind = 'ascii'

  readonly #path: string
  readonly #source: ByteReader
  readonly #chunkBytes: number
  readonly #capacity: number
  #memory: Buffer
  #base: number
  #atStart: boolean

  /** `offset` is where in the file the source begins; `size` its size, where known. */
  constructor(path: string, source: ByteReader, offset: number, size: number, limits: FileLimits) {
    this.#path = path
    this.#source = source
    this.#base = offset
    this.#atStart = offset === 0
    this.#chunkBytes = limits.chunkBytes
    // A record, the two characters of its line end, and at least one byte to go on with.
    this.#capacity = Math.max(limits.maxRecordBytes + 3, limits.chunkBytes, LONGEST_SIGN)
    this.#memory = Buffer.allocUnsafeSlow(
      Math.min(this.#capacity, Math.max(SMALLEST, Math.min(size + 1, limits.chunkBytes))),
    )
    this.bytes = this.#memory.subarray(0, 0)
  }

  /** Byte in the file at which the next record begins. */
  get offset(): number {
    return this.#base + this.head
  }

  /** Bytes of the file read so far, for progress. */
  get consumed(): number {
    return this.#source.consumed
  }

  /** Reads the next piece behind what is left. A promise only when the source has to wait. */
  fill(): void | Promise<void> {
    const left = this.bytes.length - this.head
    if (this.head > 0) this.bytes.copyWithin(0, this.head)
    if (left * 2 > this.#memory.length) this.#grow(left)
    this.#base += this.head
    this.head = 0
    const got = this.#source.read(this.#memory, left, Math.min(this.#chunkBytes, this.#memory.length - left))
    return typeof got === 'number' ? this.#take(left, got) : got.then((count) => this.#take(left, count))
  }

  close(): void | Promise<void> {
    return this.#source.close()
  }

  #take(left: number, got: number): void | Promise<void> {
    this.ended = got === 0
    this.bytes = this.#memory.subarray(0, left + got)
    if (this.#atStart) {
      // Nobody sees bytes before it is known what they are.
      if (this.bytes.length < LONGEST_SIGN && !this.ended) return this.fill()
      this.#skipMark()
    }
    this.complete = this.ended ? this.bytes.length : this.bytes.lastIndexOf(LF) + 1
    if (this.complete > this.head) this.text = kindOf(this.bytes.subarray(this.head, this.complete))
    return undefined
  }

  // The byte order mark of UTF-8 says nothing and is left out, at the start of a file only.
  #skipMark(): void {
    this.#atStart = false
    const [first, second, third] = this.bytes
    if (first === 0xef && second === 0xbb && third === 0xbf) this.head = 3
    else requireText(this.#path, this.bytes)
  }

  #grow(left: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.min(this.#capacity, this.#memory.length * 2))
    if (larger.length <= this.#memory.length) return
    this.#memory.copy(larger, 0, 0, left)
    this.#memory = larger
  }
}

function kindOf(bytes: Buffer): TextKind {
  return isAscii(bytes) ? 'ascii' : isUtf8(bytes) ? 'utf8' : 'mixed'
}
