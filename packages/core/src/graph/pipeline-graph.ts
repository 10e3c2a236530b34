/**
 * PipelineGraph: a pipeline as frozen data, steps in the order in which elements can flow through them.
 */
import type { CollectionSpec, DriftReason } from '../model/graph-builder.ts'
import type { AsOfJoinPayload } from '../primitives/as-of-join.ts'
import type { CombinePayload } from '../primitives/combine-per-key.ts'
import type { CreatePayload } from '../primitives/create.ts'
import type { FlattenPayload } from '../primitives/flatten.ts'
import type { GroupByKeyPayload } from '../primitives/group-by-key.ts'
import type { IntervalJoinPayload } from '../primitives/interval-join.ts'
import type { MapAsyncPayload } from '../primitives/async-options.ts'
import type { ParDoPayload } from '../primitives/par-do.ts'
import type { ReadPayload } from '../primitives/read.ts'
import type { StatefulPayload } from '../primitives/stateful-par-do.ts'
import type { StatelessPayload } from '../primitives/stateless.ts'
import type { WindowIntoPayload } from '../primitives/window-into.ts'
import type { WritePayload } from '../primitives/write.ts'

/** The closed set of primitives that every runner implements. */
export type Primitive =
  | CreatePayload
  | ReadPayload
  | WritePayload
  | StatelessPayload
  | ParDoPayload
  | StatefulPayload
  | GroupByKeyPayload
  | CombinePayload
  | FlattenPayload
  | WindowIntoPayload
  | MapAsyncPayload
  | IntervalJoinPayload
  | AsOfJoinPayload

/** Whether the settled result of a step is the same in every runner, and if not, why: its own reasons and those of the steps above it. */
export interface DriftSafety {
  readonly safe: boolean
  readonly reasons: readonly { readonly step: string; readonly reason: DriftReason }[]
}

/** One step. */
export interface Step {
  readonly id: number
  /** Path of names, such as `RevenuePerRegion/Sum`. */
  readonly path: string
  /** Whether the last name of the path was given by the author: only then may the step keep state. */
  readonly named: boolean
  readonly payload: Primitive
  /** Ids of the collections it reads. */
  readonly inputs: readonly number[]
  /** Ids of the collections it writes. */
  readonly outputs: readonly number[]
  readonly drift: DriftSafety
}

/** One collection. Its id is its place in {@link PipelineGraph.collections}. */
export interface Collection extends CollectionSpec {
  readonly id: number
  /** Id of the step that writes it. */
  readonly step: number
}

/** A pipeline as data. Inputs of a step are written by earlier steps. */
export interface PipelineGraph {
  readonly steps: readonly Step[]
  readonly collections: readonly Collection[]
  /** The named outputs and their collections' ids. */
  readonly outputs: Readonly<Record<string, number>>
}
