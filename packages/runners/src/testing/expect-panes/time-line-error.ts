/**
 * Errors of the time-line notation: where in the text they are, with the line shown and the place marked.
 */
import { PipelineError } from '@tidemark/core'

/** The time line cannot be read. `code` is `BAD_TIME_LINE`; line and column count from 1. */
export class TimeLineError extends PipelineError {
  readonly line: number
  readonly column: number

  constructor(notation: string, place: Place, problem: string, cure: string) {
    const text = notation.split('\n')[place.line - 1] ?? ''
    const mark = `${' '.repeat(place.column - 1)}${'^'.repeat(Math.max(1, place.length))}`
    super(
      'BAD_TIME_LINE',
      `The time line cannot be read, at line ${place.line}, column ${place.column}: ${problem}. ${cure}\n\n${text}\n${mark}`,
    )
    this.line = place.line
    this.column = place.column
  }
}

/** A part of a notation: line and column from 1, and its length in characters. */
export interface Place {
  readonly line: number
  readonly column: number
  readonly length: number
}
