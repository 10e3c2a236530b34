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
/** The longest character, so that what is kept can be cut between two. */
const CHARACTER = 4
const CR = 13

/** A record whose end has not been seen yet. */
export class OversizeRecord {
  readonly line: number
  readonly byte: number
  readonly #limit: number
  readonly #hash: Hash = createHash('sha256')
  #start: Buffer = Buffer.alloc(0)
  #length = 0

  /** `line` and `byte` say where it begins; `limit` is the length it has exceeded. */
  constructor(line: number, byte: number, limit: number) {
    this.line = line
    this.byte = byte
    this.#limit = limit
  }

  /** Takes the next bytes of the record. */
  add(bytes: Buffer, start: number, end: number): void {
    const missing = KEPT + CHARACTER - this.#start.length
    if (missing > 0) this.#start = Buffer.concat([this.#start, bytes.subarray(start, Math.min(end, start + missing))])
    this.#hash.update(bytes.subarray(start, end))
    this.#length += end - start
  }

  /** Takes all that is in a buffer and returns where it stopped: a CR at the end may belong to the line end that follows. */
  addOpen(bytes: Buffer, start: number): number {
    const end = bytes.length > start && bytes[bytes.length - 1] === CR ? bytes.length - 1 : bytes.length
    this.add(bytes, start, end)
    return end
  }

  /** The rejection, once all bytes were added. `remark` says more of its length, such as how many lines it spans. */
  rejection(remark = ''): RejectedRecord {
    const detail = `${this.#length} bytes${remark}, more than maxRecordBytes (${this.#limit}); sha256 ${this.#hash.digest('hex')}`
    return rejection(this.line, this.byte, shownText(this.#start, 0, this.#start.length, KEPT), 'TOO_LARGE', detail)
  }
}
