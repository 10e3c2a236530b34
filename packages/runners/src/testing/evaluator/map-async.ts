/**
 * mapAsync: an element becomes the answer of its call. Who answers, and when, is no part of the meaning.
 *
 * A cache is none either: its author says that equal keys have equal answers. That every element has a key is.
 */
import { keyText } from '@tidemark/core'
import type { MapAsyncPayload } from '@tidemark/core/graph'
import type { CallAnswers } from './call-answers.ts'
import type { EvaluatedEntry, Row } from './rows.ts'
import { rowsOrDeadLetter } from './user-code.ts'

/** Puts answers in place of elements; those without one go into the ledger, or fail the evaluation. */
export function evaluateMapAsync(
  payload: MapAsyncPayload,
  step: string,
  rows: readonly Row[],
  ledger: EvaluatedEntry[],
  answers: CallAnswers,
): readonly Row[] {
  return rows.flatMap((row) =>
    rowsOrDeadLetter(step, payload.onError, row, ledger, () => {
      const { value: element, timestamp, window } = row
      if (payload.cache !== undefined) keyText(payload.cache.key(element))
      const end = answers.endOf({ step, payload, element, timestamp, window })
      if (end === undefined) return []
      if (!end.ok) throw end.cause
      const value = payload.parse === undefined ? end.answer : payload.parse(end.answer, element)
      return [{ ...row, value }]
    }),
  )
}
