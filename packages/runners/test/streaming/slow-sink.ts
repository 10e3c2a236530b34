/**
 * SlowSink: a sink whose writes settle when the test says so, and which notes what was done to it.
 */
import type { Sink, WindowedValue } from '@tidemark/core'

/** What the tests of sinks hold in their hands. */
export interface SlowSink<T> extends Sink<T> {
  /** What was done, in order: `open`, `write 3`, `commit`, `abort`. */
  readonly log: readonly string[]
  readonly written: readonly T[]
  /** Lets the write that is pending succeed. */
  readonly release: () => void
  /** Lets the write that is pending fail. */
  readonly refuse: (error: unknown) => void
}

/** Makes a slow sink. */
export function slowSink<T>(): SlowSink<T> {
  const log: string[] = []
  const written: T[] = []
  let pending: { resolve: () => void; reject: (error: unknown) => void } | undefined
  const note = (entry: string): void => void log.push(entry)
  return {
    description: 'slow sink',
    log,
    written,
    open() {
      note('open')
      return {
        write(elements: readonly WindowedValue<T>[]) {
          note(`write ${elements.length}`)
          for (const { value } of elements) written.push(value)
          return new Promise<void>((resolve, reject) => (pending = { resolve, reject }))
        },
        commit: () => note('commit'),
        abort: () => note('abort'),
      }
    },
    release: () => pending?.resolve(),
    refuse: (error) => pending?.reject(error),
  }
}

/** Lets everything that can go on go on: timers without delay, and what follows from them. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setTimeout(resolve, 2))
}
