/**
 * Quantities in sentences: how many, how often, how long.
 */

/** `1 element`, `2 elements`. */
export function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

/** How many elements wait, as a clause. */
export function waitingText(count: number): string {
  return count === 0 ? 'no element waits' : count === 1 ? '1 element waits' : `${count} elements wait`
}

/** `once`, `twice`, `3 times`. */
export function times(count: number): string {
  return count === 1 ? 'once' : count === 2 ? 'twice' : `${count} times`
}

/** A length of event time. */
export function span(milliseconds: number): string {
  if (milliseconds >= 8.64e15 / 2) return 'all of time'
  return milliseconds % 1000 === 0 ? `${milliseconds / 1000} s` : `${milliseconds} ms`
}
