/**
 * PTransform: a named function from collections to collections.
 *
 * It is an object, not a function, so that an RxJS operator in a pipeline, or a transform in an RxJS pipe, does not compile.
 */

import { PipelineError } from '../error/pipeline-error.ts'

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
  requireName('composite', name)
  return Object.freeze({ name, expand })
}

/** Makes the transform of one primitive; for the primitives of core only. */
export function primitive<In, Out>(name: string, expand: (input: In) => Out): PTransform<In, Out> {
  requireName('A step', name)
  return Object.freeze({ name, expand, '~scope': 'step' })
}

// What may stand in a name is for the graph to say; that there is one is said here, where it was left out.
function requireName(what: string, name: unknown): void {
  if (typeof name === 'string') return
  throw new PipelineError(
    'BAD_STEP_NAME',
    `${what} was given ${name === undefined ? 'no name' : `a value of type ${typeof name} as its name`}. State in a checkpoint is found by ` +
      'the name of its step, so a step that is named after its place would lose it when another is added. Give a noun in PascalCase first.',
  )
}
