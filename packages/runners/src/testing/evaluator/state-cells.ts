/**
 * State cells of one key and window, as the evaluator keeps them: bytes in a Map, read and written whole.
 *
 * Values are stored as bytes, so that what user code does to a value after it has been written is not in the state.
 */
import { canonicalCoder, compareBytes, decodeValue, encodeKey, type Coder, type StateCell } from '@tidemark/core'
import type { StateSpecs, Handles } from '@tidemark/core'

/** Makes the handles of the declared cells, all empty. */
export function makeCells(specs: StateSpecs): Handles<StateSpecs> {
  return Object.fromEntries(Object.entries(specs).map(([name, spec]) => [name, makeCell(spec as StateCell)]))
}

function makeCell(spec: StateCell): object {
  switch (spec.kind) {
    case 'value':
      return valueCell(spec.coder ?? canonicalCoder())
    case 'bag':
      return bagCell(spec.coder ?? canonicalCoder())
    case 'set':
      return setCell(spec.coder ?? canonicalCoder())
    case 'map':
      return mapCell(spec.coder ?? canonicalCoder())
    case 'combining':
      return combiningCell(spec)
  }
}

function valueCell(coder: Coder<unknown>): object {
  let bytes: Uint8Array | undefined
  return {
    read: () => (bytes === undefined ? undefined : coder.decode(bytes)),
    write: (value: unknown) => {
      bytes = coder.encode(value)
    },
    clear: () => {
      bytes = undefined
    },
  }
}

function bagCell(coder: Coder<unknown>): object {
  let bag: Uint8Array[] = []
  return {
    read: () => bag.toSorted(compareBytes).map((bytes) => coder.decode(bytes)),
    add: (value: unknown) => {
      bag.push(coder.encode(value))
    },
    clear: () => {
      bag = []
    },
  }
}

function setCell(coder: Coder<unknown>): object {
  const set = new Map<string, Uint8Array>()
  return {
    has: (value: unknown) => set.has(textOf(coder.encode(value))),
    add: (value: unknown) => {
      const bytes = coder.encode(value)
      const isNew = !set.has(textOf(bytes))
      set.set(textOf(bytes), bytes)
      return isNew
    },
    remove: (value: unknown) => {
      set.delete(textOf(coder.encode(value)))
    },
    read: () => [...set.values()].toSorted(compareBytes).map((bytes) => coder.decode(bytes)),
    clear: () => {
      set.clear()
    },
  }
}

function mapCell(coder: Coder<unknown>): object {
  const map = new Map<string, { readonly key: Uint8Array; readonly value: Uint8Array }>()
  return {
    get: (key: unknown) => {
      const entry = map.get(textOf(encodeKey(key)))
      return entry === undefined ? undefined : coder.decode(entry.value)
    },
    put: (key: unknown, value: unknown) => {
      const bytes = encodeKey(key)
      map.set(textOf(bytes), { key: bytes, value: coder.encode(value) })
    },
    remove: (key: unknown) => {
      map.delete(textOf(encodeKey(key)))
    },
    entries: () =>
      [...map.values()]
        .toSorted((a, b) => compareBytes(a.key, b.key))
        .map(({ key, value }) => [decodeValue(key), coder.decode(value)]),
    clear: () => {
      map.clear()
    },
  }
}

function combiningCell({ combineFn }: Extract<StateCell, { kind: 'combining' }>): object {
  let inputs: unknown[] = []
  return {
    read: () => {
      let accumulator = combineFn.createAccumulator()
      for (const input of inputs) accumulator = combineFn.addInput(accumulator, input)
      return combineFn.extractOutput(accumulator)
    },
    add: (input: unknown) => {
      inputs.push(input)
    },
    isEmpty: () => inputs.length === 0,
    clear: () => {
      inputs = []
    },
  }
}

function textOf(bytes: Uint8Array): string {
  return bytes.join(' ')
}
