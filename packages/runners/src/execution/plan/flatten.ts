/**
 * Flatten: several collections as one.
 */
import type { Timestamp } from '@tidemark/core'
import type { Bundle } from '../bundle/bundle.ts'
import type { Pane, PaneOrigin } from '../bundle/pane.ts'
import type { StepLog } from '../ledger/step-log.ts'
import type { Saved, StateData } from '../snapshot/saved.ts'
import { Merge } from './merge.ts'
import type { Operator } from './operator.ts'
import type { Output } from './output.ts'

/** Joins collections; a pane is told from the same pane that came over another input. */
export class Flatten implements Operator, Saved {
  readonly #merge: Merge
  readonly #log: StepLog

  constructor(inputs: number, output: Output, log: StepLog) {
    this.#merge = new Merge(inputs, output)
    this.#log = log
  }

  process(bundle: Bundle, input: number): void {
    const { counters } = this.#log
    counters.in += bundle.length
    counters.withOutput += bundle.length
    counters.out += bundle.length
    const { panes } = bundle
    this.#merge.process(
      panes.length === 0 ? bundle : { ...bundle, panes: panes.map((pane) => overInput(pane, input)) },
      input,
    )
  }

  advance(watermark: Timestamp, input: number): void {
    this.#merge.advance(watermark, input)
  }

  idle(isIdle: boolean, input: number): void {
    this.#merge.idle(isIdle, input)
  }

  save(): StateData {
    return this.#merge.save()
  }

  load(data: StateData): void {
    this.#merge.load(data)
  }
}

// One pane may come over several inputs, each with its own part of the rows: it replaces what came before over the same input.
function overInput(pane: Pane, input: number): Pane {
  const own = (origin: PaneOrigin): PaneOrigin => ({ ...origin, id: `${origin.id}/${input}` })
  return { ...pane, origin: own(pane.origin), absorbedBy: pane.absorbedBy && own(pane.absorbedBy) }
}
