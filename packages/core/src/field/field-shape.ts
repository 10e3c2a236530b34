/**
 * FieldShape: what is known of a field while a program runs, whatever has said it: the short form or a schema's own description.
 */
import { misspelledName } from '../error/nearest-name.ts'
import { PipelineError } from '../error/pipeline-error.ts'
import type { ValueType } from './expression.ts'
import { shown } from './field-node.ts'

/** The scalar types, by name. */
export const SCALARS: readonly ValueType[] = ['text', 'integer', 'number', 'boolean', 'timestamp', 'bigint', 'decimal']

/** What a field holds. */
export interface FieldShape {
  readonly type: ValueType
  /** Whether it may be null or absent. */
  readonly optional: boolean
  /** What a list holds. */
  readonly items?: ValueType
  /** What a record holds. */
  readonly fields?: Shapes
}

/** The fields of a record, by name. */
export type Shapes = Readonly<Record<string, FieldShape>>

/** Reads a short form. Throws a {@link PipelineError} with code `BAD_SCHEMA` that names the field at fault. */
export function shapesOf(subject: string, form: unknown, inside = ''): Shapes {
  if (typeof form !== 'object' || form === null || Array.isArray(form))
    throw badSchema(
      `${subject} was given ${shown(form)} for its fields${inside === '' ? '' : ` of "${inside}"`}. A row is a record of named fields. ` +
        "Give an object such as { id: 'text', amount: 'integer' }.",
    )
  const entries = Object.entries(form).map(
    ([name, type]) => [name, shapeOf(subject, `${inside}${name}`, name, type)] as const,
  )
  if (entries.length === 0)
    throw badSchema(`${subject} has no fields, so nothing of a row could be named. Give one or more.`)
  return Object.freeze(Object.fromEntries(entries))
}

function shapeOf(subject: string, path: string, name: string, type: unknown): FieldShape {
  // What every object has would be found in a row that has no such field.
  if (name in Object.prototype)
    throw badSchema(
      `${subject} has a field "${path}", which every object of JavaScript has a property for. A row without the field would seem to have it. ` +
        'Name it otherwise.',
    )
  if (typeof type === 'object')
    return Object.freeze({ type: 'record', optional: false, fields: shapesOf(subject, type, `${path}.`) })
  const [, scalar, list, optional] = /^([a-z]+)(\[\])?(\?)?$/.exec(typeof type === 'string' ? type : '') ?? []
  const known = SCALARS.find((each) => each === scalar)
  if (known === undefined) throw badType(subject, path, type)
  return Object.freeze({
    type: list === undefined ? known : 'list',
    optional: optional !== undefined,
    ...(list !== undefined && { items: known }),
  })
}

function badType(subject: string, path: string, type: unknown): PipelineError {
  const meant = typeof type === 'string' ? misspelledName(type, SCALARS) : undefined
  return badSchema(
    `${subject} has a field "${path}" of type ${shown(type)}, which is none. ` +
      (meant === undefined
        ? `Use one of ${SCALARS.join(', ')}, with [] behind it for a list and ? for a field that may be null or absent.`
        : `Did you mean "${meant}"?`),
  )
}

/** An error of a schema that cannot be. */
export function badSchema(message: string, cause?: unknown): PipelineError {
  return new PipelineError('BAD_SCHEMA', message, { cause })
}
