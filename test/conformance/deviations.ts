/**
 * Deviations: where we differ from Beam by decision. A vector is excused through this list and in no other way.
 */

/** What the list looks at of a vector. */
export interface Excusable {
  readonly id: string
  readonly quirks?: readonly string[]
}

/** One decision to differ. */
export interface Deviation {
  /** Quirk of the vectors, or statement of semantics.md. */
  readonly name: string
  readonly reason: string
  /** Whether a vector may depend on it. */
  readonly concerns: (vector: Excusable) => boolean
}

const quirk = (name: string, reason: string): Deviation => ({
  name,
  reason,
  concerns: ({ quirks = [] }) => quirks.includes(name),
})

/** All deviations, the ones that explain most first. */
export const DEVIATIONS: readonly Deviation[] = [
  quirk('negative-time', 'windows of times before the epoch are found by floor, so they hold the element'),
  quirk('dst-gap-day', 'a day without midnight starts at its first instant, and days do not overlap'),
  quirk('align-before-offset', 'a clock before the offset of an alignment is rounded up to the next multiple, as any other'),
  quirk('new-windows-merge', 'sessions that are all new start without a past, and fire on time'),
]
