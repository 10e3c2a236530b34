/**
 * upCast: events of older schema versions become events of the one that the pipeline is written for.
 *
 * Producers are not all updated in one night, and what is in files stays as it was written. One pure function for each version says how the
 * next came of it; what a pipeline computes then does not depend on which version an event was written in.
 */
import {
  checkOptions,
  composite,
  map,
  PipelineError,
  requireFunction,
  thrownText,
  type OptionNames,
  type PCollection,
  type PTransform,
} from '@tidemark/core'

/** Steps by the version that they take. */
export type UpCastSteps = Readonly<Record<number, (event: never) => unknown>>

// Counts in tuples, as the compiler has no sums: up to version 512.
type Tuple<N extends number, Counted extends readonly 1[] = []> = Counted['length'] extends N
  ? Counted
  : Counted['length'] extends 512
    ? never
    : Tuple<N, readonly [...Counted, 1]>
/** The number after N. */
type Next<N extends number> = [...Tuple<N>, 1]['length'] & number
/** The number before N. */
type Last<N extends number> = Tuple<N> extends readonly [1, ...infer Rest] ? Rest['length'] & number : never
type NumberOf<N> = N extends number ? N : never

type Takes<Step> = Step extends (event: infer Event) => unknown ? Event : never
type Gives<Step> = Step extends (event: never) => infer Event ? Event : never

/** What the steps of a chain are: each gives what the next one takes, and only the last leads to version `To`. */
export type UpCastChain<S extends UpCastSteps, To extends number> = {
  readonly [N in keyof S]: NumberOf<N> extends Last<To>
    ? S[N]
    : Next<NumberOf<N>> extends keyof S
      ? (event: Takes<S[N]>) => Takes<S[Next<NumberOf<N>>]>
      : { readonly missing: Next<NumberOf<N>> }
}

/** Options of {@link upCast}. */
export interface UpCastOptions<T, S extends UpCastSteps, To extends number> {
  /** The version that an event was written in, a whole number. */
  readonly versionOf: (event: T) => unknown
  /** For each older version the function that makes the next of it: `{ 1: (v1: V1): V2 => …, 2: (v2: V2): V3 => … }`. */
  readonly steps: S & UpCastChain<S, To>
  /** The version that comes out; at most 512. */
  readonly to: To
}

const OPTIONS: OptionNames<UpCastOptions<never, UpCastSteps, number>> = { versionOf: true, steps: true, to: true }

/**
 * Brings every event to version `to`, step by step; one that is of that version already passes as it is.
 *
 * **Contract** — Steps are pure and leave no version out between the oldest and `to` (code `MISSING_UP_CAST`). An event of a version that is
 * newer, older than the oldest, or none goes to the ledger as a dead letter whose detail says `UNKNOWN_SCHEMA:`, and one that a step throws
 * at as `UP_CAST:`. The run goes on: what came before its time can be read again after the update.
 *
 * **Late data** — Timestamp, window and pane stay.
 *
 * ```ts
 * const current = events.pipe(upCast('Current', {
 *   versionOf: (event: V1 | V2) => event.version,
 *   to: 2,
 *   steps: { 1: ({ cents, ...rest }: V1): V2 => ({ ...rest, version: 2, amount: cents, currency: 'EUR' }) },
 * }))
 * ```
 */
export function upCast<T, S extends UpCastSteps, const To extends number>(
  name: string,
  options: UpCastOptions<T, S, To>,
): PTransform<PCollection<T>, PCollection<Gives<S[Last<To> & keyof S]>>> {
  const subject = `upCast(${JSON.stringify(name)})`
  checkOptions(subject, options, OPTIONS)
  const { versionOf, to } = options
  requireFunction(subject, 'versionOf', versionOf)
  const steps = chainOf(subject, options.steps, to)
  const oldest = to - steps.length
  const cast = (event: T): never => {
    const version = versionOf(event)
    if (typeof version !== 'number' || !Number.isSafeInteger(version) || version < oldest || version > to) {
      throw new PipelineError(
        'UNKNOWN_SCHEMA',
        `UNKNOWN_SCHEMA: ${versionText(version)} is not one of ${oldest} to ${to}`,
      )
    }
    let current: unknown = event
    for (let at = version; at < to; at++) current = stepped(subject, steps[at - oldest]!, at, current)
    return current as never
  }
  return composite(name, (input: PCollection<T>) => input.pipe(map(cast, { onError: 'dead-letter' })))
}

type UpCastStep = (event: unknown) => unknown

function stepped(subject: string, step: UpCastStep, version: number, event: unknown): unknown {
  let result: unknown
  try {
    result = step(event)
  } catch (cause) {
    throw new PipelineError('UP_CAST', `UP_CAST: the step from version ${version} threw: ${thrownText(cause)}`, {
      cause,
    })
  }
  if (typeof result !== 'object' || result === null || !('then' in result) || typeof result.then !== 'function')
    return result
  throw new PipelineError(
    'ASYNC_PROCESS',
    `The step from version ${version} of ${subject} returned a promise. Elements run synchronously, so that results do not depend on who ` +
      'answers first. Make the step of what the event itself says, and look up the rest in mapAsync.',
  )
}

/** The steps from the oldest version to the one before `to`. */
function chainOf(subject: string, steps: UpCastSteps, to: number): readonly UpCastStep[] {
  if (typeof steps !== 'object' || steps === null) {
    throw badSteps('BAD_OPTION', subject, 'has no steps', 'Give one for each older version, such as { 1: (v1) => v2 }')
  }
  const versions = Object.keys(steps)
    .map(Number)
    .toSorted((a, b) => a - b)
  const [oldest] = versions
  if (!Number.isSafeInteger(to) || oldest === undefined || !versions.every(Number.isSafeInteger)) {
    const given = oldest === undefined ? 'no steps at all' : `steps from [${Object.keys(steps).join(', ')}] to ${to}`
    throw badSteps('BAD_OPTION', subject, `has ${given}`, 'Versions are whole numbers, and there is one step at least')
  }
  const surplus = versions.find((version) => version >= to)
  if (surplus !== undefined) {
    throw badSteps(
      'BAD_OPTION',
      subject,
      `has a step from version ${surplus}, but leads to version ${to}`,
      'Raise to, or leave out the step',
    )
  }
  return Array.from({ length: to - oldest }, (_, index) => {
    const version = oldest + index
    if (!Object.hasOwn(steps, version)) {
      throw badSteps(
        'MISSING_UP_CAST',
        subject,
        `has steps from versions ${versions.join(', ')} and none from ${version}`,
        `Write the step that makes version ${version + 1} of version ${version}`,
      )
    }
    return requireFunction(subject, `The step from version ${version}`, steps[version] as UpCastStep)
  })
}

function badSteps(code: string, subject: string, what: string, cure: string): PipelineError {
  return new PipelineError(code, `${subject} ${what}. Events of older versions could not become current ones. ${cure}.`)
}

function versionText(version: unknown): string {
  if (typeof version === 'number') return `version ${version}`
  return version === undefined || version === null
    ? 'an event without a version'
    : `a version of type ${typeof version}`
}
