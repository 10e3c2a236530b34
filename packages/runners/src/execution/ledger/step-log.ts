/**
 * StepLog: what a step counts and what it enters in the ledger.
 *
 * Counters are plain numbers, so that counting costs nothing; conservation is asserted over them at the end of a run:
 * what went in is what came out, what was left out on purpose, what stands in the ledger, and what still waits.
 */
import {
  NOTE_REASONS,
  PipelineError,
  type LedgerEntry,
  type LedgerReason,
  type Timestamp,
  type Window,
} from '@tidemark/core'
import type { Step } from '@tidemark/core/graph'
import { elementAt, positionAt, type Bundle } from '../bundle/bundle.ts'
import type { Saved, StateData } from '../snapshot/saved.ts'

/** The counters of one step. */
export interface StepCounters {
  readonly step: string
  /** Elements, or (element, window) pairs, taken in. */
  in: number
  /** Of those, how many gave output, or stand in an emitted pane. */
  withOutput: number
  /** Of those, how many the step's function left out. */
  withoutOutput: number
  /** Of those, how many stand in the ledger. */
  ledger: number
  /** Of those, how many wait in state. */
  waiting: number
  /** Elements emitted. */
  out: number
  /** How often a source was given a watermark behind the one it had; it stayed where it was. */
  watermarkRegress: number
}

/** Receives ledger entries. */
export type LedgerListener = (entry: LedgerEntry) => void

/** Counts and ledger of one step. */
export class StepLog implements Saved {
  readonly step: Step
  readonly counters: StepCounters
  /** Entries by reason, notes among them. */
  readonly reasons: Map<LedgerReason, number> = new Map()
  readonly #listener: LedgerListener | undefined

  constructor(step: Step, listener: LedgerListener | undefined) {
    this.step = step
    this.#listener = listener
    this.counters = {
      step: step.path,
      in: 0,
      withOutput: 0,
      withoutOutput: 0,
      ledger: 0,
      waiting: 0,
      out: 0,
      watermarkRegress: 0,
    }
  }

  /** Enters a row of a bundle. */
  enterRow(
    reason: LedgerReason,
    bundle: Bundle,
    row: number,
    window: Window | undefined,
    watermark: Timestamp,
    detail?: string,
  ): void {
    this.enter({
      reason,
      step: this.step.path,
      element: elementAt(bundle, row),
      timestamp: bundle.timestamps[row],
      window,
      watermark,
      position: positionAt(bundle, row),
      detail,
    })
  }

  /** Enters an element. A note is listed but not counted as having left. */
  enter(entry: LedgerEntry): void {
    this.reasons.set(entry.reason, (this.reasons.get(entry.reason) ?? 0) + 1)
    if (!NOTE_REASONS.includes(entry.reason)) this.counters.ledger++
    this.#listener?.(entry)
  }

  save(): StateData {
    const { step: _step, waiting: _waiting, ...counters } = this.counters
    return { ...counters, reasons: [...this.reasons].map((entry) => [...entry]) }
  }

  load(data: StateData): void {
    const { reasons, ...counters } = data as unknown as StepCounters & { reasons: readonly [LedgerReason, number][] }
    Object.assign(this.counters, counters)
    for (const [reason, count] of reasons) this.reasons.set(reason, count)
  }

  /** Throws (code `NOT_CONSERVED`) when the step has lost or invented an element. */
  assertConserved(): void {
    const { in: taken, withOutput, withoutOutput, ledger, waiting } = this.counters
    if (taken === withOutput + withoutOutput + ledger + waiting) return
    throw new PipelineError(
      'NOT_CONSERVED',
      `Step "${this.step.path}" took in ${taken} elements, but ${withOutput} gave output, ${withoutOutput} were left out by its ` +
        `function, ${ledger} are in the ledger and ${waiting} wait in state: ${taken - withOutput - withoutOutput - ledger - waiting} are ` +
        'unaccounted for. Its results cannot be trusted. This is a fault in Tidemark; please report it.',
      { step: this.step.path },
    )
  }
}
