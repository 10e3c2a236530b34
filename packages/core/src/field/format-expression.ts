/**
 * formatExpression: an expression as people say it: `status is "ok" and latency > 250`.
 */
import { formatTimestamp, isTimestamp } from '../time/timestamp.ts'
import type { ArithmeticOperator, ComparisonOperator, ConstantValue, Expression, TextOperator } from './expression.ts'

const COMPARISONS: Readonly<Record<ComparisonOperator, string>> = {
  is: 'is',
  isNot: 'is not',
  lessThan: '<',
  atMost: '<=',
  moreThan: '>',
  atLeast: '>=',
}

const SIGNS: Readonly<Record<ArithmeticOperator, string>> = {
  plus: '+',
  minus: '-',
  times: '*',
  dividedBy: '/',
  remainder: 'mod',
}

const TEXTS: Readonly<Record<TextOperator, string>> = {
  lowerCase: 'lower case',
  upperCase: 'upper case',
  codePoints: 'code points',
}

/** How tightly the parts of an expression hold together. One that holds less tightly than its place asks for has parentheses. */
const LOOSE = 0
const JOINED = 1
const CONDITION = 2
const SUM = 3
const PRODUCT = 4
const PREFIXED = 5
const WHOLE = 6

/** Writes an expression for people; programs read the data. The text of an expression is always the same. */
export function formatExpression(expression: Expression): string {
  return format(expression, LOOSE)
}

function format(expression: Expression, place: number): string {
  const [text, tightness] = written(expression)
  return tightness < place ? `(${text})` : text
}

function written(expression: Expression): readonly [string, number] {
  switch (expression.kind) {
    case 'field':
      return [expression.path.map(nameText).join('.'), WHOLE]
    case 'constant':
      return [constantText(expression), WHOLE]
    case 'comparison': {
      const { operator, left, right } = expression
      return [`${format(left, SUM)} ${COMPARISONS[operator]} ${format(right, SUM)}`, CONDITION]
    }
    case 'isIn':
      return [`${format(expression.of, SUM)} is in (${expression.values.map(constantText).join(', ')})`, CONDITION]
    case 'isNull':
      return [`${format(expression.of, SUM)} is null`, CONDITION]
    case 'not':
      return expression.of.kind === 'isNull'
        ? [`${format(expression.of.of, SUM)} is present`, CONDITION]
        : [`not ${format(expression.of, WHOLE)}`, CONDITION]
    case 'allOf':
    case 'anyOf': {
      const [only, ...others] = expression.of.map((each) => format(each, CONDITION))
      if (others.length === 0) return written(expression.of[0]!)
      return [[only, ...others].join(expression.kind === 'allOf' ? ' and ' : ' or '), JOINED]
    }
    case 'arithmetic': {
      const { operator, left, right } = expression
      const tightness = operator === 'plus' || operator === 'minus' ? SUM : PRODUCT
      return [`${format(left, tightness)} ${SIGNS[operator]} ${format(right, tightness + 1)}`, tightness]
    }
    case 'truncation':
      return [`${expression.unit} of ${format(expression.of, PREFIXED)} in ${expression.zone}`, PREFIXED]
    case 'text':
      return [`${TEXTS[expression.operator]} of ${format(expression.of, PREFIXED)}`, PREFIXED]
    case 'orElse':
      return [`${format(expression.of, SUM)} or else ${constantText(expression.fallback)}`, LOOSE]
    case 'tuple':
      return [`[${expression.of.map(formatExpression).join(', ')}]`, WHOLE]
    case 'record':
      return [`{ ${Object.entries(expression.of).map(entryText).join(', ')} }`, WHOLE]
    // No default: the compiler says when a kind is missing.
  }
}

function entryText([name, expression]: readonly [string, Expression]): string {
  const [label, text] = [nameText(name), formatExpression(expression)]
  return label === text ? label : `${label}: ${text}`
}

// A name that could be taken for something else stands in backticks.
function nameText(name: string): string {
  return /^[\p{L}_$][\p{L}\p{N}_$-]*$/u.test(name) && !WORDS.has(name) ? name : `\`${name}\``
}

const WORDS: ReadonlySet<string> = new Set(['is', 'not', 'and', 'or', 'in', 'of', 'null', 'true', 'false', 'mod'])

function constantText({ type, value }: ConstantValue): string {
  if (type === 'timestamp') return isTimestamp(value) ? formatTimestamp(value) : String(value)
  if (type === 'bigint') return `${value}n`
  return type === 'text' ? JSON.stringify(value) : String(value)
}
