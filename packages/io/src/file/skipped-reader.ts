/**
 * SkippedReader: a file that is left out, as a split whose only record is the note of it.
 *
 * So it is counted and stands in the ledger at line 0 of its path, on every runner.
 */
import type { Json, SourceBatch, SourceReader } from '@tidemark/core'
import type { SkippedFile } from './listed-file.ts'
import { visible } from './visible-text.ts'

/** Gives the note, once: not again where reading goes on from a position. */
export class SkippedReader<T> implements SourceReader<T> {
  readonly #file: SkippedFile
  #isNoted: boolean

  constructor(file: SkippedFile, position: Json | undefined) {
    this.#file = file
    this.#isNoted = position !== undefined
  }

  read(): SourceBatch<T> {
    const { path, code, detail } = this.#file
    const reason = code === 'DUPLICATE_FILE' ? ('duplicate' as const) : ('dead-letter' as const)
    const rejected = this.#isNoted ? [] : [{ offset: 0, raw: path, code, detail: visible(detail), reason }]
    this.#isNoted = true
    return { elements: [], offsets: [], rejected, position: { offset: 0, line: 0 }, bytes: 0, done: true }
  }

  close(): void {
    // Nothing is open.
  }
}
