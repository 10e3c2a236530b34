/**
 * What is computed of values: arithmetic, texts, and starts of calendar units.
 *
 * Null in gives null out. Numbers follow IEEE 754, as in JavaScript: an overflow is infinite, NaN stays NaN. Bigints are exact. The two
 * do not mix. Division by zero gives null for both, as no number is meant.
 */
import {
  calendarDays,
  calendarMonths,
  calendarQuarters,
  calendarWeeks,
  calendarYears,
  type CalendarWindowFn,
} from '../calendar/calendar-windows.ts'
import { requireTimestamp } from '../time/timestamp.ts'
import type { ArithmeticOperator, CalendarUnit, TextOperator, ValueType } from './expression.ts'
import {
  badExpression,
  familyOf,
  makeNode,
  valueTypeOf,
  type Evaluate,
  type FieldNode,
  type Row,
} from './field-node.ts'

/** A number of two numbers, or a bigint of two bigints. */
export function arithmeticNode(operator: ArithmeticOperator, left: FieldNode, right: FieldNode): FieldNode {
  requireNumbers(operator, left, right)
  const expression = { kind: 'arithmetic', operator, left: left.expression, right: right.expression } as const
  if (right.expression.kind === 'constant')
    return makeNode(expression, computedWith(operator, left.evaluate, right.evaluate({}) as number))
  return makeNode(expression, nullSafe(left.evaluate, right.evaluate, COMPUTED[operator]))
}

// With a constant, the usual case: one call for each row. The constant is not zero where it divides.
function computedWith(operator: ArithmeticOperator, evaluate: Evaluate, constant: number): Evaluate {
  const read = evaluate as (row: Row) => number | null
  switch (operator) {
    case 'plus':
      return (row) => {
        const value = read(row)
        return value === null ? null : value + constant
      }
    case 'minus':
      return (row) => {
        const value = read(row)
        return value === null ? null : value - constant
      }
    case 'times':
      return (row) => {
        const value = read(row)
        return value === null ? null : value * constant
      }
    case 'dividedBy':
      return (row) => {
        const value = read(row)
        return value === null ? null : value / constant
      }
    case 'remainder':
      return (row) => {
        const value = read(row)
        return value === null ? null : value % constant
      }
  }
}

// TypeScript has no type for "both numbers or both bigints"; nodes are checked to be so.
const COMPUTED: Readonly<Record<ArithmeticOperator, (a: number, b: number) => number | null>> = {
  plus: (a, b) => a + b,
  minus: (a, b) => a - b,
  times: (a, b) => a * b,
  dividedBy: (a, b) => (isZero(b) ? null : a / b),
  remainder: (a, b) => (isZero(b) ? null : a % b),
}

function isZero(value: number | bigint): boolean {
  return value === 0 || value === 0n
}

function nullSafe(a: Evaluate, b: Evaluate, compute: (a: number, b: number) => number | null): Evaluate {
  return (row) => {
    const value = a(row)
    if (value === null) return null
    const other = b(row)
    return other === null ? null : compute(value as number, other as number)
  }
}

function requireNumbers(operator: ArithmeticOperator, left: FieldNode, right: FieldNode): void {
  const types: readonly ValueType[] = [valueTypeOf(left.expression), valueTypeOf(right.expression)]
  const families = new Set(types.map(familyOf))
  families.delete('any')
  const [family, ...others] = families
  if (others.length > 0 || (family !== undefined && family !== 'number' && family !== 'bigint'))
    throw badExpression(
      `${operator} was given ${types[0]} and ${types[1]}. Numbers compute with numbers and bigints with bigints, as a bigint made a number can ` +
        'lose digits. Make both of one type in the schema; a constant bigint is written 10n.',
    )
  const divides = operator === 'dividedBy' || operator === 'remainder'
  const { expression } = right
  if (divides && expression.kind === 'constant' && (expression.value === 0 || expression.value === '0'))
    throw badExpression(`${operator} was given the constant 0. Every row would get null. Divide by something else.`)
}

const IN_CASE: Readonly<Record<TextOperator, (text: string) => string | number>> = {
  lowerCase: (text) => text.toLowerCase(),
  upperCase: (text) => text.toUpperCase(),
  codePoints: countCodePoints,
}

/** A text in one case, or its length. */
export function textNode(operator: TextOperator, of: FieldNode): FieldNode {
  requireFamily(operator, of, 'text')
  const { evaluate } = of
  const compute = IN_CASE[operator]
  return makeNode({ kind: 'text', operator, of: of.expression }, (row) => {
    const text = evaluate(row)
    return text === null ? null : compute(text as string)
  })
}

function countCodePoints(text: string): number {
  let count = 0
  for (const _ of text) count += 1
  return count
}

const WINDOWS: Readonly<Record<CalendarUnit, (zone: string) => CalendarWindowFn>> = {
  day: (zone) => calendarDays({ zone }),
  week: (zone) => calendarWeeks({ zone }),
  month: (zone) => calendarMonths({ zone }),
  quarter: (zone) => calendarQuarters({ zone }),
  year: (zone) => calendarYears({ zone }),
}

/** The units that a timestamp can be cut to. */
export const CALENDAR_UNITS: readonly CalendarUnit[] = Object.freeze(['day', 'week', 'month', 'quarter', 'year'])

/**
 * The start of the calendar unit that a timestamp is in: the start of its calendar window. Throws for a row whose value is no timestamp
 * (code `BAD_TIMESTAMP`).
 */
export function truncationNode(of: FieldNode, unit: CalendarUnit, zone: string): FieldNode {
  requireFamily('truncatedTo', of, 'number')
  if (!CALENDAR_UNITS.includes(unit))
    throw badExpression(
      `truncatedTo was given the unit ${JSON.stringify(unit)}. Only what a calendar counts is cut by its clocks. ` +
        `Use one of ${CALENDAR_UNITS.join(', ')}; shorter units are windows, such as fixedWindows(hours(1)).`,
    )
  if (typeof zone !== 'string')
    throw badExpression(
      `truncatedTo was given no zone. A ${unit} starts by the clocks of a place. Give an IANA name, such as "Europe/Berlin", or "UTC".`,
    )
  const windows = WINDOWS[unit](zone)
  const { evaluate } = of
  // The zone's own name, whatever the caller's spelling.
  return makeNode({ kind: 'truncation', of: of.expression, unit, zone: windows.zone }, (row) => {
    const timestamp = evaluate(row)
    if (timestamp === null) return null
    return windows.assign(requireTimestamp(timestamp, `What is truncated to the ${unit}`), null)[0]!.start
  })
}

function requireFamily(subject: string, { expression }: FieldNode, family: 'text' | 'number'): void {
  const type = valueTypeOf(expression)
  if (familyOf(type) === family || type === 'any') return
  const wanted = family === 'text' ? 'a text' : 'a timestamp'
  throw badExpression(
    `${subject} was given a value of type ${type}. It is about ${wanted}. Ask it of a field that is one.`,
  )
}
