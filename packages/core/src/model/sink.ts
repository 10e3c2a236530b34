/**
 * Sinks: how elements leave.
 *
 * A sink publishes whole or not at all: what was written before `commit` is invisible, and `abort` takes it back. It says what it
 * `takes` of a collection whose panes replace, add to or take back one another, and is handed that and nothing else.
 */
import type { Coder } from '../coder/coder.ts'
import type { Timestamp } from '../time/timestamp.ts'
import type { Window } from '../window/window.ts'
import type { PaneInfo } from './pane-info.ts'
import type { WindowedValue } from './windowed-value.ts'

/**
 * What a sink is handed of a collection; one of: `final` (each element once, when nothing can change it any more), `changes` (every element
 * that comes, and with sign -1 every one that no longer stands), `overwrites` (for each pane what now stands for its key and window, in place
 * of all before), `panes` (every pane as it comes). What they come to is the same: the settled result of the collection.
 */
export type Takes = 'final' | 'changes' | 'overwrites' | 'panes'

/** An element that nothing can change any more. */
export interface FinalValue<T> {
  readonly value: T
  readonly timestamp: Timestamp
  readonly window: Window
  /** The pane that the element came with: the last one in which its key and window had something new. */
  readonly pane: PaneInfo
}

/**
 * What stands for a place, which is a grouping step, a key and a window; it replaces all that stood there.
 *
 * **Contract** — Whoever keeps the elements of the latest overwrite of each place keeps the settled result. An overwrite may come again,
 * after a restart, and may say what stands there already.
 */
export interface Overwrite<T> {
  /** Path of the grouping that the elements come from. */
  readonly step: string
  readonly key: unknown
  /** The window of the grouping. */
  readonly window: Window
  /** All that stands there now; none when nothing does, as the pane passed nothing on or the window has become part of another. */
  readonly elements: readonly FinalValue<T>[]
  /** The pane that says so. Its timing is `unknown` when the window has become part of another. */
  readonly pane: PaneInfo
}

/** What a writer is handed, by what its sink takes. */
export interface TakenTypes<T> {
  readonly final: FinalValue<T>
  readonly changes: WindowedValue<T>
  readonly overwrites: Overwrite<T>
  readonly panes: WindowedValue<T>
}

/** What the writer of a sink is handed. */
export type Taken<T, K extends Takes = Takes> = TakenTypes<T>[K]

/** Writes the elements of one step during one run. */
export interface SinkWriter<T, K extends Takes = 'panes'> {
  /** Takes what comes next. A promise holds the run back until it settles. */
  write(elements: readonly Taken<T, K>[]): void | Promise<void>
  /** Publishes everything written. */
  commit(): void | Promise<void>
  /** Takes back everything written. */
  abort(): void | Promise<void>
}

/** What all sinks have in common. */
export interface SinkBase<T, K extends Takes> {
  /** What it writes, for people: `ndjson out/kpis.ndjson`. */
  readonly description: string
  /** How elements are kept in a snapshot, and known to be equal, while they wait to be final; canonical bytes when left out. */
  readonly coder?: Coder<T>
  open(): SinkWriter<T, K> | Promise<SinkWriter<T, K>>
}

/** Where elements go. `K` is what it takes, which it says in the field `takes`; one that does not say takes panes. */
export type Sink<T, K extends Takes = 'panes'> = SinkBase<T, K> &
  ('panes' extends K ? { readonly takes?: K } : { readonly takes: K })

/** A sink, whatever it takes. */
export type AnySink<T> = Sink<T, 'final'> | Sink<T, 'changes'> | Sink<T, 'overwrites'> | Sink<T>
