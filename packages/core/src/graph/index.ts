/**
 * The door for authors of runners: the graph and the payloads of its primitives.
 */
export { buildGraph } from './build-graph.ts'
export type { Outputs, Pipeline } from './build-graph.ts'
export type { Collection, DriftSafety, PipelineGraph, Primitive, Step } from './pipeline-graph.ts'
export type { CombinePayload } from '../primitives/combine-per-key.ts'
export type { CreatePayload } from '../primitives/create.ts'
export type { FlattenPayload } from '../primitives/flatten.ts'
export type { GroupByKeyPayload } from '../primitives/group-by-key.ts'
export type { ParDoPayload } from '../primitives/par-do.ts'
export type { ReadPayload } from '../primitives/read.ts'
export type { StatefulPayload } from '../primitives/stateful-par-do.ts'
export type { StatelessForm, StatelessPayload } from '../primitives/stateless.ts'
export type { WindowIntoPayload } from '../primitives/window-into.ts'
export type { WritePayload } from '../primitives/write.ts'
export type { CollectionSpec, DriftReason, PaneKind } from '../model/graph-builder.ts'
