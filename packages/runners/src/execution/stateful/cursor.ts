/**
 * Cursor: where a stateful step is. Handles of cells and timers are made once per step and act on the record it points at.
 *
 * It points nowhere between calls: a handle that user code has kept and uses later is refused instead of changing the state of
 * another key.
 */
import { MIN_TIMESTAMP, PipelineError, type Timestamp } from '@tidemark/core'
import type { StateTable } from '../state/state-table.ts'
import type { KeyedRecord } from './keyed-record.ts'

/** Points the handles of one step at a record. */
export class Cursor {
  /** Path of the step, for errors. */
  readonly step: string
  /** Timestamp of the element that runs, or output timestamp of the timer that fires. */
  timestamp: Timestamp = MIN_TIMESTAMP
  /** What `setAfter` counts from in event time: time of the element or of the firing timer. */
  time: Timestamp = MIN_TIMESTAMP
  /** What `setRelative` counts from in event time: the step's current time. */
  current: Timestamp = MIN_TIMESTAMP
  /** Whether the window has expired: no timer can be set any more. */
  expiring = false
  /** Whether a timer was set or cleared since this was last made false. */
  timersMoved = false
  readonly #table: StateTable<KeyedRecord>
  readonly #clock: { readonly now: number }
  #record: KeyedRecord | undefined
  #slot = 0

  constructor(step: string, table: StateTable<KeyedRecord>, clock: { readonly now: number }) {
    this.step = step
    this.#table = table
    this.#clock = clock
  }

  /** Processing time. */
  get now(): number {
    return this.#clock.now
  }

  /** Says what the time is for the calls to come. */
  pointAt(timestamp: Timestamp, time: Timestamp, current: Timestamp): void {
    this.timestamp = timestamp
    this.time = time
    this.current = current
  }

  /** Points the handles at a record, for one call. */
  enter(record: KeyedRecord, slot: number): void {
    this.#record = record
    this.#slot = slot
  }

  /** Points the handles nowhere. */
  leave(): void {
    this.#record = undefined
  }

  /** The record, to be read. */
  read(): KeyedRecord {
    if (this.#record === undefined) throw this.#outside()
    return this.#record
  }

  /** The record, about to be changed. */
  change(): KeyedRecord {
    if (this.#record === undefined) throw this.#outside()
    this.#table.touch(this.#slot)
    return this.#record
  }

  #outside(): PipelineError {
    return new PipelineError(
      'STATE_OUTSIDE_CALL',
      `A state cell or timer of step "${this.step}" was used after the call it was handed to had returned. It belongs to the key and ` +
        'window of that call, and by now another may be at work. Read and write state inside the call; what is emitted ' +
        'lazily is asked for before the call ends.',
      { step: this.step },
    )
  }
}
