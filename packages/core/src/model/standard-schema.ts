/**
 * StandardSchema: what a schema of zod, valibot, ArkType and others has in common, so that any of them can say what an element is.
 *
 * The interface is version 1 of Standard Schema (https://standardschema.dev, MIT, made to be copied): a type is needed, and no package.
 * Elements are checked in synchronous steps, so a schema that answers with a promise is refused.
 */
import { PipelineError } from '../error/pipeline-error.ts'
import { thrownText } from '../error/thrown-text.ts'

/** A schema by Standard Schema v1: it takes what it is given for an `Input`, and gives an `Output` or says what is wrong. */
export interface StandardSchema<Input = unknown, Output = Input> {
  readonly '~standard': {
    readonly version: 1
    /** Who has made the schema, such as `zod`. */
    readonly vendor: string
    readonly validate: (value: unknown) => StandardResult<Output> | Promise<StandardResult<Output>>
    /** For the compiler only: there is no value in it. */
    readonly types?: { readonly input: Input; readonly output: Output } | undefined
  }
}

/** What a schema answers: a value, or issues. */
export type StandardResult<Output> = StandardValue<Output> | StandardIssues

/** A value that was found good; it may differ from what was given (defaults, conversions). */
export interface StandardValue<Output> {
  readonly value: Output
  readonly issues?: undefined
}

/** What is wrong with a value. */
export interface StandardIssues {
  readonly issues: readonly StandardIssue[]
}

/** One thing that is wrong, and where. */
export interface StandardIssue {
  readonly message: string
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined
}

/** What a schema takes, for the compiler. */
export type StandardSchemaInput<S extends StandardSchema> = NonNullable<S['~standard']['types']>['input']

/** What a schema gives, for the compiler. */
export type StandardSchemaOutput<S extends StandardSchema> = NonNullable<S['~standard']['types']>['output']

/** Says whether something is a Standard Schema of version 1. Schemas of some libraries are functions. */
export function isStandardSchema(schema: unknown): schema is StandardSchema {
  if ((typeof schema !== 'object' && typeof schema !== 'function') || schema === null) return false
  const standard: unknown = Reflect.get(schema, '~standard')
  if (typeof standard !== 'object' || standard === null) return false
  return Reflect.get(standard, 'version') === 1 && typeof Reflect.get(standard, 'validate') === 'function'
}

/** Returns a Standard Schema, or throws a {@link PipelineError} with code `BAD_SCHEMA` that says what stands in its place. */
export function requireStandardSchema<S extends StandardSchema>(subject: string, schema: S): S {
  if (isStandardSchema(schema)) return schema
  throw new PipelineError(
    'BAD_SCHEMA',
    `The schema of ${subject} is no Standard Schema of version 1: it has no "~standard" with a function "validate". Elements would pass ` +
      'unchecked. Give a schema of zod 3.24, valibot 1, ArkType 2 or newer, or write the interface by hand (standardschema.dev).',
  )
}

/**
 * Asks a schema about a value.
 *
 * **Contract** — Returns the schema's answer as it is: `value`, or `issues`. Throws a {@link PipelineError} with code `ASYNC_SCHEMA` when it
 * answers with a promise, and with code `BAD_SCHEMA` when the schema itself throws. `subject` says whose schema it is.
 */
export function parseStandard<Output>(
  subject: string,
  schema: StandardSchema<unknown, Output>,
  value: unknown,
): StandardResult<Output> {
  const result = validated(subject, schema, value)
  if (!('then' in result)) return result
  // Nobody awaits it: a rejection must not end the process.
  result.then(undefined, () => undefined)
  throw asyncSchema(subject, schema, undefined)
}

/** The issues as one line of text, each with its path: `items[0].amount: Expected number, received string`. */
export function formatIssues(issues: readonly StandardIssue[]): string {
  return issues.map(({ message, path = [] }) => [...pathText(path), message].join(': ')).join('; ')
}

function validated<Output>(
  subject: string,
  schema: StandardSchema<unknown, Output>,
  value: unknown,
): StandardResult<Output> | Promise<StandardResult<Output>> {
  try {
    return schema['~standard'].validate(value)
  } catch (cause) {
    // zod 3 throws where a schema with an asynchronous part is asked synchronously.
    if (/\basync|promise/i.test(thrownText(cause))) throw asyncSchema(subject, schema, cause)
    throw new PipelineError(
      'BAD_SCHEMA',
      `The schema of ${subject} (${schema['~standard'].vendor}) threw: ${thrownText(cause)}. A schema says what is wrong with a value and ` +
        'does not throw, so whether the value is good is not known. Mend the refinement or conversion that threw.',
      { cause },
    )
  }
}

function asyncSchema(subject: string, schema: StandardSchema, cause: unknown): PipelineError {
  return new PipelineError(
    'ASYNC_SCHEMA',
    `The schema of ${subject} (${schema['~standard'].vendor}) answers with a promise. Elements run synchronously, so that results do not ` +
      'depend on who answers first. Take its asynchronous parts out, and do them in mapAsync.',
    { cause },
  )
}

function pathText(path: readonly (PropertyKey | { readonly key: PropertyKey })[]): readonly string[] {
  const keys = path.map((segment) => (typeof segment === 'object' ? segment.key : segment))
  const text = keys.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('')
  return text === '' ? [] : [text.replace(/^\./, '')]
}
