/**
 * PTransform: a named function from collections to collections.
 *
 * It is an object, not a function, so that an RxJS operator in a pipeline, or a transform in an RxJS pipe, does not compile.
 */

/** Expands an input into steps and returns their output. `expand` is a property, so inputs are checked contravariantly. */
export interface PTransform<in In, out Out> {
  readonly name: string
  readonly expand: (input: In) => Out
  /** How the transform meets the path of step names: a scope of its own (when absent), one step, or nothing. */
  readonly '~scope'?: 'step' | 'none'
}

/**
 * Makes a transform out of a function of collections. Its steps get paths below `name`.
 *
 * **Contract** — `expand` is pure: it only applies transforms to its input and returns collections.
 */
export function composite<In, Out>(name: string, expand: (input: In) => Out): PTransform<In, Out> {
  return Object.freeze({ name, expand })
}

/** Makes the transform of one primitive; for the primitives of core only. */
export function primitive<In, Out>(name: string, expand: (input: In) => Out): PTransform<In, Out> {
  return Object.freeze({ name, expand, '~scope': 'step' })
}
