/**
 * Row checks: what is wrong with a value by a short form, all of it and not only the first.
 */
import type { StandardIssue } from '../model/standard-schema.ts'
import { isTimestamp } from '../time/timestamp.ts'
import { isDecimal } from './decimal-order.ts'
import type { ValueType } from './expression.ts'
import { shown } from './field-node.ts'
import type { FieldShape, Shapes } from './field-shape.ts'

/** The issues of a value that is to be a row. Fields that the schema does not name are let be. */
export function rowIssues(shapes: Shapes, value: unknown, path: readonly PropertyKey[] = []): readonly StandardIssue[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [expected('a record', value, path)]
  return Object.entries(shapes).flatMap(([name, shape]) => {
    const field: unknown = Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined
    return fieldIssues(shape, field, [...path, name])
  })
}

function fieldIssues(shape: FieldShape, value: unknown, path: readonly PropertyKey[]): readonly StandardIssue[] {
  if (value === null || value === undefined) return shape.optional ? [] : [expected(TEXTS[shape.type], value, path)]
  if (shape.fields !== undefined) return rowIssues(shape.fields, value, path)
  if (shape.items === undefined) return CHECKS[shape.type](value) ? [] : [expected(TEXTS[shape.type], value, path)]
  if (!Array.isArray(value)) return [expected('a list', value, path)]
  const { items } = shape
  return value.flatMap((item: unknown, index) =>
    CHECKS[items](item) ? [] : [expected(TEXTS[items], item, [...path, index])],
  )
}

function expected(what: string, value: unknown, path: readonly PropertyKey[]): StandardIssue {
  return { message: `expected ${what}, got ${value === undefined ? 'nothing' : shown(value)}`, path }
}

const TEXTS: Readonly<Record<ValueType, string>> = {
  text: 'a text',
  integer: 'a safe integer',
  number: 'a finite number',
  boolean: 'true or false',
  timestamp: 'a timestamp (whole milliseconds since the epoch)',
  bigint: 'a bigint',
  decimal: 'a decimal as a text, such as "12.50"',
  list: 'a list',
  record: 'a record',
  tuple: 'a list',
  any: 'a value',
}

const isRecord = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value)

const CHECKS: Readonly<Record<ValueType, (value: unknown) => boolean>> = {
  text: (value) => typeof value === 'string',
  integer: Number.isSafeInteger,
  number: Number.isFinite,
  boolean: (value) => typeof value === 'boolean',
  timestamp: isTimestamp,
  bigint: (value) => typeof value === 'bigint',
  decimal: isDecimal,
  list: Array.isArray,
  record: isRecord,
  tuple: Array.isArray,
  any: () => true,
}
