/**
 * Refusals: which part of a value cannot be encoded, and what to do about it.
 *
 * Encoders give up without saying where, so that they need not keep a path. Here the value is walked once more, in the
 * order in which they go, and the first part at fault is named.
 */
import { EncodingError } from '../error/pipeline-error.ts'
import { fieldNames, hasSymbolFields, isBytes, isPlainArray, isRecord } from './plain-data.ts'

/** What is being encoded: a key, a value in canonical bytes, or a value as JSON. */
export type EncodingPurpose = 'key' | 'value' | 'json'

/** The depth from which a value is refused: beyond it a decoder would run out of stack. */
export const MAX_DEPTH = 500

interface Fault {
  readonly code: string
  /** What is there, after "is" or "holds". */
  readonly what: string
  readonly why: string
}

const USE_A_CODER = 'Turn it into plain data first, or give the step a coder'

/** The error for a value that an encoder has refused: it names the path to the part at fault. */
export function refusal(value: unknown, purpose: EncodingPurpose): EncodingError {
  const found = search(value, purpose, [], [])
  const subject = purpose === 'key' ? 'A key' : purpose === 'json' ? 'A value for JSON' : 'A value'
  if (found === undefined) {
    return new EncodingError(
      'ENCODING',
      `${subject} could not be encoded but can be now: it changes while it is read. Pass plain data.`,
    )
  }
  const [{ code, what, why }, path] = found
  return new EncodingError(
    code,
    path === '' ? `${subject} is ${what}. ${why}` : `${subject} holds ${what} at ${path}. ${why}`,
  )
}

function search(
  value: unknown,
  purpose: EncodingPurpose,
  path: readonly string[],
  ancestors: readonly object[],
): readonly [Fault, string] | undefined {
  const fault =
    typeof value === 'object' && value !== null ? objectFault(value, purpose, ancestors) : leafFault(value, purpose)
  if (fault !== undefined) return [fault, path.join('')]
  if (typeof value !== 'object' || value === null || isBytes(value)) return undefined
  const inside = [...ancestors, value]
  if (isPlainArray(value)) {
    for (let i = 0; i < value.length; i += 1) {
      const found =
        i in value
          ? search(value[i], purpose, [...path, `[${i}]`], inside)
          : ([SPARSE, [...path, `[${i}]`].join('')] as const)
      if (found !== undefined) return found
    }
    return undefined
  }
  if (!isRecord(value)) return undefined
  for (const name of fieldNames(value)) {
    const step = /^[A-Za-z_$][\w$]*$/u.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`
    const found =
      search(name, 'value', [...path, step], inside) ?? search(value[name], purpose, [...path, step], inside)
    if (found !== undefined) return found
  }
  return undefined
}

const SPARSE: Fault = {
  code: 'SPARSE_ARRAY',
  what: 'a hole in an array',
  why:
    'A hole is neither null nor absent, so it would come back as something else. Fill the array, with null ' +
    'where there is nothing.',
}

function objectFault(value: object, purpose: EncodingPurpose, ancestors: readonly object[]): Fault | undefined {
  if (ancestors.includes(value)) {
    return {
      code: 'CYCLE',
      what: 'an object that contains itself',
      why: 'Its bytes would have no end. Refer to it by an id instead.',
    }
  }
  if (ancestors.length >= MAX_DEPTH) {
    return {
      code: 'TOO_DEEP',
      what: `an object more than ${MAX_DEPTH} levels deep`,
      why: 'Decoding could run out of stack. Flatten it.',
    }
  }
  if (isBytes(value)) {
    if (purpose !== 'json') return undefined
    return {
      code: 'JSON_BYTES',
      what: 'bytes',
      why: 'JSON has no bytes, so they would come back as something else. Use canonicalCoder().',
    }
  }
  if (isPlainArray(value)) return undefined
  if (!isRecord(value)) {
    return {
      code: 'CLASS_INSTANCE',
      what: `an object of class ${className(value)}`,
      why:
        'Bytes do not carry its class, so equal objects could differ and it would not come back as it was. ' +
        `${USE_A_CODER}${cure(value)}.`,
    }
  }
  if (!hasSymbolFields(value)) return undefined
  return {
    code: 'SYMBOL_FIELD',
    what: 'an object with fields named by symbols',
    why: 'They would be lost. Name fields by strings.',
  }
}

function leafFault(value: unknown, purpose: EncodingPurpose): Fault | undefined {
  const asJson = purpose === 'json'
  switch (typeof value) {
    case 'undefined':
      return {
        code: 'VALUE_UNDEFINED',
        what: 'undefined',
        why: 'It cannot be told from a field that is absent. Use null, or leave the field out.',
      }
    case 'function':
    case 'symbol':
      return {
        code: typeof value === 'function' ? 'VALUE_FUNCTION' : 'VALUE_SYMBOL',
        what: `a ${typeof value}`,
        why: `It has no bytes that mean the same on another machine. ${USE_A_CODER}.`,
      }
    case 'string':
      if (isWellFormed(value)) return undefined
      return {
        code: 'LONE_SURROGATE',
        what: `the text ${JSON.stringify(value)} with half a surrogate pair`,
        why:
          'It has no UTF-8, so two different texts could become one. Text cut between the halves of a ' +
          'character must be mended first.',
      }
    case 'number':
      if (purpose === 'key' && Number.isNaN(value)) {
        return {
          code: 'KEY_NAN',
          what: 'NaN',
          why:
            'NaN equals nothing, not even itself, so it cannot group. Filter it out, or use null for "not a ' +
            'number".',
        }
      }
      if (!asJson || Number.isFinite(value)) return undefined
      return {
        code: 'JSON_NUMBER',
        what: String(value),
        why: 'JSON has no such number, it would come back as null. Use canonicalCoder().',
      }
    case 'bigint':
      if (!asJson) return undefined
      return {
        code: 'JSON_BIGINT',
        what: `the bigint ${value}`,
        why: 'JSON has none, it would come back as a number. Use canonicalCoder().',
      }
    default:
      return undefined
  }
}

function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text)
}

function className(value: object): string {
  const constructor: unknown = Reflect.get(value, 'constructor')
  return typeof constructor === 'function' && constructor.name !== ''
    ? constructor.name
    : Object.prototype.toString.call(value).slice(8, -1)
}

function cure(value: object): string {
  if (value instanceof Date) return ': date.getTime()'
  if (value instanceof Map) return ': [...map], sorted if order has no meaning'
  return value instanceof Set ? ': [...set], sorted if order has no meaning' : ''
}
