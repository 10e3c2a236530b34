/**
 * flatMap: one element becomes any number.
 */
import type { PCollection } from '../model/pcollection.ts'
import type { PTransform } from '../model/ptransform.ts'
import { stateless, type StatelessOptions } from './stateless.ts'

/** Applies a pure function to every element and emits each value of the iterable that it returns, in order. */
export function flatMap<T, Out>(
  fn: (element: T) => Iterable<Out>,
  options?: StatelessOptions,
): PTransform<PCollection<T>, PCollection<Out>> {
  return stateless('FlatMap', 'flat-map', fn, options)
}
