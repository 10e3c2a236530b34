/**
 * flatMap: one element becomes any number.
 */
import type { PCollection } from '../model/pcollection.ts'
import type { PTransform } from '../model/ptransform.ts'
import type { SideInputs, SideValues } from '../model/side-input.ts'
import { stateless, type NoSideInputs, type StatelessOptions } from './stateless.ts'

/** Applies a pure function to every element and emits each value of the iterable that it returns, in order. */
export function flatMap<T, Out, S extends SideInputs = NoSideInputs>(
  fn: (element: T, side: SideValues<S>) => Iterable<Out>,
  options?: StatelessOptions<S>,
): PTransform<PCollection<T>, PCollection<Out>> {
  return stateless('FlatMap', 'flat-map', fn, options)
}
