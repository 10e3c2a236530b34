/**
 * Quantiles within one per cent by the DDSketch of its authors' company.
 */
import { DDSketch } from '@datadog/sketches-js'
import { NEAR, PASSES, QUANTILES } from '../numbers.ts'
import { WAITS, waitsDigest } from '../waits-digest.ts'

/** Takes the quantiles. */
export function run(): string {
  const found = new Map<number, number>()
  for (let pass = 0; pass < PASSES; pass += 1) {
    const sketch = new DDSketch({ relativeAccuracy: NEAR.quantiles })
    for (const wait of WAITS) sketch.accept(wait)
    for (const quantile of QUANTILES) found.set(quantile, sketch.getValueAtQuantile(quantile))
  }
  return waitsDigest((quantile) => found.get(quantile)!)
}
