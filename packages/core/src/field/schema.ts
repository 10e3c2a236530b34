/**
 * Schema: what a row is called, which fields it has, and how one is told from what is none.
 *
 * From one object come the type of the row, the fields that expressions begin with, and the check of what comes from outside. A schema is
 * a Standard Schema too, so it can stand wherever one is asked for.
 */
import { nearestName } from '../error/nearest-name.ts'
import { PipelineError } from '../error/pipeline-error.ts'
import {
  formatIssues,
  isStandardSchema,
  parseStandard,
  type StandardResult,
  type StandardSchema,
} from '../model/standard-schema.ts'
import { describedShapes } from './described-shapes.ts'
import { badSchema, shapesOf, type FieldShape, type Shapes } from './field-shape.ts'
import { expressionFunction } from './field-methods.ts'
import { fieldNode } from './leaf-nodes.ts'
import { rowIssues } from './row-check.ts'
import type { AllFieldsOf, FieldsOf } from './schema-fields.ts'
import type { RowFor, ShortForm, ShortFormOf } from './short-form.ts'

/** The fields of a schema as JSON: the short form, with `any` for a type that is not known and an object for a record. */
export type DescribedFields = { readonly [name: string]: string | DescribedFields }

/** What a schema is, as JSON: for a dictionary or a lineage graph. */
export interface SchemaDescription {
  readonly name: string
  readonly fields: DescribedFields
  /** Whose schema says what a row is: `tidemark` for a short form, otherwise the library's name. */
  readonly vendor: string
}

/** A schema of rows, with the fields that it names. Frozen. */
export interface Schema<Row, Fields = AllFieldsOf<Row>> extends StandardSchema<unknown, Row> {
  readonly name: string
  /** The fields by name, each a {@link FieldExpression}. A name that the schema lacks is an error (code `UNKNOWN_FIELD`). */
  readonly fields: Fields
  /** Returns the row that a value is, or throws a {@link PipelineError} with code `BAD_ROW` that says all that is wrong with it. */
  parse(value: unknown): Row
  describe(): SchemaDescription
}

/** The row of a schema, for the compiler. */
export type RowOfSchema<S extends { parse(value: unknown): unknown }> = ReturnType<S['parse']>

/** Names the fields of a Standard Schema that can say which it has (zod 4.2 and newer). */
export function schema<Row>(name: string, standard: StandardSchema<unknown, Row>): Schema<Row>
/** Names fields of a Standard Schema: those that are used, in short form. Their types must be those of the schema. */
export function schema<Row, const S extends ShortFormOf<Row>>(
  name: string,
  standard: StandardSchema<unknown, Row>,
  fields: S & Readonly<Record<Exclude<keyof S, keyof Row>, never>>,
): Schema<Row, FieldsOf<Row, S>>
/**
 * Describes rows in short form, one word for a field: `text`, `integer` (safe), `number`, `boolean`, `timestamp`, `bigint` or `decimal`; `[]`
 * behind it for a list, `?` for a field that may be null or absent, an object for a record.
 *
 * **Contract** — A row is a record that has the fields; others in it are let be, and the row is the value itself. Throws (code `BAD_SCHEMA`)
 * for a type that is none.
 *
 * ```ts
 * const order = schema('Order', { id: 'text', amount: 'integer', note: 'text?' })
 * const isLarge = order.fields.amount.moreThan(100)
 * isLarge({ id: 'a', amount: 250 }) // => true
 * formatExpression(isLarge.expression) // => 'amount > 100'
 * ```
 */
export function schema<const S extends ShortForm>(name: string, fields: S): Schema<RowFor<S>, FieldsOf<RowFor<S>, S>>
export function schema(name: string, first: unknown, fields?: unknown): Schema<unknown, unknown> {
  const subject = `schema(${JSON.stringify(name)})`
  if (typeof name !== 'string' || name === '')
    throw badSchema(
      'A schema was given no name. Lineage and the dictionary know it by one. Give it first: schema("Order", …).',
    )
  if (isStandardSchema(first)) {
    const shapes = fields === undefined ? describedShapes(subject, first) : shapesOf(subject, fields)
    return makeSchema(name, shapes, first['~standard'].vendor, (value) => parseStandard(subject, first, value))
  }
  const shapes = shapesOf(subject, first)
  return makeSchema(name, shapes, 'tidemark', (value) => {
    const issues = rowIssues(shapes, value)
    return issues.length === 0 ? { value } : { issues }
  })
}

function makeSchema(
  name: string,
  shapes: Shapes,
  vendor: string,
  validate: (value: unknown) => StandardResult<unknown>,
): Schema<unknown, unknown> {
  const description: SchemaDescription = Object.freeze({ name, fields: described(shapes), vendor })
  return Object.freeze({
    name,
    fields: fieldsOf(name, shapes, []),
    '~standard': Object.freeze({ version: 1 as const, vendor: 'tidemark', validate }),
    parse: (value: unknown) => {
      const result = validate(value)
      if (result.issues === undefined) return result.value
      throw new PipelineError(
        'BAD_ROW',
        `A value is no row of "${name}": ${formatIssues(result.issues)}. What is computed of it would be wrong. ` +
          'Mend what writes it, or let it go to the dead letters.',
      )
    },
    describe: () => description,
  })
}

function fieldsOf(name: string, shapes: Shapes, inside: readonly string[]): Readonly<Record<string, unknown>> {
  const fields = Object.fromEntries(
    Object.entries(shapes).map(([field, shape]) => [field, fieldOf(name, [...inside, field], shape)]),
  )
  return new Proxy(Object.freeze(fields), {
    // What every object has stays, and so does what promises and test tools are known by: others ask whether it is there.
    get: (target, key) => {
      if (typeof key === 'symbol' || key in target || FOREIGN.test(key)) return Reflect.get(target, key) as unknown
      throw unknownField(name, [...inside, key], Object.keys(target))
    },
  })
}

// As of promises, JSON, elements of a page, and matchers.
const FOREIGN = /^(?:then|toJSON|nodeType|tagName|asymmetricMatch|\$\$.*|@@.*)$/

function fieldOf(name: string, path: readonly string[], { type, fields }: FieldShape): unknown {
  const node = fieldNode(name, path, type)
  return expressionFunction(node, fields === undefined ? {} : { fields: fieldsOf(name, fields, path) })
}

function unknownField(name: string, path: readonly string[], known: readonly string[]): PipelineError {
  const meant = nearestName(path.at(-1) ?? '', known)
  return new PipelineError(
    'UNKNOWN_FIELD',
    `The schema "${name}" has no field "${path.join('.')}", so it would be null in every row. ` +
      (meant === undefined ? '' : `Did you mean "${meant}"? `) +
      `Its fields${path.length > 1 ? ` of "${path.slice(0, -1).join('.')}"` : ''} are ${known.join(', ')}.`,
  )
}

function described(shapes: Shapes): DescribedFields {
  return Object.freeze(
    Object.fromEntries(
      Object.entries(shapes).map(([name, { type, items, fields, optional }]) => {
        if (fields !== undefined) return [name, described(fields)]
        const word = items === undefined ? type : `${items}[]`
        return [name, `${word}${optional ? '?' : ''}`]
      }),
    ),
  )
}
