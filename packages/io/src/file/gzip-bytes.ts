/**
 * The bytes of a gzip file, expanded piece by piece in bounded memory.
 *
 * Members that follow each other are read in turn. A file that is cut short, damaged, or grows beyond its limits is an error
 * of the whole file: nothing tells how much of it is missing.
 */
import type { Readable } from 'node:stream'
import { pipeline, Readable as Source } from 'node:stream'
import { constants, createGunzip } from 'node:zlib'
import { PipelineError } from '@tidemark/core'
import type { ByteReader } from './byte-reader.ts'
import type { FileLimits } from './file-options.ts'
import { visible } from './visible-text.ts'

const PIECE = 256 * 1024
const EXPANDED_PIECE = 1024 * 1024
/** Below this size a ratio says nothing: a short run of one letter shrinks beyond any limit. */
const SMALL = 16 * 1024 * 1024

/** Reads the expanded bytes of a gzip file from `skip` on; reaching that place costs expanding all before it. */
export class GzipBytes implements ByteReader {
  readonly #path: string
  readonly #limits: FileLimits
  readonly #compressed: ByteReader
  readonly #expanded: Readable
  readonly #pieces: AsyncIterator<Buffer>
  #piece: Buffer = Buffer.alloc(0)
  #skip: number
  #total = 0

  /** `compressed` are the bytes of the file, from its first to its last. */
  constructor(path: string, compressed: ByteReader, skip: number, limits: FileLimits) {
    this.#path = path
    this.#limits = limits
    this.#skip = skip
    this.#compressed = compressed
    const gunzip = createGunzip({ chunkSize: EXPANDED_PIECE, finishFlush: constants.Z_FINISH })
    // An error reaches the reader through the iterator; the callback keeps it from being thrown out of turn.
    this.#expanded = pipeline(Source.from(pieces(this.#compressed)), gunzip, () => undefined)
    this.#pieces = this.#expanded[Symbol.asyncIterator]() as AsyncIterator<Buffer>
  }

  get consumed(): number {
    return this.#compressed.consumed
  }

  read(target: Buffer, at: number, length: number): number | Promise<number> {
    return this.#piece.length > 0 ? this.#copy(target, at, length) : this.#await(target, at, length)
  }

  async close(): Promise<void> {
    await this.#pieces.return?.()
    this.#expanded.destroy()
    await this.#compressed.close()
  }

  async #await(target: Buffer, at: number, length: number): Promise<number> {
    while (this.#piece.length === 0) {
      const next = await this.#nextPiece()
      if (next.done === true) {
        if (this.#total === 0 && this.#compressed.consumed === 0) throw truncated(this.#path, undefined)
        return 0
      }
      this.#total += next.value.length
      this.#requireWithinLimits()
      this.#piece = next.value.subarray(this.#skip)
      this.#skip -= next.value.length - this.#piece.length
    }
    return this.#copy(target, at, length)
  }

  async #nextPiece(): Promise<IteratorResult<Buffer>> {
    try {
      return await this.#pieces.next()
    } catch (cause) {
      if (cause instanceof PipelineError) throw cause
      throw (cause as { readonly code?: string }).code === 'Z_BUF_ERROR'
        ? truncated(this.#path, cause)
        : damaged(this.#path, cause)
    }
  }

  #copy(target: Buffer, at: number, length: number): number {
    const count = this.#piece.copy(target, at, 0, length)
    this.#piece = this.#piece.subarray(count)
    return count
  }

  #requireWithinLimits(): void {
    const { maxExpandedBytes, maxExpansion } = this.#limits
    const ratio = this.#total / this.#compressed.consumed
    const tooLarge = this.#total > maxExpandedBytes
    if (!tooLarge && (this.#total <= SMALL || ratio <= maxExpansion)) return
    throw new PipelineError(
      'BOMB',
      `The file ${visible(this.#path)} grows beyond its limit: ${this.#total} bytes from ${this.#compressed.consumed} (` +
        (tooLarge ? `maxExpandedBytes is ${maxExpandedBytes}` : `maxExpansion is ${maxExpansion}`) +
        '). Such a file is most often made to exhaust its reader. If it is meant, raise the limit.',
    )
  }
}

async function* pieces(compressed: ByteReader): AsyncGenerator<Buffer> {
  for (;;) {
    // The stream keeps each piece until it is expanded, so each is a buffer of its own.
    const piece = Buffer.allocUnsafe(PIECE)
    const count = await compressed.read(piece, 0, PIECE)
    if (count === 0) return
    yield piece.subarray(0, count)
  }
}

function truncated(path: string, cause: unknown): PipelineError {
  return new PipelineError(
    'TRUNCATED',
    `The compressed file ${visible(path)} ends too early. What is missing cannot be known, so nothing is published from it. ` +
      'Fetch it again in full, or wait until it has been written.',
    { cause },
  )
}

function damaged(path: string, cause: unknown): PipelineError {
  return new PipelineError(
    'GZIP_CORRUPT',
    `The compressed file ${visible(path)} is damaged: ${cause instanceof Error ? cause.message : String(cause)}. ` +
      'From there on its content is unknown, so nothing is published from it. Fetch an intact copy.',
    { cause },
  )
}
