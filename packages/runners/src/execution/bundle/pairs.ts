/**
 * Pairs: what a step that keeps its elements by key takes.
 *
 * The compiler knows that elements are pairs, and programs get past it: a record read from a file and cast, an untyped program. The steps
 * look at every element once before they take any, where keys do not come as a column of their own.
 */
import { formatTimestamp, PipelineError } from '@tidemark/core'
import type { Bundle } from './bundle.ts'

/** Throws `NOT_A_PAIR` for the first element that is no `[key, value]`. */
export function requirePairs(bundle: Bundle, step: string): void {
  const { keys, values, length } = bundle
  if (keys !== undefined) return
  for (let row = 0; row < length; row++) if (!isPair(values[row])) refuse(bundle, row, step)
}

function isPair(value: unknown): boolean {
  return Array.isArray(value) && value.length === 2
}

function refuse({ values, timestamps }: Bundle, row: number, step: string): never {
  throw new PipelineError(
    'NOT_A_PAIR',
    `Step "${step}" keeps elements by key and takes pairs [key, value], but an element with timestamp ${formatTimestamp(timestamps[row]!)} ` +
      `is ${shown(values[row])}. Without a key it belongs to nobody's result. Put withKeys(…) or map(… => [key, value]) before the step.`,
    { step },
  )
}

function shown(value: unknown): string {
  if (value === null || value === undefined) return String(value)
  if (Array.isArray(value)) return `an array of ${value.length}`
  switch (typeof value) {
    case 'string':
    case 'number':
    case 'bigint':
    case 'boolean':
      return `a ${typeof value} (${value})`
    case 'object':
      return 'an object'
    default:
      return `a ${typeof value}`
  }
}
