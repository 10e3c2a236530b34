/**
 * Arrangements: other orders and groupings of the same values, for checking that neither matters.
 *
 * They are drawn from a fixed seed, so the same values give the same arrangements on every machine.
 */

const SEED = 0x71de
const SHUFFLES = 4

/**
 * Returns a few orders of the values.
 *
 * ```ts
 * shuffles([1, 2, 3]).every((order) => order.toSorted().join() === '1,2,3') // => true
 * ```
 */
export function shuffles<T>(values: readonly T[]): readonly (readonly T[])[] {
  const draw = seeded(SEED)
  return Array.from({ length: SHUFFLES }, () => shuffled(values, draw))
}

/**
 * Returns a few ways to cut the values into groups, two or more each time, empty groups among them; the first two are all
 * values beside an empty group.
 *
 * ```ts
 * partitions([1, 2]).every((groups) => groups.flat().toSorted().join() === '1,2') // => true
 * ```
 */
export function partitions<T>(values: readonly T[]): readonly (readonly (readonly T[])[])[] {
  const draw = seeded(SEED)
  const scattered = (count: number): readonly (readonly T[])[] => {
    const groups = Array.from({ length: count }, (): T[] => [])
    for (const value of shuffled(values, draw)) groups[draw(count)]?.push(value)
    return groups
  }
  const singles = values.map((value) => [value])
  return [[values, []], [[], values], scattered(2), scattered(2), scattered(3), scattered(5), [[], ...singles, []]]
}

function shuffled<T>(values: readonly T[], draw: (below: number) => number): readonly T[] {
  const left = [...values]
  return values.map(() => left.splice(draw(left.length), 1)[0] as T)
}

/** Draws whole numbers below a bound from a linear congruence (Numerical Recipes); its high bits are good enough here. */
function seeded(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}
