/**
 * The methods of field expressions: what makes a function of a node, and nodes of functions.
 *
 * The closure itself is the function: it is called with a row and nothing stands between. The methods stand in its prototype, so a thousand
 * expressions hold them once.
 */
import { comparisonNode, fallbackNode, membershipNode, nullTestNode } from './comparison-node.ts'
import { arithmeticNode, textNode, truncationNode } from './computed-nodes.ts'
import type { ArithmeticOperator, CalendarUnit, ComparisonOperator, TextOperator } from './expression.ts'
import type { FieldExpression } from './field-expression.ts'
import { nodeOf, requireNode, valueTypeOf, type FieldNode } from './field-node.ts'
import { constantNode } from './leaf-nodes.ts'
import { junctionNode, negationNode } from './logic-node.ts'

/** Makes the frozen function of a node, with further properties of its own where a field has some. */
export function expressionFunction<Row, T>(
  node: FieldNode,
  own: Readonly<Record<string, unknown>> = {},
): FieldExpression<Row, T> {
  const fn = Object.assign(Object.setPrototypeOf(node.evaluate, methods) as object, {
    ...own,
    expression: node.expression,
  })
  return Object.freeze(fn) as FieldExpression<Row, T>
}

function compare(operator: ComparisonOperator): (this: unknown, other: unknown) => unknown {
  return function (this: unknown, other: unknown) {
    const left = requireNode(operator, this)
    return expressionFunction(comparisonNode(operator, left, operandOf(left, other)))
  }
}

function compute(operator: ArithmeticOperator): (this: unknown, other: unknown) => unknown {
  return function (this: unknown, other: unknown) {
    const left = requireNode(operator, this)
    return expressionFunction(arithmeticNode(operator, left, operandOf(undefined, other)))
  }
}

function text(operator: TextOperator): (this: unknown) => unknown {
  return function (this: unknown) {
    return expressionFunction(textNode(operator, requireNode(operator, this)))
  }
}

function join(name: string, kind: 'allOf' | 'anyOf'): (this: unknown, other: unknown) => unknown {
  return function (this: unknown, other: unknown) {
    return expressionFunction(junctionNode(kind, [requireNode(name, this), requireNode(name, other)]))
  }
}

function operandOf(beside: FieldNode | undefined, operand: unknown): FieldNode {
  return nodeOf(operand) ?? constantNode(operand, beside && valueTypeOf(beside.expression))
}

const methods: object = Object.freeze(
  Object.assign(Object.create(Function.prototype) as object, {
    is: compare('is'),
    isNot: compare('isNot'),
    lessThan: compare('lessThan'),
    atMost: compare('atMost'),
    moreThan: compare('moreThan'),
    atLeast: compare('atLeast'),
    isIn(this: unknown, values: readonly unknown[]) {
      return expressionFunction(membershipNode(requireNode('isIn', this), values))
    },
    isNull(this: unknown) {
      return expressionFunction(nullTestNode(requireNode('isNull', this)))
    },
    isPresent(this: unknown) {
      return expressionFunction(negationNode(nullTestNode(requireNode('isPresent', this))))
    },
    orElse(this: unknown, fallback: unknown) {
      return expressionFunction(fallbackNode(requireNode('orElse', this), fallback))
    },
    and: join('and', 'allOf'),
    or: join('or', 'anyOf'),
    plus: compute('plus'),
    minus: compute('minus'),
    times: compute('times'),
    dividedBy: compute('dividedBy'),
    remainder: compute('remainder'),
    truncatedTo(this: unknown, unit: CalendarUnit, zone: string) {
      return expressionFunction(truncationNode(requireNode('truncatedTo', this), unit, zone))
    },
    lowerCase: text('lowerCase'),
    upperCase: text('upperCase'),
    codePoints: text('codePoints'),
  }),
)
