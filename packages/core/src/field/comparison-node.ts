/**
 * Comparisons: two values by an operator, or one with several.
 *
 * Null equals nothing, not even null, and is neither less nor more than anything; `isNot` and `not` are exact contraries of what they deny.
 * Logic stays two-valued, so that a condition and its denial part the rows: what one counts the other does not, and nothing falls between,
 * which SQL's third truth value lets happen.
 */
import type { ComparisonOperator, ValueType } from './expression.ts'
import { compareDecimals } from './decimal-order.ts'
import {
  badExpression,
  familyOf,
  makeNode,
  shown,
  valueTypeOf,
  type Evaluate,
  type Family,
  type FieldNode,
} from './field-node.ts'
import { constantNode, valueOfConstant } from './leaf-nodes.ts'
import { compareTexts } from './text-order.ts'

/** Compares two values of one family. */
export function comparisonNode(operator: ComparisonOperator, left: FieldNode, right: FieldNode): FieldNode {
  const family = comparedFamily(operator, left, right)
  const expression = { kind: 'comparison', operator, left: left.expression, right: right.expression } as const
  return makeNode(expression, closureOf(operator, family, left, right))
}

/** Whether a value equals one of several constants. */
export function membershipNode(of: FieldNode, constants: readonly unknown[]): FieldNode {
  if (!Array.isArray(constants))
    throw badExpression(
      `isIn was given ${shown(constants)} and no list, so it would not be clear what is meant. Give a list, such as isIn(["a", "b"]).`,
    )
  const type = valueTypeOf(of.expression)
  const nodes = (constants as readonly unknown[]).map((value) => constantNode(value, type))
  for (const node of nodes) comparedFamily('is', of, node)
  const values = nodes.map(({ expression }) => expression)
  if (values.length === 0)
    throw badExpression('isIn was given no values, so it would hold for no row. Give the values that are meant.')
  const expression = { kind: 'isIn', of: of.expression, values: Object.freeze(values) } as const
  const { evaluate } = of
  const known = values.map(valueOfConstant)
  if (type === 'decimal') return makeNode(expression, (row) => isOneOf(evaluate(row), known))
  const set = new Set<unknown>(known)
  return makeNode(expression, (row) => set.has(evaluate(row)))
}

function isOneOf(value: unknown, decimals: readonly unknown[]): boolean {
  return decimals.some((decimal) => compareDecimals(value, decimal) === 0)
}

/** Whether a value is null. */
export function nullTestNode(of: FieldNode): FieldNode {
  const { evaluate } = of
  return makeNode({ kind: 'isNull', of: of.expression }, (row) => evaluate(row) === null)
}

/** A value, or a constant where it is null. */
export function fallbackNode(of: FieldNode, fallback: unknown): FieldNode {
  const node = constantNode(fallback, valueTypeOf(of.expression))
  comparedFamily('is', of, node)
  const value = node.evaluate({})
  const { evaluate } = of
  return makeNode({ kind: 'orElse', of: of.expression, fallback: node.expression }, (row) => evaluate(row) ?? value)
}

const ORDERED: ReadonlySet<Family> = new Set<Family>(['text', 'number', 'bigint', 'decimal'])

// 'any' beside another type may be of it or not, which is seen at each row; beside a decimal it is one or nothing.
function comparedFamily(operator: ComparisonOperator, left: FieldNode, right: FieldNode): Family {
  const types: readonly ValueType[] = [valueTypeOf(left.expression), valueTypeOf(right.expression)]
  const [family, other] = types.map(familyOf) as [Family, Family]
  if (family !== other && family !== 'any' && other !== 'any')
    throw badExpression(
      `${operator} compares ${types[0]} with ${types[1]}. Values of two types are never equal, and in no order. ` +
        `Compare values of one type${types.includes('bigint') ? ', such as bigints with 10n' : ''}.`,
    )
  const known = family === 'any' ? other : family
  if (known === 'list' || known === 'record' || known === 'tuple')
    throw badExpression(
      `${operator} compares a ${known}. Lists and records have no order, and two of them are equal only as wholes. Compare the values in them.`,
    )
  if (operator === 'is' || operator === 'isNot' || known === 'any' || ORDERED.has(known))
    return family === other || known === 'decimal' ? known : 'any'
  throw badExpression(`${operator} compares values of type ${known}, which have no order. Use is(true) or isNot(true).`)
}

function closureOf(operator: ComparisonOperator, family: Family, left: FieldNode, right: FieldNode): Evaluate {
  const { evaluate: a } = left
  const { evaluate: b } = right
  const constant = right.expression.kind === 'constant' ? valueOfConstant(right.expression) : undefined
  if (family === 'decimal') return ordered(operator, a, b, compareDecimals)
  if (operator === 'is' || operator === 'isNot') return equality(operator, a, b, constant)
  if (family === 'text') return ordered(operator, a, b, compareTexts)
  if (family === 'any') return ordered(operator, a, b, compareAny)
  return constant === undefined ? numeric(operator, a, b) : numericWith(operator, a, constant)
}

function equality(operator: 'is' | 'isNot', a: Evaluate, b: Evaluate, constant: unknown): Evaluate {
  if (constant !== undefined) {
    return operator === 'is' ? (row) => a(row) === constant : (row) => a(row) !== constant
  }
  const is: Evaluate = (row) => {
    const value = a(row)
    return value !== null && value === b(row)
  }
  return operator === 'is' ? is : (row) => !is(row)
}

function numericWith(
  operator: ComparisonOperator,
  a: Evaluate,
  constant: string | number | boolean | bigint,
): Evaluate {
  // Null is the one value that is no number, and JavaScript would take it for 0.
  switch (operator) {
    case 'lessThan':
      return (row) => {
        const value = a(row) as number | null
        return value !== null && value < (constant as number)
      }
    case 'atMost':
      return (row) => {
        const value = a(row) as number | null
        return value !== null && value <= (constant as number)
      }
    case 'moreThan':
      return (row) => {
        const value = a(row) as number | null
        return value !== null && value > (constant as number)
      }
    default:
      return (row) => {
        const value = a(row) as number | null
        return value !== null && value >= (constant as number)
      }
  }
}

function numeric(operator: ComparisonOperator, a: Evaluate, b: Evaluate): Evaluate {
  return ordered(operator, a, b, compareNumbers)
}

/** Tests the order of two values that are both present; an order that is NaN holds in no direction. */
function ordered<V>(operator: ComparisonOperator, a: Evaluate, b: Evaluate, compare: (a: V, b: V) => number): Evaluate {
  const holds = HOLDS[operator]
  const missing = operator === 'isNot'
  return (row) => {
    const value = a(row)
    const other = b(row)
    if (value === null || other === null) return missing
    return holds(compare(value as V, other as V))
  }
}

const HOLDS: Readonly<Record<ComparisonOperator, (order: number) => boolean>> = {
  is: (order) => order === 0,
  isNot: (order) => order !== 0,
  lessThan: (order) => order < 0,
  atMost: (order) => order <= 0,
  moreThan: (order) => order > 0,
  atLeast: (order) => order >= 0,
}

// NaN is in no order with anything, as in JavaScript.
function compareNumbers(a: number | bigint, b: number | bigint): number {
  return a < b ? -1 : a > b ? 1 : a === b ? 0 : NaN
}

function compareAny(a: unknown, b: unknown): number {
  if (typeof a !== typeof b) return NaN
  if (typeof a === 'string') return compareTexts(a, b as string)
  return typeof a === 'number' || typeof a === 'bigint' ? compareNumbers(a, b as number) : NaN
}
