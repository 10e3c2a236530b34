/**
 * GraphBuilder: how primitives add themselves to the graph that is being built.
 *
 * The contract between primitives (which know what they are) and the graph (which knows paths and ids). Nothing here runs.
 */
import type { WindowingStrategy } from './windowing-strategy.ts'

/**
 * What the elements of a collection are, seen from a grouping: plain elements, at most one pane for a key and window,
 * several panes of which a later one replaces or adds to the earlier, or changes with a sign.
 */
export type PaneKind = 'elements' | 'one-pane' | 'several-panes' | 'changes'

/** Why the settled result of a step may depend on arrival: the closed list of semantics.md. */
export type DriftReason =
  | 'arrival-ordered-state'
  | 'order-any'
  | 'several-panes'
  | 'outputs-do-not-merge'
  | 'discarding-through-stateless-step'
  | 'processing-time-timer'
  | 'finish-bundle'
  | 'reads-pane'
  | 'pane-timestamps'
  | 'side-input-before-final'
  | 'impure-lookup'
  | 'freezes-without-known-at'

/** What a step says of one of its outputs. */
export interface CollectionSpec {
  readonly windowing: WindowingStrategy
  readonly bounded: boolean
  readonly panes: PaneKind
}

/** A collection of the graph being built. */
export interface CollectionRef extends CollectionSpec {
  readonly id: number
  readonly builder: GraphBuilder
}

/** One step to be added. `payload` is one of the primitives' payloads. */
export interface StepSpec {
  readonly name: string
  /** Whether the author named it: only named steps may keep state. */
  readonly named: boolean
  readonly payload: { readonly primitive: string }
  readonly inputs: readonly CollectionRef[]
  readonly outputs: readonly CollectionSpec[]
  readonly drift?: readonly DriftReason[]
}

/** Collects the steps of one pipeline. */
export interface GraphBuilder {
  /** Adds a step at the current scope and returns its outputs. */
  add(step: StepSpec): readonly CollectionRef[]
  /** Runs `body` with `name` opened as a scope of paths. */
  scope<Out>(name: string, body: () => Out): Out
  /** Runs `body`; the first step or scope it opens bears `name` instead of its own. */
  rename<Out>(name: string, body: () => Out): Out
  /** Path that a step of this name would get now; for error messages. */
  pathOf(name: string): string
}
