/**
 * PCollection: a description of elements, not the elements.
 *
 * It is a value: applying a transform to it adds steps to the graph being built and returns new PCollections.
 */
import type { Pipeable } from './pipe.ts'
import type { CollectionRef } from './graph-builder.ts'

/** A possibly unbounded multiset of elements of type `T`, each with a timestamp and windows. */
export interface PCollection<out T> extends Pipeable<PCollection<T>> {
  /** Where the collection stands in the graph; for primitives. */
  readonly '~ref': CollectionRef
  /** Carries the element type; absent at run time. */
  readonly '~element'?: T
}

/** The beginning of a pipeline: what sources are applied to. */
export interface Root extends Pipeable<Root> {
  readonly '~root': CollectionRef['builder']
}
