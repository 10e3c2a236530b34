/**
 * CallFailure: why a call has brought no answer, after its last try.
 *
 * Plain data, as it stands in the time log: a replay fails where the run has failed, for the reason that it had then.
 */
import { formatTimestamp, PipelineError, UserCodeError, type Timestamp } from '@tidemark/core'

/** The code of a call that has taken too long. */
export const ASYNC_TIMEOUT = 'ASYNC_TIMEOUT'

/** Why a call has failed. */
export interface CallFailure {
  /** How often the call was made. */
  readonly tries: number
  /** One of: `ASYNC_TIMEOUT`, `USER_CODE`, the code of the PipelineError that was thrown. */
  readonly code: string
  readonly message: string
}

/** How a call has ended. */
export type AsyncOutcome =
  | { readonly ok: true; readonly answer: unknown }
  /** `cause` is what was thrown, where it is at hand. */
  | { readonly ok: false; readonly failure: CallFailure; readonly cause?: unknown }

/** A failure in words, for the ledger; a code of the library comes first. */
export function failureDetail({ tries, code, message }: CallFailure): string {
  const what = tries === 1 ? 'the call failed' : `the call failed after ${tries} tries`
  return `${code === 'USER_CODE' ? '' : `${code}: `}${what}: ${message}`
}

/** The error of a run that is to stop at a failure. An error of the library that the function has thrown passes through as it is. */
export function callError(step: string, timestamp: Timestamp, failure: CallFailure, cause: unknown): PipelineError {
  const { tries, code } = failure
  if (cause instanceof PipelineError && code !== ASYNC_TIMEOUT) return cause
  const message =
    `The call of step "${step}" for an element with timestamp ${formatTimestamp(timestamp)} failed ` +
    `${tries === 1 ? 'at its only try' : `after ${tries} tries`}: ${failure.message}. The run stops, as its result would lack the element. ` +
    "Mend the function or what it asks, let it be tried for longer with the option retry, or give the step onError: 'dead-letter' " +
    'to put such elements into the ledger.'
  return code === 'USER_CODE'
    ? new UserCodeError(message, step, cause)
    : new PipelineError(code, message, { step, cause })
}
