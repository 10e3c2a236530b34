/**
 * Assertions of invariants: checked where they are relied on, phrased with their values.
 */
import { PipelineError } from './pipeline-error.ts'

/** Throws a {@link PipelineError} with code `INVARIANT` unless `condition` holds: a fault of the library, not of the pipeline. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) {
    throw new PipelineError('INVARIANT', `Invariant broken: ${message}. This is a fault in Tidemark; please report it.`)
  }
}

/** Returns a length in milliseconds, or throws a {@link PipelineError} with code `BAD_DURATION` when it is below zero. */
export function requireNotNegative(millis: number, what: string): number {
  if (millis >= 0) return millis
  throw new PipelineError(
    'BAD_DURATION',
    `${what} is ${millis} ms. It says how long to wait, and time does not go back. Give zero or more.`,
  )
}

/** Returns a length in milliseconds, or throws a {@link PipelineError} with code `BAD_DURATION` unless it is above zero. */
export function requirePositive(millis: number, what: string): number {
  if (millis > 0) return millis
  throw new PipelineError(
    'BAD_DURATION',
    `${what} is ${millis} ms. It must be longer than zero, or no window could hold an element.`,
  )
}
