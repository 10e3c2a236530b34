/**
 * The steps of a funnel: their names in order, and which of them an element is.
 */
import { PipelineError, requireFunction } from '@tidemark/core'

/** The steps of a funnel, in order: names and a function that names an element's step, or a condition for each name. */
export type FunnelSteps<T, S extends string> =
  | {
      readonly steps: readonly S[]
      /** Names the step that an element is; any other value for one that is none. */
      readonly step: (element: T) => unknown
    }
  | { readonly steps: Readonly<Record<S, (element: T) => boolean>>; readonly step?: never }

/** Names in order, and the numbers of the steps that an element is, in order. */
export interface ReadSteps<in T, out S extends string> {
  readonly names: readonly S[]
  readonly stepsOf: (element: T) => readonly number[]
}

const NONE: readonly number[] = []

/** Reads the options `steps` and `step`. Throws a PipelineError with code `BAD_STEPS` for steps that have no order, or are none. */
export function readSteps<T, S extends string>(subject: string, options: FunnelSteps<T, S>): ReadSteps<T, S> {
  const { steps } = options
  if (Array.isArray(steps)) {
    const names = requireNames(subject, steps as readonly S[])
    const step = requireFunction(subject, 'The option step', options.step) as (element: T) => unknown
    const numbers = new Map<unknown, readonly number[]>(names.map((name, number) => [name, [number]]))
    return { names, stepsOf: (element) => numbers.get(step(element)) ?? NONE }
  }
  const entries = Object.entries((steps ?? {}) as Readonly<Record<S, (element: T) => boolean>>) as [
    S,
    (element: T) => boolean,
  ][]
  const names = requireNames(
    subject,
    entries.map(([name]) => name),
  )
  for (const [name, is] of entries) requireFunction(subject, `The step ${name}`, is)
  return {
    names,
    stepsOf: (element) => entries.flatMap(([, is], number) => (is(element) ? [number] : [])),
  }
}

function requireNames<S extends string>(subject: string, names: readonly S[]): readonly S[] {
  const wholeNumber = names.find((name) => /^\d+$/.test(name))
  if (names.length < 2) {
    throw badSteps(
      subject,
      `has ${names.length} steps`,
      'Nobody is lost on a way of one step. Give at least two, in order.',
    )
  }
  if (new Set(names).size < names.length) {
    throw badSteps(
      subject,
      `has steps [${names.join(', ')}]`,
      'A name stands twice, so counts could not be told apart.',
    )
  }
  if (wholeNumber !== undefined) {
    throw badSteps(
      subject,
      `has a step named "${wholeNumber}"`,
      'JavaScript puts such names of a record first, in another order than they were written. Give names that are words.',
    )
  }
  return names
}

function badSteps(subject: string, what: string, why: string): PipelineError {
  return new PipelineError('BAD_STEPS', `${subject} ${what}. ${why}`)
}
