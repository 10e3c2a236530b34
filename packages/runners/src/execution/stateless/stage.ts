/**
 * Stage: one stateless step inside a fused chain, compiled to a closure that calls the next.
 *
 * Closures see the element as (key, value) or, when it is no pair in two columns, as value alone with {@link UNKEYED}; a pair is
 * only built for a function that asks for the whole element.
 */
import type { Timestamp, Window } from '@tidemark/core'
import type { Bundle } from '../bundle/bundle.ts'

/** Stands for the key of an element that is not a pair in two columns. */
export const UNKEYED: unique symbol = Symbol('unkeyed')

/** Takes one element of the row at the cursor. */
export type Emit = (key: unknown, value: unknown) => void

/** Where a chain is: the row being processed, and what stages have changed about it. One per chain. */
export interface Cursor {
  bundle: Bundle
  row: number
  timestamp: Timestamp
  window: Window
  /** Path of the step whose function runs, for errors. */
  step: string
  /** What that function is called, for errors. */
  what: string
}

/** The element as a function sees it. */
export function whole(key: unknown, value: unknown): unknown {
  return key === UNKEYED ? value : [key, value]
}
