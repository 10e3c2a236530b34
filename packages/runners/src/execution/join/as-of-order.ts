/**
 * What tells rows of a dimension apart, and elements that may be taken back.
 *
 * Bytes are made only where several are of one time: what is never compared is never encoded.
 */
import { compareWindows, encodeValue, formatTimestamp, GLOBAL_WINDOW, isTimestamp } from '@tidemark/core'
import { PipelineError, thrownText, UserCodeError, type Coder, type Timestamp, type Window } from '@tidemark/core'
import type { AsOfJoinPayload } from '@tidemark/core/graph'
import { groupingError } from '../grouping/grouping-error.ts'
import { textOfBytes } from '../state/byte-text.ts'
import type { EntryOrder } from './as-of-list.ts'

/** Which of several rows is the later one: by (time,) when it became known, `orderBy`, bytes. */
export class RowOrder implements EntryOrder<Timestamp> {
  readonly #payload: AsOfJoinPayload
  readonly #step: string

  constructor(payload: AsOfJoinPayload, step: string) {
    this.#payload = payload
    this.#step = step
  }

  /** When a row became known; `undefined` where that is not asked for. */
  knownAt(row: unknown, time: Timestamp): Timestamp | undefined {
    const { knownAt } = this.#payload
    if (knownAt === undefined) return undefined
    const known = this.#call('knownAt', knownAt, row)
    if (isTimestamp(known)) return known
    throw new PipelineError(
      'BAD_TIMESTAMP',
      `knownAt of step "${this.#step}" gave ${String(known)} for a row at ${formatTimestamp(time)}. Without the time at which it became known ` +
        'nobody can say which elements it answers. Return whole milliseconds since the epoch for every row.',
      { step: this.#step },
    )
  }

  compareMarks(a: Timestamp | undefined, b: Timestamp | undefined): number {
    return a === undefined || b === undefined ? 0 : a - b
  }

  // No encoding begins another, so bytes can follow one another and still compare part by part.
  textOf(row: unknown): string {
    const { orderBy } = this.#payload
    const own = this.bytesOf(row)
    return orderBy === undefined ? own : textOfBytes(encodeValue(this.#call('orderBy', orderBy, row))) + own
  }

  /** The bytes of a row, as text. */
  bytesOf(row: unknown): string {
    return encoded(row, this.#payload.rightCoder, 'The right coder', this.#step)
  }

  #call<T>(what: string, fn: (row: unknown) => T, row: unknown): T {
    try {
      return fn(row)
    } catch (cause) {
      if (cause instanceof PipelineError) throw cause
      throw new UserCodeError(
        `${what} of step "${this.#step}" threw: ${thrownText(cause)}. Without it nobody can say which row is the later one, and the result would ` +
          'depend on arrival. Correct the function; it must accept every row.',
        this.#step,
        cause,
      )
    }
  }
}

/** Which elements that are changes are the same: those of one window with equal bytes. */
export class ElementIdentity implements EntryOrder<Window> {
  readonly #coder: Coder<unknown> | undefined
  readonly #step: string

  constructor(payload: AsOfJoinPayload, step: string) {
    this.#coder = payload.leftCoder
    this.#step = step
  }

  compareMarks(a: Window = GLOBAL_WINDOW, b: Window = GLOBAL_WINDOW): number {
    return compareWindows(a, b)
  }

  textOf(element: unknown): string {
    return encoded(element, this.#coder, 'The left coder', this.#step)
  }
}

function encoded(value: unknown, coder: Coder<unknown> | undefined, what: string, step: string): string {
  try {
    return textOfBytes(coder === undefined ? encodeValue(value) : coder.encode(value))
  } catch (cause) {
    throw groupingError(what, step, cause)
  }
}
