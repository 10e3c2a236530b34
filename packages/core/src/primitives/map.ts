/**
 * map: one element becomes one.
 */
import type { PCollection } from '../model/pcollection.ts'
import type { PTransform } from '../model/ptransform.ts'
import { stateless, type StatelessOptions } from './stateless.ts'

/** Applies a pure function to every element; timestamp and windows stay. */
export function map<T, Out>(
  fn: (element: T) => Out,
  options?: StatelessOptions,
): PTransform<PCollection<T>, PCollection<Out>> {
  return stateless('Map', 'map', fn, options)
}
