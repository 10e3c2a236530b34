/**
 * Output: the readers of one collection.
 */
import { MIN_TIMESTAMP, type Timestamp } from '@tidemark/core'
import type { Bundle } from '../bundle/bundle.ts'
import type { Saved, StateData } from '../snapshot/saved.ts'
import type { Operator } from './operator.ts'

/** Hands the bundles and the watermark of a collection to every step that reads it. */
export class Output implements Saved {
  readonly #readers: { readonly operator: Operator; readonly input: number }[] = []
  #watermark: Timestamp = MIN_TIMESTAMP
  #isIdle = false

  connect(operator: Operator, input: number): void {
    this.#readers.push({ operator, input })
  }

  get watermark(): Timestamp {
    return this.#watermark
  }

  /** Hands a bundle on; one without rows only for the panes it stands for. */
  emit(bundle: Bundle): void {
    if (bundle.length === 0 && bundle.panes.length === 0) return
    for (const reader of this.#readers) reader.operator.process(bundle, reader.input)
  }

  /** Moves the watermark of the collection; a time before the present one changes nothing. */
  advance(watermark: Timestamp): void {
    if (watermark <= this.#watermark) return
    this.#watermark = watermark
    for (const reader of this.#readers) reader.operator.advance(watermark, reader.input)
  }

  save(): StateData {
    return { watermark: this.#watermark, idle: this.#isIdle }
  }

  // Readers have been told before the snapshot: what they know of it is in theirs.
  load(data: StateData): void {
    const { watermark, idle } = data as { watermark: Timestamp; idle: boolean }
    this.#watermark = watermark
    this.#isIdle = idle
  }

  /** Tells every reader whether the collection is silent: whoever joins several then goes on without it. */
  setIdle(isIdle: boolean): void {
    if (isIdle === this.#isIdle) return
    this.#isIdle = isIdle
    for (const reader of this.#readers) reader.operator.idle?.(isIdle, reader.input)
  }
}
