/**
 * mapAsync at work where every call ends as soon as it is made, in the order of the elements.
 *
 * An element leaves when its call has ended, and a pane when those of all of its elements have: each is a bundle of its own.
 */
import { MAX_TIMESTAMP, NO_FIRING, type Timestamp, type WindowedValue } from '@tidemark/core'
import type { MapAsyncPayload } from '@tidemark/core/graph'
import type { CallAnswers } from '../evaluator/call-answers.ts'
import { evaluateMapAsync } from '../evaluator/map-async.ts'
import type { EvaluatedEntry } from '../evaluator/rows.ts'
import type { StepClock } from './pane-timing.ts'
import type { Bundle, StepRunner, ToLedger } from './step-runner.ts'

type Element = WindowedValue<unknown>

/** Runs `mapAsync`. */
export class AsyncRunner implements StepRunner {
  readonly #payload: MapAsyncPayload
  readonly #step: string
  readonly #ledger: ToLedger
  readonly #answers: CallAnswers

  constructor(payload: MapAsyncPayload, step: string, ledger: ToLedger, answers: CallAnswers) {
    this.#payload = payload
    this.#step = step
    this.#ledger = ledger
    this.#answers = answers
  }

  process({ values }: Bundle, clock: StepClock): readonly Bundle[] {
    return unitsOf(values).flatMap((unit) => {
      const entries: EvaluatedEntry[] = []
      const rows = evaluateMapAsync(this.#payload, this.#step, unit, entries, this.#answers)
      for (const entry of entries) this.#ledger({ ...entry, watermark: clock.input })
      return rows.length === 0 ? [] : [{ port: 0, values: rows as readonly Element[] }]
    })
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

/** Elements that leave together: those of one pane. */
function unitsOf(values: readonly Element[]): readonly (readonly Element[])[] {
  const units: Element[][] = []
  for (const element of values) {
    const last = units.at(-1)
    if (last !== undefined && element.pane !== NO_FIRING && last[0]!.pane === element.pane) last.push(element)
    else units.push([element])
  }
  return units
}
