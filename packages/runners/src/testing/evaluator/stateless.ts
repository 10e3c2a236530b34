/**
 * Stateless steps: a function of one row at a time, whose results take the row's timestamp and window.
 */
import { formatTimestamp, isTimestamp, NO_FIRING, PipelineError, type Timestamp } from '@tidemark/core'
import type { ParDoPayload, StatelessPayload } from '@tidemark/core/graph'
import type { EvaluatedEntry, Row } from './rows.ts'
import type { SeenRows } from './side-input.ts'
import { rowsOrDeadLetter } from './user-code.ts'

/** Applies the function of a stateless step to every row. */
export function evaluateStateless(
  payload: StatelessPayload,
  step: string,
  { main, sideOf }: SeenRows,
  ledger: EvaluatedEntry[],
): readonly Row[] {
  return main.flatMap((row) =>
    rowsOrDeadLetter(step, payload.onError, row, ledger, () => resultsOf(payload, step, row, sideOf)),
  )
}

function resultsOf({ form, fn }: StatelessPayload, step: string, row: Row, sideOf: SeenRows['sideOf']): readonly Row[] {
  const apply = (element: unknown): unknown => (fn as (...args: unknown[]) => unknown)(element, sideOf(row))
  switch (form) {
    case 'map':
      return [{ ...row, value: apply(row.value) }]
    case 'filter':
      return apply(row.value) ? [row] : []
    case 'flat-map':
      return Array.from(apply(row.value) as Iterable<unknown>, (value) => ({ ...row, value }))
    case 'with-keys':
      return [{ ...row, value: [apply(row.value), row.value] }]
    case 'with-timestamps':
      return [{ ...row, timestamp: movedForward(apply(row.value), step, row) }]
    case 'reshuffle':
      return [row]
  }
}

function movedForward(timestamp: unknown, step: string, row: Row): Timestamp {
  if (isTimestamp(timestamp) && timestamp >= row.timestamp) return timestamp
  throw new PipelineError(
    isTimestamp(timestamp) ? 'TIMESTAMP_MOVED_BACK' : 'BAD_TIMESTAMP',
    `"${step}" gave ${String(timestamp)} for an element with timestamp ${formatTimestamp(row.timestamp)}. Timestamps may only ` +
      'move forward, because the watermark may have passed earlier ones. Assign event time at the source.',
    { step },
  )
}

/**
 * Runs a DoFn over all rows as one bundle. Returns the rows of each output, in the order of the step's collections.
 *
 * The evaluator does not wait: a `setup` that returns a promise is refused (code `ASYNC_SETUP`).
 */
export function evaluateParDo(
  { doFn, outputs, onError }: ParDoPayload,
  step: string,
  { main, sideOf }: SeenRows,
  ledger: EvaluatedEntry[],
): readonly (readonly Row[])[] {
  if (doFn.setup?.() instanceof Promise) {
    throw new PipelineError(
      'ASYNC_SETUP',
      `The setup of "${step}" returns a promise. The reference evaluator computes its answer in one go and waits for nothing. ` +
        'Prepare what setup waits for before the pipeline is built.',
      { step },
    )
  }
  doFn.startBundle?.()
  const emitted: Row[] = main.flatMap((row) =>
    rowsOrDeadLetter(step, onError, row, ledger, () => {
      const { timestamp, window, pane } = row
      const context = { timestamp, window, pane, side: sideOf(row) }
      return Array.from(doFn.process(row.value, context) ?? [], (value) => ({ ...row, value }))
    }),
  )
  for (const left of doFn.finishBundle?.() ?? []) emitted.push({ ...left, pane: NO_FIRING })
  void doFn.teardown?.()
  return outputs.length === 0 ? [emitted] : outputs.map((tag) => taggedWith(tag, emitted))
}

function taggedWith(tag: string, rows: readonly Row[]): readonly Row[] {
  return rows.flatMap((row) => {
    const { tag: own, value } = row.value as { readonly tag: string; readonly value: unknown }
    return own === tag ? [{ ...row, value }] : []
  })
}
