/**
 * CsvReader: the records of one CSV file as elements.
 *
 * A record may span lines, so a file is read from its start, in one split. A quoted field that is never closed takes in all
 * that follows, as RFC 4180 has it: guessing where it should have ended could make records out of text.
 */
import { isUtf8 } from 'node:buffer'
import type { RejectedRecord, SourceBatch, SourceReader } from '@tidemark/core'
import type { FilePosition } from '../file/file-source.ts'
import { OversizeRecord } from '../file/oversize-record.ts'
import type { RecordBuffer } from '../file/record-buffer.ts'
import { badUtf8, RecordFault, rejection } from '../file/record-fault.ts'
import { shownText } from '../file/utf8-fault.ts'
import { quotedCells } from './csv-cells.ts'
import type { CsvFormat, CsvRows } from './csv-format.ts'
import { QuoteScanner } from './quote-scanner.ts'

const LF = 10
const CR = 13
const QUOTE = 34

type Cells = readonly string[] | RecordFault

/** A record found in the buffer. */
interface Found {
  readonly start: number
  readonly end: number
  readonly line: number
  cells: Cells | undefined
}

/** Reads one file record by record. Offsets are the numbers of the lines on which records begin. */
export class CsvReader<T> implements SourceReader<T> {
  readonly #input: RecordBuffer
  readonly #rows: CsvRows<T>
  readonly #format: CsvFormat<T>
  readonly #maxRecordBytes: number
  readonly #scanner: QuoteScanner
  #line: number
  #consumed = 0
  #oversize: OversizeRecord | undefined
  #needsMore = true

  constructor(input: RecordBuffer, rows: CsvRows<T>, format: CsvFormat<T>, line: number, maxRecordBytes: number) {
    this.#input = input
    this.#rows = rows
    this.#format = format
    this.#line = line
    this.#maxRecordBytes = maxRecordBytes
    this.#scanner = new QuoteScanner(format.delimiter)
  }

  read(credits: number): SourceBatch<T> | Promise<SourceBatch<T>> {
    if (!this.#needsMore) return this.#take(credits)
    const filled = this.#input.fill()
    return filled === undefined ? this.#take(credits) : filled.then(() => this.#take(credits))
  }

  close(): void | Promise<void> {
    return this.#input.close()
  }

  #take(credits: number): SourceBatch<T> {
    const input = this.#input
    const rejected: RejectedRecord[] = []
    const base = input.offset - input.head
    const found = this.#find(credits, rejected)
    this.#readQuoted(found)
    const elements: T[] = []
    const offsets: number[] = []
    for (const { start, end, line, cells } of found) {
      try {
        const read = cells ?? this.#cells(start, end)
        if (this.#rows.expectsHeader) {
          this.#rows.begin(read)
          continue
        }
        elements.push(this.#rows.element(read))
        offsets.push(line)
      } catch (error) {
        if (!(error instanceof RecordFault)) throw error
        rejected.push(rejection(line, base + start, shownText(input.bytes, start, end), error.code, error.message))
      }
    }
    const read = input.consumed - this.#consumed
    this.#consumed += read
    const done = input.ended && input.head === input.bytes.length
    return { elements, offsets, rejected, position: this.#position(), bytes: read, done }
  }

  /** Takes complete records out of the buffer, as many as there are credits for. */
  #find(credits: number, rejected: RejectedRecord[]): Found[] {
    const input = this.#input
    const { bytes } = input
    const found: Found[] = []
    this.#needsMore = false
    let quote = bytes.indexOf(QUOTE, input.head)
    while (found.length + rejected.length < credits && input.head < bytes.length) {
      const start = input.head
      if (quote >= 0 && quote < start) quote = bytes.indexOf(QUOTE, start)
      const feed = this.#end(start, quote)
      if (feed < 0 && !input.ended) {
        this.#needsMore = true
        this.#setOversizeAside()
        break
      }
      const next = feed < 0 ? bytes.length : feed + 1
      const end = feed > start && bytes[feed - 1] === CR ? feed - 1 : feed < 0 ? next : feed
      if (this.#oversize !== undefined || end - start > this.#maxRecordBytes) {
        rejected.push(this.#oversizeRejection(start, end, found.length === 0))
      } else {
        const isForLibrary = 'library' in this.#format.cells && quote >= start && quote < end
        found.push({ start, end, line: this.#line, cells: isForLibrary ? PENDING : undefined })
      }
      this.#line += this.#scanner.lines
      this.#scanner.begin()
      input.head = next
    }
    if (input.head === bytes.length) {
      this.#needsMore = !input.ended
      // The file ended where the piece before did.
      if (input.ended && this.#oversize !== undefined)
        rejected.push(this.#oversizeRejection(input.head, input.head, found.length === 0))
    }
    return found
  }

  // Up to the first quote every line is a record, and looking for line feeds alone is faster.
  #end(start: number, quote: number): number {
    const { bytes } = this.#input
    if (this.#oversize !== undefined) return this.#scanner.scan(bytes, start)
    this.#scanner.begin()
    const feed = bytes.indexOf(LF, start)
    if (quote >= 0 && (feed < 0 || quote < feed)) return this.#scanner.scan(bytes, start)
    this.#scanner.lines = 1
    return feed
  }

  #readQuoted(found: readonly Found[]): void {
    const quoted = found.filter(({ cells }) => cells === PENDING)
    const how = this.#format.cells
    if (quoted.length === 0 || !('library' in how)) return
    const { bytes, text } = this.#input
    const good = quoted.filter((record) => {
      const fault = text === 'mixed' ? this.#utf8Fault(record.start, record.end) : undefined
      if (fault !== undefined) record.cells = fault
      return fault === undefined
    })
    const records = good.map(({ start, end }) => bytes.subarray(start, end))
    const cells = good.length === 0 ? [] : quotedCells(records, this.#format.delimiter, how.library)
    for (const [i, record] of good.entries()) record.cells = cells[i]
  }

  /** The cells of a record, or why they cannot be had: a header must know it as well. */
  #cells(start: number, end: number): Cells {
    const { bytes, text } = this.#input
    const fault = text === 'mixed' ? this.#utf8Fault(start, end) : undefined
    if (fault !== undefined) return fault
    const record = bytes.toString(text === 'ascii' ? 'latin1' : 'utf8', start, end)
    const { delimiter, cells } = this.#format
    try {
      return 'parser' in cells ? cells.parser(record) : record.split(delimiter)
    } catch (error) {
      if (error instanceof RecordFault) return error
      throw error
    }
  }

  #utf8Fault(start: number, end: number): RecordFault | undefined {
    const { bytes, head, offset } = this.#input
    const record = bytes.subarray(start, end)
    return isUtf8(record) ? undefined : badUtf8(record, offset - head + start)
  }

  #setOversizeAside(): void {
    const input = this.#input
    const { bytes, head } = input
    if (this.#oversize === undefined && bytes.length - head <= this.#maxRecordBytes + 1) return
    if (this.#oversize === undefined) {
      this.#oversize = new OversizeRecord(this.#line, input.offset, this.#maxRecordBytes)
      // From here on the scanner goes on where it stands; up to here it must have seen every byte of the record.
      this.#scanner.begin()
      this.#scanner.scan(bytes, head)
    }
    input.head = this.#oversize.addOpen(bytes, head)
  }

  /** `isNext` says that every record before it has been read: where a header is expected, it is this one. */
  #oversizeRejection(start: number, end: number, isNext: boolean): RejectedRecord {
    const { bytes, offset } = this.#input
    const oversize = this.#oversize ?? new OversizeRecord(this.#line, offset, this.#maxRecordBytes)
    oversize.add(bytes, start, end)
    this.#oversize = undefined
    if (isNext && this.#rows.expectsHeader)
      this.#rows.begin(new RecordFault('TOO_LARGE', 'it is longer than maxRecordBytes'))
    const { lines, isQuoted } = this.#scanner
    return oversize.rejection(
      `${lines > 1 ? ` in ${lines} lines` : ''}${isQuoted ? ' up to the end of the file, as a quoted field is not closed' : ''}`,
    )
  }

  #position(): FilePosition {
    const state = this.#rows.state()
    const { line, byte } = this.#oversize ?? { line: this.#line, byte: this.#input.offset }
    return { offset: byte, line, ...(state === undefined ? {} : { state }) }
  }
}

/** Marks a record whose cells csv-parse is to find. */
const PENDING: Cells = []
