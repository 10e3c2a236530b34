/**
 * The two collections that are joined: seeded, so that every program sees the same ones. Together they are as many elements as the
 * other benches have.
 */
import { EVENTS, mulberry32 } from './events.ts'

/** An element of either side. */
export interface Sided {
  readonly key: string
  readonly amount: number
  readonly at: number
}

/** Both sides. */
export interface Sides {
  readonly left: readonly Sided[]
  readonly right: readonly Sided[]
}

/** How far apart in time a pair may be, milliseconds. */
export const WITHIN = 5000

const KEYS = 1000

/** Two streams of equal density: an element has a partner or two. */
export function intervalSides(): Sides {
  return sides(EVENTS / 2, EVENTS / 2)
}

/** A stream, and a dimension with one row for nine of its elements. */
export function dimensionSides(): Sides {
  return sides((EVENTS * 9) / 10, EVENTS / 10)
}

// Over the same time, one element in ten up to thirty seconds late.
function sides(left: number, right: number): Sides {
  const random = mulberry32(7)
  const make = (count: number): readonly Sided[] =>
    Array.from({ length: count }, (_, index) => {
      const late = random() < 0.1 ? Math.floor(random() * 30_000) : 0
      const at = 1_700_000_000_000 + Math.floor((index * EVENTS * 4) / count) - late
      return { key: `domain${Math.floor(random() * KEYS)}`, amount: Math.floor(random() * 1000), at }
    })
  return { left: make(left), right: make(right) }
}
