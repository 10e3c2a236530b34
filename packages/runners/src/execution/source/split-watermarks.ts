/**
 * SplitWatermarks: the watermark of a source, from those of its splits.
 *
 * The least over all splits that are neither idle nor complete. When all are idle, it stays where it is; when all are complete,
 * it goes to the end of time. It never moves back: a split that wakes up behind it brings late elements.
 */
import { MAX_TIMESTAMP, MIN_TIMESTAMP, PipelineError, type Timestamp } from '@tidemark/core'

interface Split {
  readonly id: string
  watermark: Timestamp
  /** Largest timestamp seen. */
  latest: Timestamp
  idle: boolean
  complete: boolean
}

/** The watermarks of the splits of one source. */
export class SplitWatermarks {
  readonly #splits = new Map<string, Split>()
  readonly #source: string
  #current: Timestamp = MIN_TIMESTAMP

  constructor(source: string) {
    this.#source = source
  }

  get current(): Timestamp {
    return this.#current
  }

  open(ids: readonly string[]): void {
    for (const id of ids) {
      if (this.#splits.has(id)) continue
      this.#splits.set(id, { id, watermark: MIN_TIMESTAMP, latest: MIN_TIMESTAMP, idle: false, complete: false })
    }
  }

  /** The split of this id; it wakes up when it was idle. */
  awake(id: string): Split {
    const split = this.#splits.get(id)
    if (split === undefined || split.complete) {
      throw new PipelineError(
        'UNKNOWN_SPLIT',
        `Source "${this.#source}" was given elements of the split "${id}", which ${split === undefined ? 'has not been opened' : 'is complete'}. ` +
          'Its watermark would be wrong. Call openSplits first, and nothing after complete.',
        { step: this.#source },
      )
    }
    split.idle = false
    return split
  }

  /** The least watermark of the other splits that count; Infinity when there is none. */
  leastBut(split: Split): Timestamp {
    let least = Infinity
    for (const other of this.#splits.values()) {
      if (other !== split && !other.idle && !other.complete && other.watermark < least) least = other.watermark
    }
    return least
  }

  advance(id: string, watermark: Timestamp): void {
    const split = this.awake(id)
    split.watermark = Math.max(split.watermark, watermark)
    this.#update()
  }

  markIdle(id: string): void {
    const split = this.#splits.get(id)
    if (split === undefined || split.complete) return
    split.idle = true
    this.#update()
  }

  complete(id: string): void {
    const split = this.#splits.get(id)
    if (split === undefined) this.open([id])
    this.#splits.get(id)!.complete = true
    this.#update()
  }

  /** Whether every split that is not complete is silent, and there is one. */
  get isIdle(): boolean {
    let open = 0
    for (const split of this.#splits.values()) {
      if (split.complete) continue
      if (!split.idle) return false
      open++
    }
    return open > 0
  }

  /** Moves the source's watermark to what its splits allow. */
  #update(): void {
    let least = Infinity
    let open = 0
    for (const split of this.#splits.values()) {
      if (split.complete) continue
      open++
      if (!split.idle && split.watermark < least) least = split.watermark
    }
    if (open === 0) least = MAX_TIMESTAMP
    if (least !== Infinity && least > this.#current) this.#current = least
  }
}
