/**
 * Options are checked where they are given, before anything is read or written.
 *
 * An option whose name is not known would be ignored, and the run would go on as if it had not been given. The compiler sees
 * that in a literal, but not in an object that was put together elsewhere, nor in JavaScript. Every public function with
 * options calls this; connectors and runners do too.
 */
import { misspelledName, nearestName } from './nearest-name.ts'
import { PipelineError } from './pipeline-error.ts'

type NamesOf<O> = O extends unknown ? keyof O & string : never

/** The names of an options type, each of them once: a name that is missing or too many does not compile. */
export type OptionNames<O> = Readonly<Record<NamesOf<O>, true>>

/**
 * Throws a {@link PipelineError} with code `BAD_OPTION` for an option that is not known, with the name that was probably meant,
 * and for options that are no object. `subject` says who was given them, such as `read("Orders")`.
 *
 * ```ts
 * const names = { bound: true, limit: true } as const
 * checkOptions('cut("Tail")', { bound: 3 }, names) // => undefined
 * ```
 */
export function checkOptions(subject: string, options: unknown, names: Readonly<Record<string, true>>): void {
  requireObject(subject, options, names)
  for (const name of Object.keys(options)) {
    if (Object.hasOwn(names, name)) continue
    const meant = nearestName(name, Object.keys(names))
    throw unknownOption(
      subject,
      name,
      meant === undefined ? `Its options are ${listed(names)}.` : `Did you mean "${meant}"?`,
    )
  }
}

/**
 * Checks an object of functions, which may have fields of its own for them: throws as {@link checkOptions} does, but of the names
 * that are not known only for those that are a known one misspelled.
 */
export function checkSpelling(subject: string, functions: unknown, names: Readonly<Record<string, true>>): void {
  requireObject(subject, functions, names)
  for (const name of Object.keys(functions)) {
    const meant = Object.hasOwn(names, name) ? undefined : misspelledName(name, Object.keys(names))
    if (meant !== undefined) throw unknownOption(subject, name, `Did you mean "${meant}"?`)
  }
}

/**
 * Returns one of several words, or throws a {@link PipelineError} with code `BAD_OPTION` that says which was probably meant. An option
 * that was left out is `undefined` and stays so.
 */
export function checkChoice<C>(subject: string, option: string, value: C, choices: readonly NonNullable<C>[]): C {
  if (value === undefined || choices.some((choice) => choice === value)) return value
  const meant = typeof value === 'string' ? nearestName(value, choices.map(String)) : undefined
  throw badOption(
    `The option ${option} of ${subject} is ${shown(value)}, which says nothing to it. ` +
      (meant === undefined ? `Use one of ${choices.map(shown).join(', ')}.` : `Did you mean ${shown(meant)}?`),
  )
}

/** The options that have one of the given names: for connectors, whose options hold those of `read` beside their own. */
export function pickOptions<O extends object>(options: O, names: OptionNames<O>): O {
  return Object.fromEntries(Object.entries(options).filter(([name]) => Object.hasOwn(names, name))) as O
}

/** Returns a function, or throws a {@link PipelineError} with code `BAD_OPTION` that says what stands in its place. */
export function requireFunction<F>(subject: string, what: string, fn: F): F {
  if (typeof fn === 'function') return fn
  throw badOption(
    `${what} of ${subject} is ${shown(fn)} and not a function. It is called for every element. Give a function.`,
  )
}

function requireObject(
  subject: string,
  options: unknown,
  names: Readonly<Record<string, true>>,
): asserts options is object {
  if (typeof options === 'object' && options !== null && !Array.isArray(options)) return
  throw badOption(
    `${subject} was given ${shown(options)} where its options belong. What was meant would not take effect. ` +
      `Give an object with some of ${listed(names)}.`,
  )
}

function unknownOption(subject: string, name: string, cure: string): PipelineError {
  return badOption(`${subject} has no option "${name}", so it would have no effect. ${cure}`)
}

function badOption(message: string): PipelineError {
  return new PipelineError('BAD_OPTION', message)
}

function listed(names: Readonly<Record<string, true>>): string {
  return Object.keys(names).join(', ')
}

function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'function') return 'a function'
  if (Array.isArray(value)) return 'an array'
  return typeof value === 'object' && value !== null ? 'an object' : String(value)
}
