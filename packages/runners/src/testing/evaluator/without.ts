/**
 * Leaving out what a live run dropped, so that the evaluator answers for the elements that were taken.
 */
import { equalBytes, encodeValue, formatTimestamp, formatWindow, PipelineError } from '@tidemark/core'
import type { Timestamp, Window } from '@tidemark/core'
import type { EvaluatedEntry, Row } from './rows.ts'

/** An (element, window) pair that a live run dropped at a step: what its ledger entry says. */
export interface DroppedElement {
  /** Path of the step at which it was dropped. */
  readonly step: string
  readonly element: unknown
  readonly timestamp: Timestamp | undefined
  /** The window for which it was dropped; without one, the element as such. */
  readonly window: Window | undefined
  /** In words; at a join it says of which side. */
  readonly detail?: string | undefined
}

/**
 * Removes from the rows that enter a step, or that a source gives, one row for each pair that was dropped there.
 *
 * **Contract** — A pair is found by canonical bytes, timestamp and window, wherever they are given. One that is not among the rows
 * is an error (code `NOT_AMONG_INPUTS`): the live run has dropped what it never had.
 */
export function rowsWithout(rows: readonly Row[], dropped: readonly DroppedElement[]): readonly Row[] {
  const rest = [...rows]
  for (const pair of dropped) {
    const bytes = encodeValue(pair.element)
    const index = rest.findIndex(
      ({ value, timestamp, window }) =>
        (pair.timestamp === undefined || pair.timestamp === timestamp) &&
        (pair.window === undefined || (pair.window.start === window.start && pair.window.end === window.end)) &&
        equalBytes(encodeValue(value), bytes),
    )
    if (index < 0) throw notAmong(pair)
    rest.splice(index, 1)
  }
  return rest
}

/** Leaves out of a list of drops those that the evaluator itself keeps out: elements ahead of an arrival that they carry. */
export function dropsAmong(
  dropped: readonly DroppedElement[],
  rejected: readonly EvaluatedEntry[],
): readonly DroppedElement[] {
  const rest = [...rejected]
  return dropped.filter(({ element, timestamp }) => {
    const bytes = encodeValue(element)
    const index = rest.findIndex(
      (entry) => entry.timestamp === timestamp && equalBytes(encodeValue(entry.element), bytes),
    )
    if (index >= 0) rest.splice(index, 1)
    return index < 0
  })
}

function notAmong({ step, element, timestamp, window }: DroppedElement): PipelineError {
  const when = timestamp === undefined ? 'without a timestamp' : `at ${formatTimestamp(timestamp)}`
  const where = window === undefined ? '' : ` in window ${formatWindow(window)}`
  return new PipelineError(
    'NOT_AMONG_INPUTS',
    `The element ${JSON.stringify(element)} ${when}${where} is to be left out at step "${step}", but it is not among the step's ` +
      'inputs, or was left out as often as it occurs. Give ledger entries of a run over the same elements.',
    { step },
  )
}
