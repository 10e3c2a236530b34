/**
 * map: one element becomes one.
 */
import type { PCollection } from '../model/pcollection.ts'
import type { PTransform } from '../model/ptransform.ts'
import type { SideInputs, SideValues } from '../model/side-input.ts'
import { stateless, type NoSideInputs, type StatelessOptions } from './stateless.ts'

/** Applies a pure function to every element and the values of the side inputs, if there are any; timestamp and windows stay. */
export function map<T, Out, S extends SideInputs = NoSideInputs>(
  fn: (element: T, side: SideValues<S>) => Out,
  options?: StatelessOptions<S>,
): PTransform<PCollection<T>, PCollection<Out>> {
  return stateless('Map', 'map', fn, options)
}
