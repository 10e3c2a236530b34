/**
 * SortedRun: rows in order on disk, one part of a sort that does not fit into memory.
 */
import { closeSync, openSync, readSync, rmSync } from 'node:fs'
import { onOutput, temporaryPath, writeAll } from './published-file.ts'

/** A row that waits to be written: the bytes it is ordered by, and what will stand in the file. */
export interface SortableRow {
  readonly key: Uint8Array
  readonly row: Uint8Array
}

const PIECE = 256 * 1024
const HEAD = 8

/** Orders rows by key, then by what they say, so that no order of arrival shows. */
export function compareRows(a: SortableRow, b: SortableRow): number {
  return Buffer.compare(a.key, b.key) || Buffer.compare(a.row, b.row)
}

/** A file of sorted rows, beside the output they are for. It is gone when read to the end or discarded. */
export class SortedRun {
  readonly #output: string
  readonly #path: string
  readonly #file: number

  /** Writes sorted rows. */
  constructor(output: string, rows: readonly SortableRow[]) {
    this.#output = output
    this.#path = temporaryPath(output)
    this.#file = onOutput(output, () => openSync(this.#path, 'wx+'))
    try {
      onOutput(output, () => {
        for (const piece of pieces(rows)) writeAll(this.#file, piece)
      })
    } catch (error) {
      this.discard()
      throw error
    }
  }

  /** The rows, in order. */
  *rows(): Generator<SortableRow> {
    let bytes: Buffer = Buffer.alloc(0)
    let at = 0
    const need = (count: number): boolean => {
      if (bytes.length >= count) return true
      const more = Buffer.allocUnsafe(Math.max(PIECE, count - bytes.length))
      const got = onOutput(this.#output, () => readSync(this.#file, more, 0, more.length, at))
      at += got
      bytes = Buffer.concat([bytes, more.subarray(0, got)])
      return got > 0 && need(count)
    }
    while (need(HEAD)) {
      const key = HEAD + bytes.readUInt32LE(0)
      const end = key + bytes.readUInt32LE(4)
      need(end)
      yield { key: bytes.subarray(HEAD, key), row: bytes.subarray(key, end) }
      bytes = bytes.subarray(end)
    }
  }

  /** Removes the file. */
  discard(): void {
    closeSync(this.#file)
    rmSync(this.#path, { force: true })
  }
}

function* pieces(rows: readonly SortableRow[]): Generator<Buffer> {
  let parts: Uint8Array[] = []
  let size = 0
  for (const { key, row } of rows) {
    const head = Buffer.allocUnsafe(HEAD)
    head.writeUInt32LE(key.length, 0)
    head.writeUInt32LE(row.length, 4)
    parts.push(head, key, row)
    size += HEAD + key.length + row.length
    if (size < PIECE) continue
    yield Buffer.concat(parts)
    parts = []
    size = 0
  }
  yield Buffer.concat(parts)
}
