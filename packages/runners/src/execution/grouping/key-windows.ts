/**
 * KeyWindows: what a grouping over windows that merge knows of one key.
 *
 * Slots are in order, so that what is done with several does not depend on when they were opened.
 */
import type { Timestamp, Window } from '@tidemark/core'

/** A window that has expired, and the input watermark past which it is forgotten: one gap after it expired. */
export interface ExpiredWindow extends Window {
  readonly until: Timestamp
}

/** What is known of one key. */
export interface KeyWindows {
  readonly key: unknown
  /** Slots of the groups whose windows may still merge. */
  active: number[]
  /** Slots of groups whose trigger has finished. */
  tombstones: number[]
  /** Windows that have expired lately: an element that overlaps one would have belonged to it in batch. */
  expired: ExpiredWindow[]
  /** First and last row of this key in the present bundle, -1 when there is none. */
  head: number
  tail: number
}

/** A key of which nothing is known. */
export function freshKey(key: unknown): KeyWindows {
  return { key, active: [], tombstones: [], expired: [], head: -1, tail: -1 }
}

/** Adds a slot to a list of slots. */
export function putInOrder(slots: number[], slot: number): void {
  slots.push(slot)
  slots.sort((a, b) => a - b)
}

/** Says whether two windows are one. */
export function sameWindow(a: Window, b: Window): boolean {
  return a.start === b.start && a.end === b.end
}
