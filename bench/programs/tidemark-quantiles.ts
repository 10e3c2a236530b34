/**
 * Quantiles within one per cent by Tidemark's DDSketch, called as an engine calls it.
 */
import { quantiles } from '@tidemark/transforms'
import { NEAR, PASSES, QUANTILES } from '../numbers.ts'
import { WAITS, waitsDigest } from '../waits-digest.ts'

const { createAccumulator, addInput, extractOutput } = quantiles(QUANTILES, { relativeError: NEAR.quantiles })

/** Takes the quantiles. */
export function run(): string {
  let found = extractOutput(createAccumulator())
  for (let pass = 0; pass < PASSES; pass += 1) {
    let accumulator = createAccumulator()
    for (const wait of WAITS) accumulator = addInput(accumulator, wait)
    found = extractOutput(accumulator)
  }
  return waitsDigest((quantile) => found[quantile]!)
}
