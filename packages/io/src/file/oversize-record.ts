/**
 * OversizeRecord: what is kept of a record that is longer than allowed: its beginning, its length and its hash.
 *
 * A record of any length is met in the same memory. The hash tells two of them apart, and finds the record again.
 */
import { createHash, type Hash } from 'node:crypto'
import type { RejectedRecord } from '@tidemark/core'
import { rejection } from './record-fault.ts'
import { shownText } from './utf8-fault.ts'

const KEPT = 1024

/** A record whose end has not been seen yet. */
export class OversizeRecord {
  readonly line: number
  readonly byte: number
  readonly #limit: number
  readonly #hash: Hash = createHash('sha256')
  #start = ''
  #length = 0

  /** `line` and `byte` say where it begins; `limit` is the length it has exceeded. */
  constructor(line: number, byte: number, limit: number) {
    this.line = line
    this.byte = byte
    this.#limit = limit
  }

  /** Takes the next bytes of the record. The first call must bring at least the part that is kept, if there is as much. */
  add(bytes: Buffer, start: number, end: number): void {
    if (this.#length === 0) this.#start = shownText(bytes, start, end, KEPT)
    this.#hash.update(bytes.subarray(start, end))
    this.#length += end - start
  }

  /** The rejection, once all bytes were added. */
  rejection(): RejectedRecord {
    const detail = `${this.#length} bytes, more than maxRecordBytes (${this.#limit}); sha256 ${this.#hash.digest('hex')}`
    return rejection(this.line, this.byte, this.#start, 'TOO_LARGE', detail)
  }
}
