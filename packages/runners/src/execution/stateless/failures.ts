/**
 * Failures: what the functions of a chain could not take, while a bundle goes through it.
 *
 * Stages take whole bundles, one after the other. That must not show: entries reach the ledger in the order of the rows, and the
 * error that ends a run is that of the first row that has one, whichever stage met its own first.
 */
import type { LedgerEntry } from '@tidemark/core'
import type { StepLog } from '../ledger/step-log.ts'
import type { Block } from './block.ts'
import { userCodeError } from './user-code.ts'

interface LostElement {
  readonly log: StepLog
  /** The row of the bundle. */
  readonly from: number
  readonly entry: LedgerEntry
}

/** The failures of one bundle in one chain. */
export class Failures {
  #lost: LostElement[] = []
  #error: { readonly from: number; readonly cause: unknown } | undefined

  /** Notes an entry for the ledger. */
  lose(log: StepLog, from: number, entry: LedgerEntry): void {
    this.#lost.push({ log, from, entry })
  }

  /** Notes what ends the run at the row at hand. Only the rows before it go on: one of them may fail in a later stage. */
  stop(block: Block, what: string, step: string, cause: unknown): void {
    const { row } = block
    this.#error = { from: block.fromAt(row), cause: userCodeError(what, step, block.timestamps[row]!, cause) }
    block.length = row
  }

  /** Makes the entries, and throws what ends the run. */
  settle(): void {
    if (this.#lost.length === 0 && this.#error === undefined) return
    const error = this.#error
    const lost = this.#lost.toSorted((a, b) => a.from - b.from)
    this.#lost = []
    this.#error = undefined
    for (const { log, from, entry } of lost) if (error === undefined || from < error.from) log.enter(entry)
    if (error !== undefined) throw error.cause
  }
}
