/**
 * LedgerMemory: the latest entries of the ledger, so that a window can be explained. All are counted; only these are kept.
 */
import type { LedgerEntry } from '@tidemark/core'

/** Entries that are kept: enough to see what happens, few enough to forget. */
const KEPT = 1000

/** Keeps the latest entries. */
export class LedgerMemory {
  readonly #entries: LedgerEntry[] = []
  #next = 0

  add(entry: LedgerEntry): void {
    this.#entries[this.#next] = entry
    this.#next = (this.#next + 1) % KEPT
  }

  /** The entries kept, oldest first. */
  get entries(): readonly LedgerEntry[] {
    return [...this.#entries.slice(this.#next), ...this.#entries.slice(0, this.#next)]
  }
}
