/**
 * Several values in one: tuples and records of expressions, for keys and dimensions.
 */
import { badExpression, makeNode, type Evaluate, type FieldNode } from './field-node.ts'

/** Values side by side. */
export function tupleNode(items: readonly FieldNode[]): FieldNode {
  if (items.length === 0)
    throw badExpression('tupleOf was given no expressions, so every row would get the same. Give one or more.')
  const of = Object.freeze(items.map(({ expression }) => expression))
  const closures = items.map(({ evaluate }) => evaluate)
  return makeNode({ kind: 'tuple', of }, tuple(closures))
}

/** Values by name. */
export function recordNode(items: Readonly<Record<string, FieldNode>>): FieldNode {
  const entries = Object.entries(items)
  if (entries.length === 0)
    throw badExpression('recordOf was given no expressions, so every row would get the same. Give one or more.')
  if (entries.some(([name]) => name === '__proto__'))
    throw badExpression('recordOf was given the name "__proto__", which no record can hold. Name it otherwise.')
  const of = Object.freeze(Object.fromEntries(entries.map(([name, { expression }]) => [name, expression])))
  const closures = entries.map(([name, { evaluate }]) => [name, evaluate] as const)
  return makeNode({ kind: 'record', of }, (row) => {
    const record: Record<string, unknown> = {}
    for (const [name, closure] of closures) record[name] = closure(row)
    return record
  })
}

// Keys of two are the usual case, and worth no loop.
function tuple(closures: readonly Evaluate[]): Evaluate {
  const [a, b] = closures
  if (a !== undefined && b !== undefined && closures.length === 2) return (row) => [a(row), b(row)]
  return (row) => closures.map((closure) => closure(row))
}
