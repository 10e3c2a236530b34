/**
 * A source to plant mutations in. Only the tests beside it, which run under `node scripts/mutants.js` alone, rely on it.
 */

/** Half of a number, rounded down. */
export function half(n: number): number {
  let rest = n
  let halves = 0
  while (rest >= 2) {
    rest -= 2
    halves += 1
  }
  return halves
}
