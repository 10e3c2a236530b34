/**
 * SideInput: a collection seen as one value by a step that reads another.
 *
 * A view is no collection: it cannot be transformed, only read. An element of the main input sees the view's value for the side window
 * that belongs to its own (`sideWindow`), and waits until there is one.
 */
import type { CollectionRef } from './graph-builder.ts'

/** How the elements of a side window are seen. */
export type SideInputForm = 'singleton' | 'iterable' | 'map' | 'multimap'

/**
 * When a side window may be read; one of: `final` (when it has expired, so that every run sees the same), `first-pane` (when it has a
 * pane, as in Beam; what is seen then depends on arrival, and the step is not drift-safe).
 */
export type SideInputReadiness = 'final' | 'first-pane'

/** How a view is read: plain data, part of the payload of the step that reads it. */
export interface SideInputView {
  /** Path of the view, for messages. */
  readonly path: string
  readonly form: SideInputForm
  readonly ready: SideInputReadiness
  /** What a singleton is when its window is empty; an error when left out. */
  readonly fallback: { readonly value: unknown } | undefined
}

/** A view of a collection; made by `asSingleton`, `asIterable`, `asMap` and `asMultimap`. */
export interface SideInput<out T> {
  /** The collection whose one element per window is the list of the view's elements; for primitives. */
  readonly '~side': SideInputView & { readonly ref: CollectionRef }
  /** Carries the type of the value; absent at run time. */
  readonly '~value'?: T
}

/** Side inputs by name. */
export type SideInputs = Readonly<Record<string, SideInput<unknown>>>

/** What a function sees of its side inputs: the value of each, by name. */
export type SideValues<S extends SideInputs> = {
  readonly [N in keyof S]: S[N] extends SideInput<infer T> ? T : never
}
