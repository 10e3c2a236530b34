/**
 * reshuffle: a border between steps.
 */
import type { PCollection } from '../model/pcollection.ts'
import type { PTransform } from '../model/ptransform.ts'
import { stateless } from './stateless.ts'

/**
 * Passes every element on with its timestamp, window and pane, and never drops one (Beam's Reshuffle). Runners end a fused
 * loop here and may spread elements anew.
 */
export function reshuffle<T>(): PTransform<PCollection<T>, PCollection<NoInfer<T>>> {
  return stateless('Reshuffle', 'reshuffle', (element: T) => element)
}
