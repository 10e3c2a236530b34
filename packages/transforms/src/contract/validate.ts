/**
 * validate: elements that a schema takes, as it gives them; all others are dead letters with the reason.
 *
 * The schema is any Standard Schema (zod, valibot, ArkType, `schema` of core). What is checked is the element alone, so the same elements
 * pass in every run; how many fail, and where, is `schemaFaults`, a collection like any other.
 */
import {
  checkChoice,
  checkOptions,
  composite,
  flatMap,
  map,
  PipelineError,
  requireStandardSchema,
  type OnError,
  type OptionNames,
  type PCollection,
  type PTransform,
  type StandardSchema,
  type StandardSchemaOutput,
} from '@tidemark/core'
import { check, faultsText, type SchemaFault } from './schema-fault.ts'

/** Options of {@link validate}. */
export interface ValidateOptions {
  /** One of: `dead-letter` (default), `fail` (the first element that does not fit ends the run with code `SCHEMA`). */
  readonly onError?: OnError
  /**
   * What is done with fields that the schema leaves out of its value; one of: `ignore` (default; {@link schemaFaults} counts them), `refuse`.
   * A schema that keeps such fields, or refuses them itself, decides alone; one that renames fields leaves the old names out.
   */
  readonly extraFields?: 'ignore' | 'refuse'
}

const OPTIONS: OptionNames<ValidateOptions> = { onError: true, extraFields: true }

/**
 * Checks every element by a schema; what comes out is the schema's output, with its defaults and conversions.
 *
 * **Contract** — The schema is pure and synchronous (code `ASYNC_SCHEMA`: ask outside services in mapAsync, whose `parse` can check the
 * answer). What does not fit goes to the ledger as a dead letter whose detail says `SCHEMA:`, paths and messages, the same for the same
 * fault: no place in a list is named, and never a whole value.
 *
 * **Late data** — Timestamp, window and pane stay.
 *
 * ```ts
 * const orders = lines.pipe(validate('Orders', z.object({ id: z.string(), amount: z.int() })))
 * ```
 */
export function validate<S extends StandardSchema>(
  name: string,
  schema: S,
  options: ValidateOptions = {},
): PTransform<PCollection<unknown>, PCollection<StandardSchemaOutput<S>>> {
  const subject = `validate(${JSON.stringify(name)})`
  checkOptions(subject, options, OPTIONS)
  const onError = checkChoice(subject, 'onError', options.onError, ['fail', 'dead-letter']) ?? 'dead-letter'
  const extraFields = checkChoice(subject, 'extraFields', options.extraFields, ['ignore', 'refuse']) ?? 'ignore'
  requireStandardSchema(subject, schema)
  const valid = (element: unknown): StandardSchemaOutput<S> => {
    const typed = schema as StandardSchema<unknown, StandardSchemaOutput<S>>
    const { value, faults } = check(subject, typed, element, extraFields === 'refuse')
    if (faults.length > 0) throw unfit(subject, onError, faults)
    return value
  }
  return composite(name, (input: PCollection<unknown>) => input.pipe(map(valid, { onError })))
}

/**
 * What a schema says against elements: a {@link SchemaFault} for each issue and each field that it leaves out, none for those that fit.
 *
 * **Contract** — As {@link validate} sees it, element by element, so that faults can be counted by path and window: the answer to "what has
 * the producer changed, and when". Give it the collection that `validate` is given.
 *
 * ```ts
 * lines.pipe(schemaFaults('Faults', schema), withKeys(({ path }) => path), combinePerKey('PerPath', count()))
 * ```
 */
export function schemaFaults(
  name: string,
  schema: StandardSchema,
): PTransform<PCollection<unknown>, PCollection<SchemaFault>> {
  const subject = `schemaFaults(${JSON.stringify(name)})`
  requireStandardSchema(subject, schema)
  return composite(name, (input: PCollection<unknown>) =>
    input.pipe(flatMap((element) => check(subject, schema, element, true).faults)),
  )
}

function unfit(subject: string, onError: OnError, faults: readonly SchemaFault[]): PipelineError {
  const text = faultsText(faults)
  if (onError === 'dead-letter') return new PipelineError('SCHEMA', `SCHEMA: ${text}`)
  return new PipelineError(
    'SCHEMA',
    `An element does not fit the schema of ${subject}: ${text}. What is made of it would be wrong, so the run stops. Mend the source or the ` +
      "schema, or put such elements into the ledger with onError: 'dead-letter'.",
  )
}
