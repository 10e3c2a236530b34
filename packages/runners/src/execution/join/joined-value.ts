/**
 * Joined values: what a join emits. A side that is missing is `null`, as `undefined` has no canonical bytes.
 */

/** A pair. */
export interface JoinedValue {
  readonly left: unknown
  readonly right: unknown
}

/** The value of a left element with a right one. */
export function pairOf(left: unknown, right: unknown): JoinedValue {
  return { left, right }
}

/** The value of a left element without a right one. */
export function leftAlone(left: unknown): JoinedValue {
  return { left, right: null }
}

/** The value of a right element without a left one. */
export function rightAlone(right: unknown): JoinedValue {
  return { left: null, right }
}
