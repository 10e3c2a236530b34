/**
 * Calls of user functions: what a thrown error becomes, and what a returned promise is.
 */
import {
  EncodingError,
  formatTimestamp,
  PipelineError,
  thrownText,
  UserCodeError,
  type Timestamp,
} from '@tidemark/core'

/** Wraps what a function of a step's life cycle has thrown, once: there is no element to name or to put aside. */
export function lifeCycleError(what: string, step: string, cause: unknown): PipelineError {
  if (cause instanceof PipelineError) return cause
  const message = thrownText(cause)
  return new UserCodeError(
    `${what} at step "${step}" threw: ${message}. The run stops, as the step cannot do without it. Mend the function.`,
    step,
    cause,
  )
}

/** Wraps what a user function has thrown, once: an error of the library passes through as it is, with the step where it names none. */
export function userCodeError(what: string, step: string, timestamp: Timestamp, cause: unknown): PipelineError {
  if (cause instanceof EncodingError && cause.step === undefined) {
    return new EncodingError(cause.code, `${what} at step "${step}": ${cause.message}`, { step, cause })
  }
  if (cause instanceof PipelineError) return cause
  const message = thrownText(cause)
  return new UserCodeError(
    `${what} at step "${step}" threw for an element with timestamp ${formatTimestamp(timestamp)}: ${message}. ` +
      "The run stops, as its result would lack the element. Mend the function, or give the step onError: 'dead-letter' " +
      'to put such elements into the ledger.',
    step,
    cause,
  )
}

/** Codes of errors that are faults of the program, whatever the element: no dead letter hides them. */
export const PROGRAM_FAULTS: ReadonlySet<string> = new Set([
  'ASYNC_PROCESS',
  'ASYNC_SCHEMA',
  'INVARIANT',
  'PANE_NOT_DECLARED',
  'UNKNOWN_OUTPUT',
])

/** Says true of what a synchronous function has returned; throws (code `ASYNC_PROCESS`) when it is a promise. */
export function isSynchronous(result: unknown, what: string, step: string): true {
  if (typeof result !== 'object' || result === null || typeof (result as PromiseLike<unknown>).then !== 'function')
    return true
  throw new PipelineError(
    'ASYNC_PROCESS',
    `${what} of step "${step}" returned a promise. Elements run synchronously, so that results do not depend on who answers first. ` +
      'Give the function to mapAsync instead, or fetch what it needs in a source, a sink or RxJS.',
    { step },
  )
}
