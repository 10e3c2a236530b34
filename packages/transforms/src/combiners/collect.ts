/**
 * collect: all elements, in canonical order.
 *
 * What is collected is a multiset: elements with equal canonical bytes are copies of one another and are counted. The list that comes out
 * is in the order of the bytes, which is the same whatever came first.
 */
import { canonicalCoder, compareBytes, encodeValue, keyText, type Coder, type CombineFn } from '@tidemark/core'

/** An element and how often it is there; below zero where a partial takes back what another has, never zero. */
export interface Copies {
  readonly value: unknown
  readonly count: number
}

/** Elements and their copies, by what stands for their canonical bytes: a scalar for itself, all else by a text. */
export type Collected = Map<unknown, Copies>

/**
 * Collects all elements into a list in the order of their canonical bytes: numbers by size, text by code point, records by field.
 *
 * **Contract** — An element that is there several times is listed as often. Elements are plain data. Lists merge, and elements can be
 * taken back.
 *
 * **State** — every element; copies of one are kept once.
 *
 * ```ts
 * const { createAccumulator, addInput, extractOutput } = collect<string>()
 * extractOutput(['tide', 'mark', 'tide'].reduce(addInput, createAccumulator())) // => ['mark', 'tide', 'tide']
 * ```
 */
export function collect<T>(): CombineFn<T, Collected, readonly T[]> {
  return {
    name: 'collect',
    orderFree: true,
    createAccumulator: () => new Map(),
    addInput: (collected, element) => add(collected, element, 1),
    mergeAccumulators(collected, others) {
      for (const [standIn, { value, count }] of others) addAs(standIn, collected, value, count)
      return collected
    },
    extractOutput: (collected) => list(collected),
    subtractInput: (collected, element) => add(collected, element, -1),
    mergeOutputs: (a, b) => list([...a, ...b].reduce((into: Collected, element) => add(into, element, 1), new Map())),
    accumulatorCoder: collectedCoder,
  }
}

const collectedCoder: Coder<Collected> = {
  id: 'collected/1',
  encode: (collected) => canonicalCoder<readonly Copies[]>().encode(inOrder(collected)),
  decode: (bytes) =>
    canonicalCoder<readonly Copies[]>()
      .decode(bytes)
      .reduce((into: Collected, { value, count }) => add(into, value, count), new Map()),
}

function add(collected: Collected, value: unknown, count: number): Collected {
  return addAs(standInOf(value), collected, value, count)
}

function addAs(standIn: unknown, collected: Collected, value: unknown, count: number): Collected {
  const before = collected.get(standIn)
  const after = (before?.count ?? 0) + count
  if (after === 0) collected.delete(standIn)
  else collected.set(standIn, { value: before ? before.value : value, count: after })
  return collected
}

/** A Map tells scalars apart as bytes do, but for 0 and -0; text is told apart from the texts that stand for others. */
function standInOf(value: unknown): unknown {
  switch (typeof value) {
    case 'string':
      return keyText(value)
    case 'bigint':
    case 'boolean':
      return value
    case 'number':
      return Object.is(value, -0) ? keyText(encodeValue(value)) : value
    default:
      return keyText(encodeValue(value))
  }
}

function inOrder(collected: Collected): readonly Copies[] {
  return [...collected.values()]
    .map((copies) => ({ copies, bytes: encodeValue(copies.value) }))
    .toSorted((a, b) => compareBytes(a.bytes, b.bytes))
    .map(({ copies }) => copies)
}

function list<T>(collected: Collected): readonly T[] {
  return inOrder(collected).flatMap(({ value, count }) => Array.from({ length: Math.max(0, count) }, () => value as T))
}
