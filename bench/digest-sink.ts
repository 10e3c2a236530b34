/**
 * A sink that only adds up: what reaches it has been computed, and nothing is kept.
 */
import type { Sink } from '@tidemark/core'

/** A sink that hands every element to `add`. */
export function digestSink<T>(add: (value: T) => void): Sink<T> {
  return {
    description: 'digest',
    open: () => ({
      write(elements) {
        for (const { value } of elements) add(value)
      },
      commit: () => undefined,
      abort: () => undefined,
    }),
  }
}
