/**
 * filter: some elements stay.
 */
import type { PCollection } from '../model/pcollection.ts'
import type { PTransform } from '../model/ptransform.ts'
import { stateless, type StatelessOptions } from './stateless.ts'

/** Keeps the elements for which a pure predicate holds. What it leaves out is the author's decision and not in the ledger. */
export function filter<T, Out extends T>(
  predicate: (element: T) => element is Out,
  options?: StatelessOptions,
): PTransform<PCollection<T>, PCollection<Out>>
export function filter<T>(
  predicate: (element: T) => boolean,
  options?: StatelessOptions,
): PTransform<PCollection<T>, PCollection<T>>
export function filter<T>(
  predicate: (element: T) => boolean,
  options?: StatelessOptions,
): PTransform<PCollection<T>, PCollection<T>> {
  return stateless('Filter', 'filter', predicate, options)
}
