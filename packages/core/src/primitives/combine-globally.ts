/**
 * combineGlobally: all elements of a window, combined.
 */
import type { CombineFn } from '../model/combine-fn.ts'
import type { PCollection } from '../model/pcollection.ts'
import type { PTransform } from '../model/ptransform.ts'
import { combine } from './combine-per-key.ts'

/**
 * Combines all elements of each window.
 *
 * **Contract** — In the global window, a collection without any element gives the output of an empty accumulator; in other
 * windows there is no way to know which windows are empty, so they give nothing (cf. Combine.globally in Beam).
 */
export function combineGlobally<T, Acc, Out>(
  name: string,
  combineFn: CombineFn<T, Acc, Out>,
): PTransform<PCollection<T>, PCollection<Out>> {
  return combine(name, combineFn as unknown as CombineFn<unknown, unknown, unknown>, false)
}
