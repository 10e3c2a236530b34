/**
 * fromExpression: a function again, of an expression that JSON has carried.
 *
 * What comes from outside is not trusted: every part is checked, with the same checks as in a program, and an error says where it stands.
 */
import { PipelineError } from '../error/pipeline-error.ts'
import { comparisonNode, fallbackNode, membershipNode, nullTestNode } from './comparison-node.ts'
import { arithmeticNode, textNode, truncationNode } from './computed-nodes.ts'
import {
  expressionOf,
  type ArithmeticOperator,
  type CalendarUnit,
  type ComparisonOperator,
  type ConstantValue,
  type TextOperator,
  type ValueType,
} from './expression.ts'
import type { FieldExpression } from './field-expression.ts'
import { expressionFunction } from './field-methods.ts'
import type { Schema } from './schema.ts'
import { shown, type FieldNode } from './field-node.ts'
import { recordNode, tupleNode } from './gathering-nodes.ts'
import { constantNode, fieldNode } from './leaf-nodes.ts'
import { junctionNode, negationNode } from './logic-node.ts'

/**
 * Makes the function of an expression. With a schema, one of its rows: every field that is read must be one of the schema's.
 *
 * **Contract** — Of what `expressionOf(fn)` gives, also after JSON, it makes a function that computes what `fn` does. Throws a
 * {@link PipelineError} with code `BAD_EXPRESSION` and the path of the fault, such as `left.of`, for anything else, and with code
 * `UNKNOWN_FIELD` for a field that the schema lacks: it would be null in every row.
 */
export function fromExpression<Row = unknown>(
  expression: unknown,
  schema?: Schema<Row, unknown>,
): FieldExpression<Row, unknown> {
  return expressionFunction(new Reader([], schema).node(expression))
}

// Two names a level at most: what goes deeper would exhaust the stack, here or where it is computed.
const DEEPEST = 1000

/** Reads data at a path. */
class Reader {
  readonly #path: readonly string[]
  readonly #schema: Schema<unknown, unknown> | undefined

  constructor(path: readonly string[], schema: Schema<unknown, unknown> | undefined) {
    this.#path = path
    this.#schema = schema
  }

  node(data: unknown): FieldNode {
    if (this.#path.length > DEEPEST) this.#fail('it is nested too deep to be computed')
    const part = this.#object(data)
    try {
      return this.#nodeOf(part)
    } catch (cause) {
      if (!(cause instanceof PipelineError) || cause instanceof MalformedExpression || cause.code === 'UNKNOWN_FIELD')
        throw cause
      throw new MalformedExpression(this.#path, cause.message, cause)
    }
  }

  #nodeOf(part: Readonly<Record<string, unknown>>): FieldNode {
    switch (part['kind']) {
      case 'field':
        return this.#field(part)
      case 'constant':
        return this.#constant(part)
      case 'comparison':
        this.#only(part, ['operator', 'left', 'right'])
        return comparisonNode(
          this.#oneOf(part, 'operator', COMPARISONS),
          this.#child(part, 'left'),
          this.#child(part, 'right'),
        )
      case 'isIn':
        this.#only(part, ['of', 'values'])
        return membershipNode(
          this.#child(part, 'of'),
          this.#list(part, 'values').map((value, at) => this.#at('values', String(at)).#value(value)),
        )
      case 'isNull':
        this.#only(part, ['of'])
        return nullTestNode(this.#child(part, 'of'))
      case 'allOf':
      case 'anyOf':
        this.#only(part, ['of'])
        return junctionNode(part['kind'], this.#children(part))
      case 'not':
        this.#only(part, ['of'])
        return negationNode(this.#child(part, 'of'))
      case 'arithmetic':
        this.#only(part, ['operator', 'left', 'right'])
        return arithmeticNode(
          this.#oneOf(part, 'operator', ARITHMETIC),
          this.#child(part, 'left'),
          this.#child(part, 'right'),
        )
      case 'truncation':
        this.#only(part, ['of', 'unit', 'zone'])
        return truncationNode(this.#child(part, 'of'), this.#oneOf(part, 'unit', UNITS), this.#text(part, 'zone'))
      case 'orElse':
        this.#only(part, ['of', 'fallback'])
        return fallbackNode(this.#child(part, 'of'), this.#at('fallback').#value(part['fallback']))
      case 'text':
        this.#only(part, ['operator', 'of'])
        return textNode(this.#oneOf(part, 'operator', TEXTS), this.#child(part, 'of'))
      case 'tuple':
        this.#only(part, ['of'])
        return tupleNode(this.#children(part))
      case 'record': {
        this.#only(part, ['of'])
        const of = this.#at('of').#object(part['of'])
        const entries = Object.entries(of).map(([name, each]) => [name, this.#at('of', name).node(each)] as const)
        return recordNode(Object.fromEntries(entries))
      }
      default:
        return this.#fail(`kind is ${shown(part['kind'])}, which is none`)
    }
  }

  #field(part: Readonly<Record<string, unknown>>): FieldNode {
    this.#only(part, ['schema', 'path', 'type'])
    const schema = this.#text(part, 'schema')
    const path = this.#list(part, 'path').map((name, at) => this.#at('path', String(at)).#string(name))
    const type = this.#oneOf(part, 'type', FIELD_TYPES)
    const node = fieldNode(schema, path, type)
    if (this.#schema !== undefined && this.#schema.name !== schema)
      this.#fail(`it reads a field of "${schema}" and not of "${this.#schema.name}"`)
    const known = this.#schema && knownField(this.#schema, path)
    if (known !== undefined && known !== type)
      this.#fail(`the field "${path.join('.')}" is of type ${known} and not ${type}`)
    return node
  }

  #constant(part: Readonly<Record<string, unknown>>): FieldNode<ConstantValue> {
    this.#only(part, ['type', 'value'])
    const type = this.#oneOf(part, 'type', CONSTANTS)
    const value = part['value']
    if (type !== 'bigint') {
      const node = constantNode(value, type)
      const made = node.expression
      return made.kind === 'constant' && made.type === type
        ? node
        : this.#fail(`value is ${shown(value)} and no ${type}`)
    }
    if (typeof value !== 'string' || !/^-?(?:0|[1-9]\d*)$/.test(value) || value === '-0')
      return this.#fail(`value is ${shown(value)} and no bigint as digits`)
    return constantNode(BigInt(value))
  }

  #value(data: unknown): unknown {
    const node = this.node(data)
    return node.expression.kind === 'constant' ? node.evaluate({}) : this.#fail('it is no constant')
  }

  #child(part: Readonly<Record<string, unknown>>, name: string): FieldNode {
    return this.#at(name).node(part[name])
  }

  #children(part: Readonly<Record<string, unknown>>): readonly FieldNode[] {
    return this.#list(part, 'of').map((each, at) => this.#at('of', String(at)).node(each))
  }

  #at(...names: readonly string[]): Reader {
    return new Reader([...this.#path, ...names], this.#schema)
  }

  #object(data: unknown): Readonly<Record<string, unknown>> {
    if (typeof data === 'object' && data !== null && !Array.isArray(data)) return data as Record<string, unknown>
    return this.#fail(`it is ${shown(data)} and no expression`)
  }

  #list(part: Readonly<Record<string, unknown>>, name: string): readonly unknown[] {
    const list = part[name]
    return Array.isArray(list) ? (list as readonly unknown[]) : this.#fail(`${name} is ${shown(list)} and no list`)
  }

  #text(part: Readonly<Record<string, unknown>>, name: string): string {
    return this.#at(name).#string(part[name])
  }

  #string(value: unknown): string {
    return typeof value === 'string' ? value : this.#fail(`it is ${shown(value)} and no text`)
  }

  #oneOf<C extends string>(
    part: Readonly<Record<string, unknown>>,
    name: string,
    choices: Readonly<Record<C, true>>,
  ): C {
    const choice = part[name]
    if (typeof choice === 'string' && Object.hasOwn(choices, choice)) return choice as C
    return this.#fail(`${name} is ${shown(choice)} and none of ${Object.keys(choices).join(', ')}`)
  }

  // What is not known cannot be computed: an expression of a later version is refused, and not half understood.
  #only(part: Readonly<Record<string, unknown>>, names: readonly string[]): void {
    const other = Object.keys(part).find((name) => name !== 'kind' && !names.includes(name))
    if (other !== undefined) this.#fail(`it has "${other}", which no expression of kind "${String(part['kind'])}" has`)
  }

  #fail(what: string): never {
    throw new MalformedExpression(this.#path, what, undefined)
  }
}

/** The type of a field; the record of fields itself throws (code `UNKNOWN_FIELD`) when there is none. */
function knownField(schema: Schema<unknown, unknown>, path: readonly string[]): string | undefined {
  let field: object = schema
  for (const name of path) {
    const fields: unknown = Reflect.get(field, 'fields')
    if (typeof fields !== 'object' || fields === null) return 'no record'
    field = Reflect.get(fields, name) as object
  }
  const expression = expressionOf(field)
  return expression?.kind === 'field' ? expression.type : undefined
}

/** An expression that cannot be, and where (`BAD_EXPRESSION`). */
class MalformedExpression extends PipelineError {
  constructor(path: readonly string[], what: string, cause: unknown) {
    super(
      'BAD_EXPRESSION',
      `The expression is malformed at ${path.length === 0 ? 'its top' : `"${path.join('.')}"`}: ${what}. What it computes would not be known. ` +
        'Give what expressionOf(fn) has given.',
      { cause },
    )
  }
}

const FIELD_TYPES: Readonly<Record<Exclude<ValueType, 'tuple'>, true>> = {
  text: true,
  integer: true,
  number: true,
  boolean: true,
  timestamp: true,
  bigint: true,
  decimal: true,
  list: true,
  record: true,
  any: true,
}
const CONSTANTS: Readonly<Record<ConstantValue['type'], true>> = {
  text: true,
  number: true,
  boolean: true,
  timestamp: true,
  bigint: true,
  decimal: true,
}
const COMPARISONS: Readonly<Record<ComparisonOperator, true>> = {
  is: true,
  isNot: true,
  lessThan: true,
  atMost: true,
  moreThan: true,
  atLeast: true,
}
const ARITHMETIC: Readonly<Record<ArithmeticOperator, true>> = {
  plus: true,
  minus: true,
  times: true,
  dividedBy: true,
  remainder: true,
}
const UNITS: Readonly<Record<CalendarUnit, true>> = { day: true, week: true, month: true, quarter: true, year: true }
const TEXTS: Readonly<Record<TextOperator, true>> = { lowerCase: true, upperCase: true, codePoints: true }
