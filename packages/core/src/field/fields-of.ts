/**
 * fieldsOf: which fields an expression reads. Lineage goes from a metric to these.
 */
import type { Expression, ValueType } from './expression.ts'

/** A field that is read. */
export interface FieldRead {
  /** Name of the schema. */
  readonly schema: string
  /** The field's name, behind those of the records that it is in: `price.amount`. */
  readonly field: string
  readonly type: ValueType
}

/** The fields that an expression reads, each once, in the order of schema and field. */
export function fieldsOf(expression: Expression): readonly FieldRead[] {
  const reads = new Map<string, FieldRead>()
  const waiting: Expression[] = [expression]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (next.kind === 'field') {
      const { schema, path, type } = next
      reads.set(JSON.stringify([schema, path]), { schema, field: path.join('.'), type })
    }
    waiting.push(...partsOf(next))
  }
  return [...reads.values()].sort((a, b) => order(a.schema, b.schema) || order(a.field, b.field))
}

/** The expressions that an expression is made of. */
export function partsOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'field':
    case 'constant':
      return []
    case 'comparison':
    case 'arithmetic':
      return [expression.left, expression.right]
    case 'allOf':
    case 'anyOf':
    case 'tuple':
      return expression.of
    case 'record':
      return Object.values(expression.of)
    case 'isIn':
      return [expression.of, ...expression.values]
    case 'orElse':
      return [expression.of, expression.fallback]
    default:
      return [expression.of]
  }
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
