/**
 * Inference: what goes into a sketch and what comes out of it.
 */
import type { CombineFn } from '@tidemark/core'
import {
  combineAll,
  countDistinctApproxOf,
  heavyHitters,
  over,
  quantiles,
  quantilesOf,
  type DistinctSketch,
  type HeavyHitters,
  type QuantileSketch,
} from '@tidemark/transforms'
import { expectTypeOf } from 'vitest'

interface Call {
  readonly user: string
  readonly millis: number
}

expectTypeOf(quantiles([0.5, 0.99])).toEqualTypeOf<
  CombineFn<number, QuantileSketch, Readonly<Record<0.5 | 0.99, number | null>>>
>()
expectTypeOf(countDistinctApproxOf((call: Call) => call.user)).toEqualTypeOf<CombineFn<Call, DistinctSketch, number>>()
const all = combineAll({
  spread: quantilesOf((call: Call) => call.millis, [0.5, 0.95]),
  users: countDistinctApproxOf((call: Call) => call.user, { precision: 12 }),
  most: over((call: Call) => call.user, heavyHitters<string>(3)),
})
expectTypeOf(all.extractOutput).returns.toEqualTypeOf<{
  spread: Readonly<Record<0.5 | 0.95, number | null>>
  users: number
  most: HeavyHitters<string>
}>()

const spread = quantiles([0.5]).extractOutput(quantiles([0.5]).createAccumulator())
expectTypeOf(spread[0.5]).toEqualTypeOf<number | null>()
// @ts-expect-error a quantile that was not asked for
expectTypeOf(spread[0.9]).toBeAny()
// @ts-expect-error a text is no number
quantilesOf((call: Call) => call.user, [0.5])
