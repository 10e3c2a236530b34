/**
 * filter: some elements stay.
 */
import type { PCollection } from '../model/pcollection.ts'
import type { PTransform } from '../model/ptransform.ts'
import type { SideInputs, SideValues } from '../model/side-input.ts'
import { stateless, type NoSideInputs, type StatelessOptions } from './stateless.ts'

/** Keeps the elements for which a pure predicate holds. What it leaves out is the author's decision and not in the ledger. */
export function filter<T, Out extends T, S extends SideInputs = NoSideInputs>(
  predicate: (element: T, side: SideValues<S>) => element is Out,
  options?: StatelessOptions<S>,
): PTransform<PCollection<T>, PCollection<Out>>
export function filter<T, S extends SideInputs = NoSideInputs>(
  predicate: (element: T, side: SideValues<S>) => boolean,
  options?: StatelessOptions<S>,
): PTransform<PCollection<T>, PCollection<NoInfer<T>>>
export function filter<T, S extends SideInputs = NoSideInputs>(
  predicate: (element: T, side: SideValues<S>) => boolean,
  options?: StatelessOptions<S>,
): PTransform<PCollection<T>, PCollection<NoInfer<T>>> {
  return stateless('Filter', 'filter', predicate, options)
}
