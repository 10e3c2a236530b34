/**
 * Saved: the part of a step that a snapshot holds.
 *
 * What is saved is plain data, with a coder's bytes where values have a coder. Whatever follows from it (indexes, queues, holds) is
 * made anew by `load`, so that a snapshot says each thing once.
 */

/** Plain data, as canonical bytes encode it. */
export type StateData =
  | null
  | boolean
  | number
  | string
  | bigint
  | Uint8Array
  | readonly StateData[]
  | { readonly [field: string]: StateData }

/** Something with state. */
export interface Saved {
  /** The state, sharing nothing with what runs on. Only between two calls of the engine. */
  save(): StateData
  /** Takes the place of what was saved. Only before anything has happened. */
  load(data: StateData): void
}
