/**
 * How many ids there are the way one counts them by hand: exactly, in a set of them all.
 */
import { nearly } from '../digest.ts'
import { DISTINCT_IDS, ids, NEAR, PASSES } from '../numbers.ts'

const names = ids()

/** Counts the ids. */
export function run(): string {
  let distinct = 0
  for (let pass = 0; pass < PASSES; pass += 1) {
    const seen = new Set<string>()
    for (const name of names) seen.add(name)
    distinct = seen.size
  }
  return `ids ${nearly(distinct, DISTINCT_IDS, NEAR.distinct)}`
}
