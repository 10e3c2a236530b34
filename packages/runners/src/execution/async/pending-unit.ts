/**
 * PendingUnit: what leaves an asynchronous step at once or not at all: an element, or a pane with all of its rows.
 *
 * A pane without rows is a unit too: what an earlier pane of its key and window passed is taken back by it, so it must not be known
 * before that one is.
 */
import type { SourcePosition, Timestamp, Window } from '@tidemark/core'
import type { Pane } from '../bundle/pane.ts'
import { waitingHold } from '../watermark/waiting-hold.ts'

/** An element that waits for its answer, or with its answer for those that are to leave before it. */
export interface PendingElement {
  readonly unit: PendingUnit
  readonly element: unknown
  readonly timestamp: Timestamp
  readonly window: Window
  readonly sign: 1 | -1
  /** Where it came from, kept only for a step that may enter it in the ledger as dead letter. */
  readonly position: SourcePosition | undefined
  /** Id of the call whose answer it gets. */
  readonly call: number
  answered: boolean
  answer: unknown
}

/** A unit that waits. */
export interface PendingUnit {
  /** Its slot, once it has one. */
  slot: number
  readonly pane: Pane | undefined
  /** Units that come later have greater ones. */
  readonly serial: number
  /** Its elements but those that have become dead letters. */
  elements: PendingElement[]
  /** How many of them have no answer. */
  open: number
}

/** A unit without elements yet. */
export function emptyUnit(pane: Pane | undefined, serial: number): PendingUnit {
  return { slot: -1, pane, serial, elements: [], open: 0 }
}

/** What a unit holds the output watermark at: the earliest of its elements. */
export function holdOf({ elements }: PendingUnit): Timestamp {
  let hold = Infinity
  for (const element of elements) hold = Math.min(hold, waitingHold(element))
  return hold
}
