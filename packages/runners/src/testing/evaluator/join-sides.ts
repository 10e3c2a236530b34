/**
 * The two sides of a join, and which of them a dropped element was on.
 */
import type { Row } from './rows.ts'
import { rowsWithout, type DroppedElement } from './without.ts'

/** The rows of both sides. */
export interface JoinSides {
  readonly left: readonly Row[]
  readonly right: readonly Row[]
}

/**
 * Leaves dropped elements out of the sides of a join, as {@link rowsWithout} does.
 *
 * A drop is of the side that its detail begins with, as joins write it (`the left side …`). Where it says neither, it is of the left
 * side, unless it is not to be found there.
 */
export function sidesWithout({ left, right }: JoinSides, dropped: readonly DroppedElement[]): JoinSides {
  const rest = { left, right }
  for (const drop of dropped) {
    const side = sideOf(drop) ?? (isAmong(rest.left, drop) ? 'left' : 'right')
    rest[side] = rowsWithout(rest[side], [drop])
  }
  return rest
}

function sideOf({ detail }: DroppedElement): 'left' | 'right' | undefined {
  if (detail?.startsWith('the left side') === true) return 'left'
  return detail?.startsWith('the right side') === true ? 'right' : undefined
}

function isAmong(rows: readonly Row[], drop: DroppedElement): boolean {
  try {
    rowsWithout(rows, [drop])
    return true
  } catch {
    return false
  }
}
