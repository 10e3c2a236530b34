/**
 * SchemaFault: one thing that a schema says against an element, in words that are the same for every element with that fault.
 *
 * So faults can be counted by path: places in lists are left out of it, what came from data is cut and made visible, and of an extra field
 * only the name is said, never its value.
 */
import { parseStandard, type StandardIssue, type StandardSchema } from '@tidemark/core'

/** What is wrong with an element, and where. */
export interface SchemaFault {
  /** One of: `issue` (the schema says so), `extra-field` (the element has a field that the schema does not take). */
  readonly kind: 'issue' | 'extra-field'
  /** Path of the field, such as `lines[].price`; empty for the element itself. */
  readonly path: string
  /** The schema's words. */
  readonly message: string
}

/** What is shown of a message and of a path: a schema may repeat the value, and names may come from data. */
const LONGEST_MESSAGE = 200
const LONGEST_PATH = 100
/** How many faults stand in one text. */
const MOST_FAULTS = 5
/** Fields below are not compared: whatever is nested deeper is no element that was read from a file. */
const DEEPEST = 64

/** The outcome of a schema for one element: its value where nothing is wrong with it, and what is. */
export interface Checked<Out> {
  readonly value: Out | undefined
  readonly faults: readonly SchemaFault[]
}

/**
 * Asks a schema about an element; with `extraFields`, fields that its value has not are faults too. Throws as `parseStandard` of core does:
 * `ASYNC_SCHEMA`, `BAD_SCHEMA`.
 */
export function check<Out>(
  subject: string,
  schema: StandardSchema<unknown, Out>,
  element: unknown,
  extraFields: boolean,
): Checked<Out> {
  const result = parseStandard(subject, schema, element)
  if (result.issues !== undefined) return { value: undefined, faults: result.issues.map(faultOf) }
  const { value } = result
  return { value, faults: extraFields ? [...new Set(extraPaths(element, value, '', DEEPEST))].map(extraField) : [] }
}

/** The first faults as one line. */
export function faultsText(faults: readonly SchemaFault[]): string {
  const shown = faults.slice(0, MOST_FAULTS).map(({ path, message }) => (path === '' ? message : `${path}: ${message}`))
  if (faults.length > shown.length) shown.push(`and ${faults.length - shown.length} more`)
  return shown.join('; ')
}

function faultOf({ message, path = [] }: StandardIssue): SchemaFault {
  const keys = path.map((segment) => (typeof segment === 'object' ? segment.key : segment))
  const text = keys.map((key) => (typeof key === 'number' ? '[]' : `.${String(key)}`)).join('')
  return {
    kind: 'issue',
    path: visible(text.replace(/^\./, ''), LONGEST_PATH),
    message: visible(message, LONGEST_MESSAGE),
  }
}

function extraField(path: string): SchemaFault {
  return { kind: 'extra-field', path: visible(path, LONGEST_PATH), message: 'the schema has no such field' }
}

/** Paths of fields that a value had and what a schema made of it has not. What became something else altogether is not looked into. */
function extraPaths(given: unknown, made: unknown, path: string, levels: number): readonly string[] {
  if (!isRecord(given) || !isRecord(made) || given === made || levels === 0) return []
  if (Array.isArray(given) !== Array.isArray(made)) return []
  if (Array.isArray(given)) {
    return given.flatMap((part, index) =>
      extraPaths(part, (made as unknown as readonly unknown[])[index], `${path}[]`, levels - 1),
    )
  }
  return Object.keys(given).flatMap((name) => {
    const own = path === '' ? name : `${path}.${name}`
    return Object.hasOwn(made, name) ? extraPaths(given[name], made[name], own, levels - 1) : [own]
  })
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

/** Text that came from outside, with escapes for what cannot be seen or steers a terminal. */
function visible(text: string, limit: number): string {
  const shown = text.length > limit ? `${text.slice(0, limit)}…` : text
  return shown.replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Surrogate}]/gu,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  )
}
