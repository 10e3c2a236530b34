/**
 * Logic: conditions that hold together, or not.
 *
 * A condition holds when it is `true`; null does not hold, and its denial does.
 */
import { badExpression, familyOf, makeNode, valueTypeOf, type Evaluate, type FieldNode } from './field-node.ts'

/** Whether all, or any, of several conditions hold. One of the same kind within is taken apart: `a and (b and c)` is `a and b and c`. */
export function junctionNode(kind: 'allOf' | 'anyOf', conditions: readonly FieldNode[]): FieldNode {
  for (const condition of conditions) requireCondition(kind, condition)
  if (conditions.length === 0)
    throw badExpression(`${kind} was given no conditions, so it would say nothing about a row. Give one or more.`)
  const of = conditions.flatMap(({ expression }) => (expression.kind === kind ? expression.of : [expression]))
  const closures = conditions.map(({ evaluate }) => evaluate)
  return makeNode({ kind, of: Object.freeze(of) }, kind === 'allOf' ? all(closures) : any(closures))
}

/** Whether a condition does not hold. */
export function negationNode(condition: FieldNode): FieldNode {
  requireCondition('not', condition)
  const { evaluate } = condition
  return makeNode({ kind: 'not', of: condition.expression }, (row) => evaluate(row) !== true)
}

function requireCondition(subject: string, { expression }: FieldNode): void {
  const family = familyOf(valueTypeOf(expression))
  if (family === 'boolean' || family === 'any') return
  throw badExpression(
    `${subject} was given a value of type ${valueTypeOf(expression)} for a condition. Only true or false says whether a row is meant. ` +
      'Compare it with something, such as amount.moreThan(0) or note.isPresent().',
  )
}

// Two are the usual case, and worth no loop.
function all(closures: readonly Evaluate[]): Evaluate {
  const [a, b] = closures
  if (a !== undefined && b !== undefined && closures.length === 2) return (row) => a(row) === true && b(row) === true
  return (row) => {
    for (const closure of closures) if (closure(row) !== true) return false
    return true
  }
}

function any(closures: readonly Evaluate[]): Evaluate {
  const [a, b] = closures
  if (a !== undefined && b !== undefined && closures.length === 2) return (row) => a(row) === true || b(row) === true
  return (row) => {
    for (const closure of closures) if (closure(row) === true) return true
    return false
  }
}
