/**
 * Lengths of time that a transform is given, in whole milliseconds, checked where they are given.
 */
import { PipelineError, toMillis, type Duration } from '@tidemark/core'

/** The milliseconds of a Duration that is not below zero; throws a {@link PipelineError} with code `BAD_DURATION`. `subject` says who was given it as `option`. */
export function requireLength(subject: string, option: string, length: Duration): number {
  const millis = toMillis(length)
  if (millis >= 0) return millis
  throw new PipelineError(
    'BAD_DURATION',
    `${subject} has ${option}: ${millis} ms. It says how long something is remembered, and time does not go back. Give zero or more.`,
  )
}
