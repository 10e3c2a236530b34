/**
 * Calls of user code: what it throws fails the evaluation or makes the element a dead letter, as the step says.
 */
import { formatTimestamp, PipelineError, UserCodeError } from '@tidemark/core'
import type { OnError } from '@tidemark/core'
import type { EvaluatedEntry, Row } from './rows.ts'

/**
 * Returns what `body` makes of a row, whole or not at all: when it throws, an {@link UserCodeError} is thrown, or the row goes
 * into the ledger as `dead-letter` and gives nothing.
 */
export function rowsOrDeadLetter(
  step: string,
  onError: OnError,
  row: Row,
  ledger: EvaluatedEntry[],
  body: () => readonly Row[],
): readonly Row[] {
  try {
    return body()
  } catch (cause) {
    const { value: element, timestamp, window } = row
    if (onError === 'dead-letter') {
      ledger.push({ reason: 'dead-letter', step, element, timestamp, window })
      return []
    }
    if (cause instanceof PipelineError) throw cause
    throw new UserCodeError(
      `Step "${step}" threw for an element with timestamp ${formatTimestamp(timestamp)}: ${String(cause)}. ` +
        "There is no result without it. Correct the function, or give the step onError: 'dead-letter'.",
      step,
      cause,
    )
  }
}
