/**
 * Steps without a clock at work: what they make of a bundle does not depend on watermarks, and they hold nothing back (14).
 */
import { MAX_TIMESTAMP, NO_FIRING, type Timestamp, type WindowedValue } from '@tidemark/core'
import type { ParDoPayload, StatelessPayload, WindowIntoPayload } from '@tidemark/core/graph'
import type { EvaluatedEntry, Row } from '../evaluator/rows.ts'
import type { SeenRows } from '../evaluator/side-input.ts'
import { evaluateStateless } from '../evaluator/stateless.ts'
import { rowsOrDeadLetter } from '../evaluator/user-code.ts'
import { assignWindows } from '../evaluator/windowing.ts'
import type { StepClock } from './pane-timing.ts'
import type { Bundle, StepRunner, ToLedger } from './step-runner.ts'

type Element = WindowedValue<unknown>
/** Makes elements of elements; entries go to the ledger. An element's sign goes with it: the same function takes back what it gave. */
export type Rows = (seen: SeenRows, ledger: EvaluatedEntry[]) => readonly (readonly Row[])[]

/** Runs a step that is a function of one bundle. */
export class StatelessRunner implements StepRunner {
  readonly #rows: Rows
  readonly #ledger: ToLedger

  constructor(rows: Rows, ledger: ToLedger) {
    this.#rows = rows
    this.#ledger = ledger
  }

  process({ values }: Bundle, clock: StepClock): readonly Bundle[] {
    return bundlesOf(this.#rows, { main: values, sideOf: () => ({}) }, clock, this.#ledger)
  }

  fireTimers(): undefined {
    return undefined
  }

  hold(): Timestamp {
    return MAX_TIMESTAMP
  }

  get isOpen(): boolean {
    return false
  }
}

/** What a step makes of rows, as bundles of its outputs. */
export function bundlesOf(rows: Rows, seen: SeenRows, clock: StepClock, toLedger: ToLedger): readonly Bundle[] {
  const entries: EvaluatedEntry[] = []
  const outputs = rows(seen, entries)
  for (const entry of entries) toLedger({ ...entry, watermark: clock.input })
  return outputs.flatMap((values, port) =>
    values.length === 0 ? [] : [{ port, values: values as readonly Element[] }],
  )
}

/** What `map`, `filter` and their like make of rows. */
export function statelessRows(payload: StatelessPayload, step: string): Rows {
  return (seen, ledger) => [evaluateStateless(payload, step, seen, ledger)]
}

/** What `flatten` makes of rows: nothing. Each input comes in bundles of its own. */
export function flattenedRows(): Rows {
  return ({ main }) => [main]
}

/** What `windowInto` makes of rows: timestamp and pane stay (9). */
export function windowedRows(payload: WindowIntoPayload, step: string): Rows {
  return ({ main }, ledger) => [assignWindows(main, payload.windowFn, step, ledger)]
}

/** What `parDo` makes of rows: one bundle of the script is one bundle of the DoFn. */
export function parDoRows({ doFn, outputs, onError }: ParDoPayload, step: string): Rows {
  return ({ main, sideOf }, ledger) => {
    doFn.startBundle?.()
    const emitted = main.flatMap((row) =>
      rowsOrDeadLetter(step, onError, row, ledger, () => {
        const { timestamp, window, pane } = row
        const context = { timestamp, window, pane, side: sideOf(row) }
        return Array.from(doFn.process(row.value, context) ?? [], (value) => ({ ...row, value }))
      }),
    )
    for (const left of doFn.finishBundle?.() ?? []) {
      const element: Element = { ...left, pane: NO_FIRING, sign: 1 }
      emitted.push(element)
    }
    return outputs.length === 0 ? [emitted] : outputs.map((tag) => taggedWith(tag, emitted))
  }
}

function taggedWith(tag: string, rows: readonly Row[]): readonly Row[] {
  return rows.flatMap((row) => {
    const { tag: own, value } = row.value as { readonly tag: string; readonly value: unknown }
    return own === tag ? [{ ...row, value }] : []
  })
}
