/**
 * About how many ids there are, by Tidemark's HyperLogLog, called as an engine calls it.
 */
import { countDistinctApprox } from '@tidemark/transforms'
import { nearly } from '../digest.ts'
import { DISTINCT_IDS, ids, NEAR, PASSES } from '../numbers.ts'

const names = ids()
const { createAccumulator, addInput, extractOutput } = countDistinctApprox()

/** Counts the ids. */
export function run(): string {
  let distinct = 0
  for (let pass = 0; pass < PASSES; pass += 1) {
    let accumulator = createAccumulator()
    for (const name of names) accumulator = addInput(accumulator, name)
    distinct = extractOutput(accumulator)
  }
  return `ids ${nearly(distinct, DISTINCT_IDS, NEAR.distinct)}`
}
