/**
 * Sketches in a pipeline: live, in batch and by the evaluator they say the same to the last bit, whatever the order and the bundles.
 */
import { afterCount, afterWatermark, combinePerKey, fixedWindows, milliseconds, windowInto } from '@tidemark/core'
import type { KV, PCollection } from '@tidemark/core'
import { assertSameAnswer, timestamped } from '@tidemark/runners/testing'
import { combineAll, countDistinctApprox, heavyHitters, quantiles } from '@tidemark/transforms'
import { describe, it } from 'vitest'
import { seeded } from './seeded.ts'

const random = seeded(21)
const waits = Array.from({ length: 30 }, (_, index): KV<string, number> => [
  index % 3 === 0 ? 'com' : 'org',
  Math.round(1000 / (1.01 - random())) / 10,
])

describe('sketches in a pipeline', () => {
  it('give the same settled results in every mode, order and runner', () => {
    for (const accumulationMode of ['accumulating', 'retracting'] as const) {
      assertSameAnswer(
        {
          name: 'Waits',
          expand: (input: PCollection<KV<string, number>>) =>
            input.pipe(
              windowInto<KV<string, number>>(fixedWindows(milliseconds(20)), {
                trigger: afterWatermark({ early: afterCount(3), late: afterCount(1) }),
                accumulationMode,
                allowedLateness: milliseconds(5),
              }),
              combinePerKey(
                'Spread',
                combineAll({
                  distinct: countDistinctApprox({ precision: 6 }),
                  spread: quantiles([0, 0.5, 0.99], { relativeError: 0.05 }),
                  most: heavyHitters<number>(2),
                }),
              ),
            ),
        },
        waits.map((wait, index) => timestamped(wait, index)),
      )
    }
  })
})
