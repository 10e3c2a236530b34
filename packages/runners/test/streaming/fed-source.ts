/**
 * FedSource: an unbounded pull source whose splits give what a test feeds them, and wait otherwise.
 */
import type { PullSource, SourceBatch } from '@tidemark/core'

/** A source in the hands of a test. */
export interface FedSource<T> extends PullSource<T> {
  /** Gives elements to a split: as one batch, once the split is read. */
  readonly feed: (split: string, ...elements: readonly T[]) => void
}

/** Makes a source with the given splits. */
export function fedSource<T>(...ids: readonly string[]): FedSource<T> {
  const delivered = new Map(ids.map((id) => [id, 0]))
  const fed = new Map(ids.map((id): [string, SourceBatch<T>[]] => [id, []]))
  const waiting = new Map<string, (batch: SourceBatch<T>) => void>()
  const hand = (id: string): void => {
    const resolve = waiting.get(id)
    const batch = resolve === undefined ? undefined : fed.get(id)!.shift()
    if (batch === undefined) return
    waiting.delete(id)
    resolve!(batch)
  }
  return {
    mode: 'pull',
    description: 'fed by hand',
    bounded: false,
    unit: 'element',
    splits: () => Promise.resolve(ids.map((id) => ({ id, restriction: null }))),
    open: ({ id }) => ({
      read: () =>
        new Promise((resolve) => {
          waiting.set(id, resolve)
          hand(id)
        }),
      close: () => undefined,
    }),
    feed(id, ...elements) {
      const first = delivered.get(id)!
      delivered.set(id, first + elements.length)
      const offsets = elements.map((_, index) => first + index)
      fed.get(id)!.push({ elements, offsets, rejected: [], position: first + elements.length, bytes: 0, done: false })
      hand(id)
    },
  }
}
