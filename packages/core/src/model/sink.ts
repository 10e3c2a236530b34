/**
 * Sinks: how elements leave.
 *
 * A sink publishes whole or not at all: what was written before `commit` is invisible, and `abort` takes it back.
 */
import type { WindowedValue } from './windowed-value.ts'

/** Writes the elements of one step during one run. */
export interface SinkWriter<T> {
  /** Takes the next elements. A promise holds the run back until it settles. */
  write(elements: readonly WindowedValue<T>[]): void | Promise<void>
  /** Publishes everything written. */
  commit(): void | Promise<void>
  /** Takes back everything written. */
  abort(): void | Promise<void>
}

/** Where elements go. */
export interface Sink<T> {
  /** What it writes, for people: `ndjson out/kpis.ndjson`. */
  readonly description: string
  open(): SinkWriter<T> | Promise<SinkWriter<T>>
}
