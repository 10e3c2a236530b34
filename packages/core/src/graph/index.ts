/**
 * The door for authors of runners: the graph and the payloads of its primitives.
 */
export { buildGraph } from './build-graph.ts'
export type { Outputs, Pipeline } from './build-graph.ts'
export { explainGraph } from './graph-picture.ts'
export type {
  CollectionPicture,
  GraphPicture,
  InputPicture,
  OutputPicture,
  ReasonPicture,
  StepPicture,
} from './graph-picture.ts'
export { expressionsOf } from './step-expressions.ts'
export type { ExpressionPicture } from './step-expressions.ts'
export { formatGraph } from './format-graph.ts'
export { mermaidGraph } from './mermaid-graph.ts'
export type { DriftReasonText } from './drift-reason-text.ts'
export type { Facts } from './step-facts.ts'
export { fingerprintOf, graphFingerprint } from './fingerprint.ts'
export { fingerprintDifferences } from './fingerprint-differences.ts'
export { describeGraph, stepNames } from './graph-description.ts'
export type { GraphDescription, StepDescription } from './graph-description.ts'
export { pipelineRef } from './pipeline-ref.ts'
export type { PipelineMaker, PipelineRef } from './pipeline-ref.ts'
export { resolvePipeline } from './resolve-pipeline.ts'
export type { Collection, DriftSafety, PipelineGraph, Primitive, Step } from './pipeline-graph.ts'
export type { AsOfJoinPayload } from '../primitives/as-of-join.ts'
export type { CombinePayload } from '../primitives/combine-per-key.ts'
export type { CreatePayload } from '../primitives/create.ts'
export type { FlattenPayload } from '../primitives/flatten.ts'
export type { GroupByKeyPayload } from '../primitives/group-by-key.ts'
export type { IntervalJoinPayload } from '../primitives/interval-join.ts'
export type { AsyncCache, MapAsyncPayload } from '../primitives/async-options.ts'
export type { ParDoPayload } from '../primitives/par-do.ts'
export type { ReadPayload } from '../primitives/read.ts'
export type { StatefulPayload } from '../primitives/stateful-par-do.ts'
export type { StatelessForm, StatelessPayload } from '../primitives/stateless.ts'
export type { StepSide } from '../primitives/step-side.ts'
export type { TimeJoinPayload } from '../primitives/time-join.ts'
export type { WindowIntoPayload } from '../primitives/window-into.ts'
export type { WritePayload } from '../primitives/write.ts'
export type { CollectionSpec, DriftReason, PaneKind } from '../model/graph-builder.ts'
