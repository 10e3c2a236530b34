/**
 * Distinct values: which there are, and how many.
 *
 * Values are the same when they are the same as keys: 1, '1' and 1n differ, -0 equals 0, fields have no order, NaN is
 * refused. The accumulator counts occurrences of each value, so that one can be taken back without keeping the inputs.
 */
import { canonicalCoder, compareBytes, encodeKey, keyText, type Coder, type CombineFn } from '@tidemark/core'
import { over } from './over.ts'

/**
 * How often each value occurs; below zero where a partial takes back what another has, never zero.
 *
 * A Map tells scalars apart exactly as canonical bytes do, so they stand for themselves. Arrays and records are found by
 * the text of their key.
 */
export interface Occurrences {
  readonly scalars: Map<unknown, number>
  composites: Map<string, Occurrence> | null
}

/** A value in the form that its key bytes describe, and how often it occurs. */
export interface Occurrence {
  readonly value: unknown
  readonly count: number
}

/**
 * Counts distinct values exactly. The count of nothing is 0. Counts do not merge, as parts may share values.
 *
 * **State** — every distinct value.
 *
 * ```ts
 * const { createAccumulator, addInput, extractOutput } = countDistinct()
 * extractOutput(['a', 'b', 'a'].reduce(addInput, createAccumulator())) // => 2
 * ```
 */
export function countDistinct(): CombineFn<unknown, Occurrences, number> {
  return {
    name: 'count-distinct',
    ...OCCURRENCES,
    extractOutput: (accumulator) => {
      let distinct = 0
      for (const { count } of occurrences(accumulator)) if (count > 0) distinct += 1
      return distinct
    },
  }
}

/**
 * Counts the distinct values of an aspect of each element, as {@link countDistinct} does.
 *
 * ```ts
 * const { createAccumulator, addInput, extractOutput } = countDistinctOf((visit: { user: string }) => visit.user)
 * extractOutput(addInput(createAccumulator(), { user: 'ann' })) // => 1
 * ```
 */
export function countDistinctOf<T>(select: (element: T) => unknown): CombineFn<T, Occurrences, number> {
  return over(select, countDistinct())
}

/**
 * Lists the distinct values in the order in which keys sort: numbers by size, text by code point. Lists merge by union.
 *
 * **State** — every distinct value.
 *
 * ```ts
 * const { createAccumulator, addInput, extractOutput } = distinctValues<string>()
 * extractOutput(['b', 'a', 'b'].reduce(addInput, createAccumulator())) // => ['a', 'b']
 * ```
 */
export function distinctValues<T>(): CombineFn<T, Occurrences, readonly T[]> {
  const list = (accumulator: Occurrences): readonly T[] =>
    sorted(accumulator).flatMap(({ value, count }) => (count > 0 ? [value as T] : []))
  return {
    name: 'distinct-values',
    ...OCCURRENCES,
    extractOutput: list,
    mergeOutputs: (a, b) => list([...a, ...b].reduce((accumulator, value) => add(accumulator, value, 1), none())),
  }
}

const occurrencesCoder: Coder<Occurrences> = {
  id: 'occurrences/1',
  encode: (accumulator) => canonicalCoder<Occurrence[]>().encode(sorted(accumulator)),
  decode: (bytes) =>
    canonicalCoder<Occurrence[]>()
      .decode(bytes)
      .reduce((accumulator, { value, count }) => add(accumulator, value, count), none()),
}

const OCCURRENCES: Omit<
  Required<CombineFn<unknown, Occurrences, never>>,
  'name' | 'extractOutput' | 'mergeOutputs' | 'functions'
> = {
  orderFree: true,
  createAccumulator: none,
  addInput: (accumulator, input) => add(accumulator, input, 1),
  mergeAccumulators(accumulator, other) {
    for (const { value, count } of occurrences(other)) add(accumulator, value, count)
    return accumulator
  },
  subtractInput: (accumulator, input) => add(accumulator, input, -1),
  accumulatorCoder: occurrencesCoder,
}

function none(): Occurrences {
  return { scalars: new Map(), composites: null }
}

function add(accumulator: Occurrences, value: unknown, times: number): Occurrences {
  if (typeof value === 'object' && value !== null) addComposite((accumulator.composites ??= new Map()), value, times)
  else addScalar(accumulator.scalars, value, times)
  return accumulator
}

function addScalar(scalars: Map<unknown, number>, value: unknown, times: number): void {
  const before = scalars.get(value)
  // What cannot be a key is refused when it is first seen.
  if (before === undefined) keyText(value)
  const count = (before ?? 0) + times
  if (count === 0) scalars.delete(value)
  else scalars.set(value, count)
}

function addComposite(composites: Map<string, Occurrence>, value: object, times: number): void {
  const text = keyText(value)
  const before = composites.get(text)
  const count = (before?.count ?? 0) + times
  if (count === 0) composites.delete(text)
  // Of values with equal keys, such as [0] and [-0], the one that is kept must not depend on which came first.
  else composites.set(text, { value: before ? before.value : canonicalCoder().decode(encodeKey(value)), count })
}

function* occurrences({ scalars, composites }: Occurrences): Iterable<Occurrence> {
  for (const [value, count] of scalars) yield { value, count }
  if (composites !== null) yield* composites.values()
}

function sorted(accumulator: Occurrences): Occurrence[] {
  return [...occurrences(accumulator)]
    .map((occurrence) => ({ occurrence, key: encodeKey(occurrence.value) }))
    .toSorted((a, b) => compareBytes(a.key, b.key))
    .map(({ occurrence }) => occurrence)
}
