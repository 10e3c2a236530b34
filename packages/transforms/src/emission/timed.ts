/**
 * Timed elements: elements beside the time that counts, and the one order in which transforms look at them.
 *
 * A grouping gives its panes times of their own, so whoever needs the time of an element below one takes it along.
 */
import { compareBytes, encodeValue } from '@tidemark/core'

/** An element and its time, in the unit of the step that asks. */
export interface Timed<out T> {
  readonly at: number
  readonly element: T
}

/** Elements in the order of (time, canonical bytes), with their bytes. */
export function byTime<T>(elements: readonly Timed<T>[]): readonly (Timed<T> & { readonly bytes: Uint8Array })[] {
  return elements
    .map(({ at, element }) => ({ at, element, bytes: encodeValue(element) }))
    .toSorted((a, b) => a.at - b.at || compareBytes(a.bytes, b.bytes))
}
