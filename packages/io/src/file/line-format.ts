/**
 * LineFormat: how the lines of a file become elements.
 */
import type { Json } from '@tidemark/core'
import type { RecordFault } from './record-fault.ts'

/** What a parser returns for a line that is no record: a blank line, a comment, a header. */
export const NO_RECORD: unique symbol = Symbol('NO_RECORD')

/** Turns the lines of one file into elements, in order. */
export interface LineParser<T> {
  /** The element of a line, without its line end. Throws a RecordFault for a malformed one; any other error ends the run. */
  parse(text: string): T | typeof NO_RECORD
  /**
   * Told of a line that is not UTF-8 or too long, and so could not be parsed; `raw` is its beginning. Throws when lines behind it cannot be
   * understood without it, such as when it is a header. Without it, such lines concern nobody else.
   */
  skip?(raw: string, fault: RecordFault): void
  /** What must be known to go on from here in another reader; undefined when nothing. */
  state(): Json | undefined
}

/** A format whose records are lines. */
export interface LineFormat<T> {
  /** Whether a line means the same wherever it stands, so that a file can be read from any line. */
  readonly splittable: boolean
  /** Begins a file, or goes on in it with the state of a parser before. */
  open(path: string, state: Json | undefined): LineParser<T>
}
