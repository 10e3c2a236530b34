/**
 * LineFormat: how the lines of a file become elements.
 */
import type { Json } from '@tidemark/core'

/** What a parser returns for a line that is no record: a blank line, a comment, a header. */
export const NO_RECORD: unique symbol = Symbol('NO_RECORD')

/** Turns the lines of one file into elements, in order. */
export interface LineParser<T> {
  /** The element of a line, without its line end. Throws a RecordFault for a malformed one; any other error ends the run. */
  parse(text: string): T | typeof NO_RECORD
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
