/**
 * StoredValue: what a cell keeps of a value, so that user code never holds an object that is in the state.
 *
 * Without a coder, plain data is copied on the way in and on the way out, fields in code unit order as after a restart;
 * primitives cost nothing. With a coder the cell keeps its bytes. Either way a change to what was written or read is no change of
 * the state, as if every value had been through a checkpoint. What cannot be copied as plain data (class instances, functions,
 * `undefined`) is refused when it is written; text is looked at for lone surrogates only when its bytes are needed.
 */
import { decodeValue, encodeValue, type Coder } from '@tidemark/core'
import { sortFew } from './sort-few.ts'

/** How the values of a cell are kept. */
export interface ValueStore {
  /** Makes what is kept of a value. Never `undefined`, which stands for an empty cell. */
  readonly store: (value: unknown) => unknown
  /** Makes a value of what is kept. */
  readonly load: (stored: unknown) => unknown
}

/** Keeps plain data as copies, or, with a coder, bytes. */
export function valueStore(coder: Coder<unknown> | undefined): ValueStore {
  if (coder === undefined) return { store: copyOf, load: copyOf }
  return {
    store: (value) => coder.encode(value),
    load: (stored) => coder.decode(stored as Uint8Array),
  }
}

/** Copies plain data; throws an EncodingError for what has no canonical bytes. */
export function copyOf(value: unknown): unknown {
  return copy(value, 0)
}

// Nested deeper than this, plain data goes by its bytes: they know cycles and how deep is too deep.
const DEEP = 64

function copy(value: unknown, depth: number): unknown {
  switch (typeof value) {
    case 'string':
    case 'number':
    case 'boolean':
    case 'bigint':
      return value
    case 'object':
      if (value === null) return null
      if (depth < DEEP) {
        const prototype: unknown = Object.getPrototypeOf(value)
        if (prototype === Array.prototype) return copyArray(value as readonly unknown[], depth + 1)
        if (prototype === Object.prototype && isOrdinary(value)) {
          return copyRecord(value as Readonly<Record<string, unknown>>, depth + 1)
        }
      }
      return decodeValue(encodeValue(value))
    default:
      return decodeValue(encodeValue(value))
  }
}

function copyArray(value: readonly unknown[], depth: number): unknown[] {
  const copied: unknown[] = []
  for (let index = 0; index < value.length; index++) copied.push(copy(value[index], depth))
  return copied
}

function copyRecord(value: Readonly<Record<string, unknown>>, depth: number): Record<string, unknown> {
  const copied: Record<string, unknown> = {}
  const names = Object.keys(value)
  sortFew(names, byCodeUnit)
  for (const name of names) copied[name] = copy(value[name], depth)
  return copied
}

function isOrdinary(value: object): boolean {
  return !Object.hasOwn(value, '__proto__') && Object.getOwnPropertySymbols(value).length === 0
}

function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
