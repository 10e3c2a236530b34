/**
 * Errors of what a grouping is given by its user: combiners, coders, and keys or values without canonical bytes.
 */
import { EncodingError, PipelineError, thrownText, UserCodeError } from '@tidemark/core'

const UNKNOWN_CHANGE = 'UNKNOWN_CHANGE'
const NOT_HELD = 'a value that its window does not hold'

/** The error of a step that is to take back what has not come to it (code `UNKNOWN_CHANGE`), which `what` says. */
export function unknownChange(what: string, step?: string): PipelineError {
  return new PipelineError(
    UNKNOWN_CHANGE,
    `Step "${step}" was to take back ${what}. What was given in its place would stay in the result for ever. A function above it gives ` +
      'different outputs for equal elements: make it pure.',
    { step },
  )
}

/** Wraps what was thrown, once, so that it names the step; `what` is the function that threw. */
export function groupingError(what: string, step: string, cause: unknown): PipelineError {
  if (cause instanceof EncodingError && cause.step === undefined) {
    return new EncodingError(cause.code, `Step "${step}": ${cause.message}`, { step, cause })
  }
  if (cause instanceof PipelineError && cause.code === UNKNOWN_CHANGE) return unknownChange(NOT_HELD, step)
  if (cause instanceof PipelineError) return cause
  const message = thrownText(cause)
  return new UserCodeError(
    `${what} of step "${step}" threw: ${message}. The run stops, as its result would be wrong. Mend the combiner or coder, or leave ` +
      "out before the step what it cannot take, for instance with map(check, { onError: 'dead-letter' }).",
    step,
    cause,
  )
}
