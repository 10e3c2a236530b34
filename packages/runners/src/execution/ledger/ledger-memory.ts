/**
 * LedgerMemory: the latest entries of the ledger. All are counted elsewhere; only these are kept.
 *
 * The engine explains windows from one, and a job shows another to whoever asks.
 */
import type { LedgerEntry } from '@tidemark/core'

/** Keeps the latest entries. */
export class LedgerMemory {
  readonly #limit: number
  /** A ring: when it is full, the oldest entry stands at `#oldest`. */
  readonly #kept: LedgerEntry[] = []
  #oldest = 0

  /** Keeps at most `limit` entries, which may be none. */
  constructor(limit: number) {
    this.#limit = limit
  }

  /** Takes an entry, in place of the oldest where there is no room. */
  add(entry: LedgerEntry): void {
    if (this.#kept.length < this.#limit) this.#kept.push(entry)
    else if (this.#limit > 0) {
      this.#kept[this.#oldest] = entry
      this.#oldest = (this.#oldest + 1) % this.#limit
    }
  }

  /** The entries kept, oldest first. */
  get entries(): readonly LedgerEntry[] {
    return [...this.#kept.slice(this.#oldest), ...this.#kept.slice(0, this.#oldest)]
  }
}
