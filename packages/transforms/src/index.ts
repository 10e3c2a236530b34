/**
 * The door of transforms: combiners and composites.
 */
export type { AnomalyOptions, LearnAnomalies } from './anomaly/anomaly-options.ts'
export { judgeByChange, type ChangeOptions } from './anomaly/judge-by-change.ts'
export { judgeByCusum, type CusumOptions } from './anomaly/judge-by-cusum.ts'
export { judgeByEwma, type EwmaOptions } from './anomaly/judge-by-ewma.ts'
export { judgeBySeason, type SeasonOptions } from './anomaly/judge-by-season.ts'
export type { AnomalySide, Verdict } from './anomaly/verdict.ts'
export { collect, type Collected, type Copies } from './combiners/collect.ts'
export { combineAll, type CombinePart } from './combiners/combine-all.ts'
export { count } from './combiners/count.ts'
export { type Decimal } from './combiners/decimal.ts'
export {
  countDistinct,
  countDistinctOf,
  distinctValues,
  type Occurrence,
  type Occurrences,
} from './combiners/distinct.ts'
export { type Dyadic } from './combiners/dyadic.ts'
export { type ExactSquares } from './combiners/exact-squares.ts'
export { type ExactSum, type SumRest } from './combiners/exact-sum.ts'
export { firstBy, lastBy } from './combiners/first-and-last.ts'
export { histogram, histogramOf, type Histogram, type HistogramBucket } from './combiners/histogram.ts'
export { max, maxBy, maxOf } from './combiners/max.ts'
export { mean, meanOf, type MeanAccumulator } from './combiners/mean.ts'
export {
  meanDecimal,
  meanDecimalOf,
  type MeanDecimalAccumulator,
  type MeanDecimalOptions,
} from './combiners/mean-decimal.ts'
export { min, minBy, minOf } from './combiners/min.ts'
export { type Moments, type SpreadOptions } from './combiners/moments.ts'
export { requireMoney, type Money, type MoneyTotal } from './combiners/money.ts'
export { over } from './combiners/over.ts'
export { type Present, type RankOrder } from './combiners/rank.ts'
export { ratio, type Divides, type Quantity, type Ratio, type RatioParts } from './combiners/ratio.ts'
export { standardDeviation, standardDeviationOf } from './combiners/standard-deviation.ts'
export { sumBigInt, sumBigIntOf } from './combiners/sum-big-int.ts'
export { sumDecimal, sumDecimalOf, type SumDecimalOptions } from './combiners/sum-decimal.ts'
export {
  sumDecimalMoney,
  sumDecimalMoneyOf,
  type DecimalMoney,
  type DecimalMoneyCell,
} from './combiners/sum-decimal-money.ts'
export { sumMoney, sumMoneyOf, type MoneyCell } from './combiners/sum-money.ts'
export { sumMoneyIn, sumMoneyInOf, type OfCurrency } from './combiners/sum-money-in.ts'
export { sum, sumOf } from './combiners/sum.ts'
export { top, type TopOptions } from './combiners/top.ts'
export { variance, varianceOf } from './combiners/variance.ts'
export { countIf, where } from './combiners/where.ts'
export {
  enrich,
  unmatchedRate,
  type Dimension,
  type Enriched,
  type EnrichAsOf,
  type EnrichOptions,
  type Fallback,
} from './contract/enrich.ts'
export { type SchemaFault } from './contract/schema-fault.ts'
export { upCast, type UpCastChain, type UpCastOptions, type UpCastSteps } from './contract/up-cast.ts'
export { schemaFaults, validate, type ValidateOptions } from './contract/validate.ts'
export { deduplicate, type DeduplicateOptions } from './dedupe/deduplicate.ts'
export {
  deduplicateById,
  type Conflict,
  type Deduplicated,
  type DeduplicateByIdOptions,
} from './dedupe/deduplicate-by-id.ts'
export { type Emit } from './emission/at-once.ts'
export {
  lookupJoin,
  type Found,
  type LookupJoinOptions,
  type LookupJoinType,
  type ParsedLookupJoinOptions,
} from './join/lookup-join.ts'
export { windowJoin, type WindowJoinOptions } from './join/window-join.ts'
export { latestPerKey, type LatestPerKeyOptions } from './latest/latest-per-key.ts'
export { pivot, type PivotOptions, type PivotRow } from './pivot/pivot.ts'
export { sampleByHash, type SampleByHashOptions } from './sample/sample-by-hash.ts'
export { fillGaps, type Fill, type Filled, type FillGapsOptions } from './series/fill-gaps.ts'
export { ratePerSecond, type Rate } from './series/rate-per-second.ts'
export { runningTotals, type RunningTotal, type RunningTotalsOptions } from './series/running-totals.ts'
export {
  sessionize,
  type Session,
  type SessionizeCombining,
  type SessionizeOptions,
  type SessionSpan,
  type SessionValue,
} from './session/sessionize.ts'
export {
  countDistinctApprox,
  countDistinctApproxOf,
  type CountDistinctApproxOptions,
} from './sketch/count-distinct-approx.ts'
export { heavyHitters, type HeavyHitter, type HeavyHitters } from './sketch/heavy-hitters.ts'
export { type DistinctSketch } from './sketch/hyper-log-log.ts'
export { type BinCounts, type QuantileSketch } from './sketch/quantile-sketch.ts'
export { quantiles, quantilesOf, type QuantilesOptions, type QuantileValues } from './sketch/quantiles.ts'
export type { AtAge, CohortAges } from './funnel/age-counts.ts'
export { cohort, cohortMembers, type CohortMember, type CohortOptions } from './funnel/cohort.ts'
export { conversion, type ConversionOptions } from './funnel/conversion.ts'
export { funnelCounts, type FunnelCounts } from './funnel/funnel-counts.ts'
export type { FunnelSteps } from './funnel/funnel-steps.ts'
export { funnel, type FunnelOptions, type FunnelProgress } from './funnel/funnel.ts'
