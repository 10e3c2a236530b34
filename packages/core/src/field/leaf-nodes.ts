/**
 * The nodes that expressions begin with: fields and constants.
 */
import type { ConstantValue, ValueType } from './expression.ts'
import { badExpression, makeNode, shown, type FieldNode, type Row } from './field-node.ts'
import { isDecimal } from './decimal-order.ts'
import { readerOf } from './field-reader.ts'

/** Reads a field: `null` where it, or a record that it is in, is null or absent. */
export function fieldNode(schema: string, path: readonly string[], type: ValueType): FieldNode {
  const [name, ...rest] = path
  // What every object has would be found in a row that has no such field.
  if (name === undefined || path.some((each) => each in Object.prototype))
    throw badExpression(
      `A field of "${schema}" has the path ${JSON.stringify(path)}, which names nothing that only some rows have. Give the name of a field.`,
    )
  const expression = { kind: 'field', schema, path: Object.freeze([...path]), type } as const
  if (rest.length === 0) return makeNode(expression, readerOf(name))
  const readers = path.map(readerOf)
  return makeNode(expression, (row) => {
    let value: unknown = row
    for (const read of readers) {
      value = read(value as Row)
      if (value === null) return null
    }
    return value
  })
}

/**
 * A constant. Beside a timestamp or a decimal it is one too, so that it is shown and compared as one.
 *
 * NaN and the infinities are refused: JSON cannot carry them, and nothing equals NaN. -0 is 0.
 */
export function constantNode(value: unknown, beside: ValueType = 'any'): FieldNode<ConstantValue> {
  const expression = Object.freeze(constantOf(value, beside))
  const constant = valueOfConstant(expression)
  return makeNode(expression, () => constant)
}

/** The value that a constant stands for. */
export function valueOfConstant({ type, value }: ConstantValue): string | number | boolean | bigint {
  return type === 'bigint' ? BigInt(value) : value
}

function constantOf(value: unknown, beside: ValueType): ConstantValue {
  switch (typeof value) {
    case 'string':
      if (beside !== 'decimal') return { kind: 'constant', type: 'text', value }
      if (!isDecimal(value)) break
      return { kind: 'constant', type: 'decimal', value }
    case 'number':
      if (!Number.isFinite(value)) break
      return { kind: 'constant', type: beside === 'timestamp' ? 'timestamp' : 'number', value: value === 0 ? 0 : value }
    case 'boolean':
      return { kind: 'constant', type: 'boolean', value }
    case 'bigint':
      return { kind: 'constant', type: 'bigint', value: String(value) }
    default:
  }
  throw badExpression(
    `${shown(value)} cannot be a constant of an expression${beside === 'decimal' ? ' about a decimal' : ''}. It must mean the same after JSON has carried ` +
      'it. Give a text, a finite number, a boolean or a bigint; a decimal as a text such as "12.50"; for null there is isNull().',
  )
}
