/**
 * combinePerKey: the values of a key and window, combined.
 */
import type { Coder } from '../coder/coder.ts'
import { requireKeyCoder } from '../coder/key-coder.ts'
import { checkOptions, type OptionNames } from '../error/check-options.ts'
import { makeCollection } from '../model/apply.ts'
import type { CombineFn } from '../model/combine-fn.ts'
import type { KV } from '../model/kv.ts'
import type { PCollection } from '../model/pcollection.ts'
import { primitive, type PTransform } from '../model/ptransform.ts'
import { requireCombineFn } from '../state/require-combine-fn.ts'
import { groupedOutput, groupingDrift, requireGroupable } from './grouping.ts'
import type { KeyValueCoders } from './group-by-key.ts'

/** Payload of `combinePerKey` and `combineGlobally`. */
export interface CombinePayload {
  readonly primitive: 'combinePerKey'
  readonly combineFn: CombineFn<unknown, unknown, unknown>
  /** Whether elements are keyed; if not, all of a window are combined, and the output is not keyed either. */
  readonly keyed: boolean
  readonly keyCoder: Coder<unknown> | undefined
  readonly valueCoder: Coder<unknown> | undefined
}

const OPTIONS: OptionNames<KeyValueCoders<never, never>> = { keyCoder: true, valueCoder: true }

/** Combines the values of each key and window with `combineFn`, as they arrive. */
export function combinePerKey<K, V, Acc, Out>(
  name: string,
  combineFn: CombineFn<V, Acc, Out>,
  options: KeyValueCoders<K, V> = {},
): PTransform<PCollection<KV<K, V>>, PCollection<KV<K, Out>>> {
  checkOptions(`combinePerKey(${JSON.stringify(name)})`, options, OPTIONS)
  return combine(name, combineFn as unknown as CombineFn<unknown, unknown, unknown>, true, options)
}

/** Makes the transform of a combining step, keyed or not. */
export function combine<In, Out>(
  name: string,
  combineFn: CombineFn<unknown, unknown, unknown>,
  keyed: boolean,
  options: { readonly keyCoder?: unknown; readonly valueCoder?: unknown } = {},
): PTransform<PCollection<In>, PCollection<Out>> {
  requireCombineFn(`${keyed ? 'combinePerKey' : 'combineGlobally'}(${JSON.stringify(name)})`, combineFn)
  const payload: CombinePayload = Object.freeze({
    primitive: 'combinePerKey',
    combineFn,
    keyed,
    keyCoder: options.keyCoder as Coder<unknown> | undefined,
    valueCoder: options.valueCoder as Coder<unknown> | undefined,
  })
  return primitive(name, (input: PCollection<In>) => {
    const ref = input['~ref']
    const path = ref.builder.pathOf(name)
    requireKeyCoder(payload.keyCoder, path)
    requireGroupable(ref, path)
    const [output] = ref.builder.add({
      name,
      named: true,
      payload,
      inputs: [ref],
      outputs: [groupedOutput(ref)],
      drift: groupingDrift(ref, combineFn.mergeOutputs !== undefined),
    })
    return makeCollection<Out>(output!)
  })
}
