/**
 * The door of transforms: combiners and composites.
 */
export { combineAll, type CombinePart } from './combiners/combine-all.ts'
export { count } from './combiners/count.ts'
export {
  countDistinct,
  countDistinctOf,
  distinctValues,
  type Occurrence,
  type Occurrences,
} from './combiners/distinct.ts'
export { type ExactSum, type SumRest } from './combiners/exact-sum.ts'
export { max, maxBy, maxOf } from './combiners/max.ts'
export { mean, meanOf, type MeanAccumulator } from './combiners/mean.ts'
export { min, minBy, minOf } from './combiners/min.ts'
export { over } from './combiners/over.ts'
export { type Present, type RankOrder } from './combiners/rank.ts'
export { sumBigInt, sumBigIntOf } from './combiners/sum-big-int.ts'
export { sum, sumOf } from './combiners/sum.ts'
export { top, type TopOptions } from './combiners/top.ts'
export { deduplicate, type DeduplicateOptions } from './dedupe/deduplicate.ts'
export {
  lookupJoin,
  type Found,
  type LookupJoinOptions,
  type LookupJoinType,
  type ParsedLookupJoinOptions,
} from './join/lookup-join.ts'
export { windowJoin, type WindowJoinOptions } from './join/window-join.ts'
