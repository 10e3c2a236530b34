/**
 * Described shapes: the fields of a Standard Schema that can describe itself as JSON Schema (Standard JSON Schema v1, as zod 4.2 and newer).
 *
 * What JSON Schema says of a field is taken as far as it is one type; of any other field it is known that it is there, and no more.
 */
import type { StandardSchema } from '../model/standard-schema.ts'
import type { ValueType } from './expression.ts'
import { badSchema, type FieldShape, type Shapes } from './field-shape.ts'

interface JsonSchema {
  readonly type?: unknown
  readonly properties?: unknown
  readonly required?: unknown
  readonly anyOf?: unknown
}

/** The fields of what a schema gives. Throws (code `BAD_SCHEMA`) when it cannot say. */
export function describedShapes(subject: string, schema: StandardSchema): Shapes {
  const described = describe(subject, schema)
  const shapes = isObject(described) ? recordShapes(described) : undefined
  if (shapes !== undefined) return shapes
  throw mute(subject, schema, undefined)
}

function describe(subject: string, schema: StandardSchema): unknown {
  const converter: unknown = Reflect.get(schema['~standard'], 'jsonSchema')
  const output: unknown = isObject(converter) ? Reflect.get(converter, 'output') : undefined
  if (typeof output !== 'function') throw mute(subject, schema, undefined)
  try {
    return Reflect.apply(output, converter, [{ target: 'draft-2020-12' }])
  } catch (cause) {
    throw mute(subject, schema, cause)
  }
}

function mute(subject: string, schema: StandardSchema, cause: unknown): Error {
  return badSchema(
    `The schema of ${subject} (${schema['~standard'].vendor}) does not say which fields its rows have. They could not be named. ` +
      `Give those that are used beside it: schema(…, …, { amount: 'integer' }).`,
    cause,
  )
}

function recordShapes({ properties, required }: JsonSchema): Shapes | undefined {
  if (!isObject(properties)) return undefined
  const needed: readonly unknown[] = Array.isArray(required) ? required : []
  const entries = Object.entries(properties).map(
    ([name, each]) => [name, shapeOf(each, !needed.includes(name))] as const,
  )
  return Object.freeze(Object.fromEntries(entries))
}

function shapeOf(schema: unknown, absent: boolean): FieldShape {
  const parts = partsOf(schema)
  const present = parts.filter((part) => !isObject(part) || Reflect.get(part, 'type') !== 'null')
  const optional = absent || present.length < parts.length
  const [only] = present
  if (present.length !== 1 || !isObject(only)) return Object.freeze({ type: 'any', optional })
  const fields = recordShapes(only)
  if (fields !== undefined) return Object.freeze({ type: 'record', optional, fields })
  return Object.freeze({ type: TYPES.get((only as JsonSchema).type) ?? 'any', optional })
}

// A type that may be null is written as any of two schemas, or as a list of two types.
function partsOf(schema: unknown): readonly unknown[] {
  if (!isObject(schema)) return [schema]
  const { anyOf, type } = schema as JsonSchema
  if (Array.isArray(anyOf)) return anyOf as readonly unknown[]
  return Array.isArray(type) ? type.map((each: unknown) => ({ ...schema, type: each })) : [schema]
}

const TYPES: ReadonlyMap<unknown, ValueType> = new Map<unknown, ValueType>([
  ['string', 'text'],
  ['integer', 'integer'],
  ['number', 'number'],
  ['boolean', 'boolean'],
  ['array', 'list'],
  ['object', 'record'],
])

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
