/** The door `@tidemark/transforms/metrics`: metrics, their dictionary, their lineage and their published values. */
export {
  conversionOf,
  cumulative,
  level,
  perSecond,
  ratioOf,
  type Calculation,
  type ConversionCalculation,
  type CumulativeCalculation,
  type LevelCalculation,
  type LevelReport,
  type RateCalculation,
  type RatioCalculation,
  type SpecialCalculation,
} from './calculation.ts'
export {
  defineMetric,
  defineStrictMetric,
  type DerivedDefinition,
  type MetricDefinition,
  type MetricDetails,
  type StrictDetails,
} from './define-metric.ts'
export { derived, type Derived, type Each, type InputValues, type MetricInputs } from './derived.ts'
export { dictionary, strictDictionary, type MetricDictionary } from './dictionary.ts'
export {
  type DictionaryEntry,
  type DimensionEntry,
  type Governance,
  type MetricKind,
  type SourceEntry,
} from './dictionary-entry.ts'
export { evaluateMetric, type EvaluateOptions, type RowsByName } from './evaluate-metric.ts'
export {
  dependentsOf,
  lineageOf,
  mermaidLineage,
  type Lineage,
  type LineageEdge,
  type LineageNode,
  type Removal,
} from './lineage.ts'
export { type Measure } from './measure.ts'
export {
  type AnyMetric,
  type JoinedMetric,
  type Metric,
  type RowOf,
  type RowsOf,
  type StrictMetric,
  type ValueOf,
} from './metric.ts'
export { metricSource, type MetricSource, type MetricSourceOptions, type SourceSchema } from './metric-source.ts'
export {
  type AccumulatedPart,
  type Dimensions,
  type MetricValue,
  type Parts,
  type Slice,
  type SliceOf,
  type SliceValue,
} from './metric-value.ts'
export {
  completenessOf,
  published,
  PublishedBoard,
  type Completeness,
  type MetricStatus,
  type Progress,
  type PublishedValue,
  type SourceProgress,
} from './published.ts'
export { restate, type Restatement, type RestateOptions } from './restate.ts'
export { rollUp } from './roll-up.ts'
