/**
 * LineReader: the lines of one split as elements.
 *
 * Line feeds are found in the bytes and each line is decoded by itself: no text holds more than one record, so an element
 * keeps nothing else alive. Lines end with LF or CRLF; a lone CR is data. The last line needs no end.
 */
import { isUtf8 } from 'node:buffer'
import type { RejectedRecord, SourceBatch, SourceReader } from '@tidemark/core'
import type { FilePosition } from './file-source.ts'
import { NO_RECORD, type LineParser } from './line-format.ts'
import { OversizeRecord } from './oversize-record.ts'
import type { RecordBuffer } from './record-buffer.ts'
import { badUtf8, RecordFault, rejection } from './record-fault.ts'
import { shownText } from './utf8-fault.ts'

const LF = 10
const CR = 13

/** Reads one split line by line. Offsets of elements are line numbers from 1. */
export class LineReader<T> implements SourceReader<T> {
  readonly #input: RecordBuffer
  readonly #parser: LineParser<T>
  readonly #maxRecordBytes: number
  readonly #atEnd: (line: number) => void
  #line: number
  #consumed = 0
  #oversize: OversizeRecord | undefined

  /** `line` is the number of the first line; `atEnd` is told that of the line after the last. */
  constructor(
    input: RecordBuffer,
    parser: LineParser<T>,
    line: number,
    maxRecordBytes: number,
    atEnd: (line: number) => void,
  ) {
    this.#input = input
    this.#parser = parser
    this.#line = line
    this.#maxRecordBytes = maxRecordBytes
    this.#atEnd = atEnd
  }

  read(credits: number): SourceBatch<T> | Promise<SourceBatch<T>> {
    const input = this.#input
    if (input.head < input.complete || input.ended) return this.#take(credits)
    this.#setOversizeAside()
    const filled = input.fill()
    return filled === undefined ? this.#take(credits) : filled.then(() => this.#take(credits))
  }

  close(): void | Promise<void> {
    return this.#input.close()
  }

  #take(credits: number): SourceBatch<T> {
    const input = this.#input
    const elements: T[] = []
    const offsets: number[] = []
    const rejected: RejectedRecord[] = []
    const { bytes, complete } = input
    let head = input.head
    while (head < complete && elements.length + rejected.length < credits) {
      const feed = bytes.indexOf(LF, head)
      const next = feed < 0 ? complete : feed + 1
      const end = feed > head && bytes[feed - 1] === CR ? feed - 1 : feed < 0 ? complete : feed
      try {
        const element = this.#element(head, end)
        if (element !== NO_RECORD) {
          elements.push(element)
          offsets.push(this.#line)
        }
      } catch (error) {
        rejected.push(this.#rejection(head, end, error))
      }
      head = next
      input.head = head
      this.#line++
    }
    const done = input.ended && head === bytes.length
    if (done && this.#oversize !== undefined) rejected.push(this.#rejection(head, head, TOO_LARGE))
    if (done) this.#atEnd(this.#line)
    const consumed = input.consumed
    const read = consumed - this.#consumed
    this.#consumed = consumed
    return { elements, offsets, rejected, position: this.#position(), bytes: read, done }
  }

  #element(start: number, end: number): T | typeof NO_RECORD {
    const { bytes, text } = this.#input
    if (this.#oversize !== undefined || end - start > this.#maxRecordBytes) throw TOO_LARGE
    // On text known to be ASCII the shorter way of decoding is exact.
    if (text === 'ascii') return this.#parser.parse(bytes.toString('latin1', start, end))
    if (text === 'mixed') requireUtf8(bytes, start, end, this.#input.offset)
    return this.#parser.parse(bytes.toString('utf8', start, end))
  }

  #rejection(start: number, end: number, error: unknown): RejectedRecord {
    const { bytes, offset } = this.#input
    if (error === TOO_LARGE) {
      const oversize = this.#oversize ?? new OversizeRecord(this.#line, offset, this.#maxRecordBytes)
      oversize.add(bytes, start, end)
      this.#oversize = undefined
      const rejected = oversize.rejection()
      this.#parser.skip?.(rejected.raw, TOO_LARGE)
      return rejected
    }
    if (!(error instanceof RecordFault)) throw error
    const raw = shownText(bytes, start, end)
    if (error.code === 'BAD_UTF8') this.#parser.skip?.(raw, error)
    return rejection(this.#line, offset, raw, error.code, error.message)
  }

  // A line that is too long before its end was seen is taken out of the buffer piece by piece.
  #setOversizeAside(): void {
    const input = this.#input
    const { bytes, head } = input
    // One more than allowed may still turn out to be the CR of the line end.
    if (this.#oversize === undefined && bytes.length - head <= this.#maxRecordBytes + 1) return
    this.#oversize ??= new OversizeRecord(this.#line, input.offset, this.#maxRecordBytes)
    input.head = this.#oversize.addOpen(bytes, head)
  }

  #position(): FilePosition {
    const state = this.#parser.state()
    const { line, byte } = this.#oversize ?? { line: this.#line, byte: this.#input.offset }
    return { offset: byte, line, ...(state === undefined ? {} : { state }) }
  }
}

/** Thrown, not returned, so that the way of a good line holds no test of its result. */
const TOO_LARGE = new RecordFault('TOO_LARGE', 'it is longer than maxRecordBytes')

function requireUtf8(bytes: Buffer, start: number, end: number, offset: number): void {
  const record = bytes.subarray(start, end)
  if (!isUtf8(record)) throw badUtf8(record, offset)
}
