/**
 * withKeys: elements become keyed elements.
 */
import type { KV } from '../model/kv.ts'
import type { PCollection } from '../model/pcollection.ts'
import type { PTransform } from '../model/ptransform.ts'
import type { SideInputs, SideValues } from '../model/side-input.ts'
import { stateless, type NoSideInputs, type StatelessOptions } from './stateless.ts'

/** Pairs every element with its key. Literal key types are kept: a union of names stays a union. */
export function withKeys<T, const K, S extends SideInputs = NoSideInputs>(
  key: (element: T, side: SideValues<S>) => K,
  options?: StatelessOptions<S>,
): PTransform<PCollection<T>, PCollection<KV<K, T>>> {
  return stateless('WithKeys', 'with-keys', key, options)
}
