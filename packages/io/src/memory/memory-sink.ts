/**
 * memorySink: what was written, once it is published; for tests and examples.
 */
import type { Sink, WindowedValue } from '@tidemark/core'

/** A sink that keeps what is committed. */
export interface MemorySink<T> extends Sink<T> {
  /** All elements committed so far, in the order written. */
  readonly committed: readonly WindowedValue<T>[]
}

/** Makes a sink into memory. Nothing is in `committed` before the run has succeeded. */
export function memorySink<T>(): MemorySink<T> {
  const committed: WindowedValue<T>[] = []
  return {
    description: 'memory',
    committed,
    open() {
      let pending: WindowedValue<T>[] = []
      return {
        write(elements) {
          for (const element of elements) pending.push(element)
        },
        commit() {
          for (const element of pending) committed.push(element)
          pending = []
        },
        abort() {
          pending = []
        },
      }
    },
  }
}
