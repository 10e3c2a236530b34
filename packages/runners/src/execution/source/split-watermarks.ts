/**
 * SplitWatermarks: the watermark of a source, from those of its splits.
 *
 * The least over all splits that are neither idle nor complete. When all are idle, the largest of theirs holds; when all are complete,
 * it goes to the end of time. It never moves back: a split that wakes up behind it brings late elements.
 */
import { MAX_TIMESTAMP, MIN_TIMESTAMP, PipelineError, type Timestamp } from '@tidemark/core'
import type { Saved, StateData } from '../snapshot/saved.ts'

/** A split that is being read. */
export interface Split {
  watermark: Timestamp
  /** Largest timestamp seen. */
  latest: Timestamp
  idle: boolean
}

interface SplitsData {
  readonly open: readonly (readonly [id: string, watermark: Timestamp, latest: Timestamp, idle: boolean])[]
  readonly complete: readonly string[]
  readonly current: Timestamp
}

/** The watermarks of the splits of one source. */
export class SplitWatermarks implements Saved {
  readonly #open = new Map<string, Split>()
  readonly #complete = new Set<string>()
  readonly #source: string
  #current: Timestamp = MIN_TIMESTAMP

  constructor(source: string) {
    this.#source = source
  }

  get current(): Timestamp {
    return this.#current
  }

  /** Whether every split that is not complete is silent, and there is one. */
  get isIdle(): boolean {
    if (this.#open.size === 0) return false
    for (const split of this.#open.values()) if (!split.idle) return false
    return true
  }

  open(ids: readonly string[]): void {
    for (const id of ids) {
      if (this.#open.has(id) || this.#complete.has(id)) continue
      this.#open.set(id, { watermark: MIN_TIMESTAMP, latest: MIN_TIMESTAMP, idle: false })
    }
  }

  /** The split of this id, which must be open. */
  get(id: string): Split {
    const split = this.#open.get(id)
    if (split === undefined) {
      throw new PipelineError(
        'UNKNOWN_SPLIT',
        `Source "${this.#source}" was given elements of the split "${id}", which ${this.#complete.has(id) ? 'is complete' : 'has not been opened'}. ` +
          'Its watermark would be wrong. Call openSplits first, and nothing after complete.',
        { step: this.#source },
      )
    }
    return split
  }

  /** The least watermark of the other splits that count; Infinity when there is none. */
  leastBut(split: Split | undefined): Timestamp {
    let least = Infinity
    for (const other of this.#open.values()) {
      if (other !== split && !other.idle && other.watermark < least) least = other.watermark
    }
    return least
  }

  advance(id: string, watermark: Timestamp): void {
    const split = this.get(id)
    split.idle = false
    split.watermark = Math.max(split.watermark, watermark)
    this.#update()
  }

  markIdle(id: string): void {
    const split = this.#open.get(id)
    if (split === undefined) return
    split.idle = true
    this.#update()
  }

  complete(id: string): void {
    this.#open.delete(id)
    this.#complete.add(id)
    this.#update()
  }

  /** The splits that are open, and how many are complete. */
  state(): { readonly open: readonly (Readonly<Split> & { readonly id: string })[]; readonly complete: number } {
    return { open: Array.from(this.#open, ([id, split]) => ({ id, ...split })), complete: this.#complete.size }
  }

  save(): StateData {
    const open = Array.from(this.#open, ([id, { watermark, latest, idle }]) => [id, watermark, latest, idle] as const)
    return { open, complete: [...this.#complete], current: this.#current } satisfies SplitsData
  }

  load(data: StateData): void {
    const { open, complete, current } = data as unknown as SplitsData
    for (const [id, watermark, latest, idle] of open) this.#open.set(id, { watermark, latest, idle })
    for (const id of complete) this.#complete.add(id)
    this.#current = current
  }

  // Moves the source's watermark to what its splits allow: the end of time when the last of them is complete, and where all are
  // silent the largest, as if that split had been the last to fall silent: which one was must not matter.
  #update(): void {
    const watermark = this.#open.size === 0 ? MAX_TIMESTAMP : this.isIdle ? this.#largest() : this.leastBut(undefined)
    if (watermark > this.#current) this.#current = watermark
  }

  #largest(): Timestamp {
    let largest = MIN_TIMESTAMP
    for (const { watermark } of this.#open.values()) if (watermark > largest) largest = watermark
    return largest
  }
}
