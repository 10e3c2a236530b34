/**
 * groupByKey: all values of a key and window.
 */
import type { Coder } from '../coder/coder.ts'
import { requireKeyCoder } from '../coder/key-coder.ts'
import { checkChoice, checkOptions, type OptionNames } from '../error/check-options.ts'
import { makeCollection } from '../model/apply.ts'
import type { KV } from '../model/kv.ts'
import type { PCollection } from '../model/pcollection.ts'
import { primitive, type PTransform } from '../model/ptransform.ts'
import { groupedOutput, groupingDrift, requireGroupable } from './grouping.ts'
import { timestampDrift } from './stateless.ts'

/** How keys and values of a step become bytes; canonical bytes when left out. */
export interface KeyValueCoders<K, V> {
  readonly keyCoder?: Coder<K>
  readonly valueCoder?: Coder<V>
}

/** Options of {@link groupByKey}. */
export interface GroupByKeyOptions<K, V> extends KeyValueCoders<K, V> {
  /** `any` skips the sort of the values; the result then depends on arrival and is not drift-safe. */
  readonly order?: 'any'
}

const OPTIONS: OptionNames<GroupByKeyOptions<never, never>> = { keyCoder: true, valueCoder: true, order: true }

/** Payload of `groupByKey`. */
export interface GroupByKeyPayload {
  readonly primitive: 'groupByKey'
  readonly order: 'canonical' | 'any'
  readonly keyCoder: Coder<unknown> | undefined
  readonly valueCoder: Coder<unknown> | undefined
}

/**
 * Collects the values of each key and window.
 *
 * **Contract** — Values are ordered by (timestamp, canonical bytes), so that arrival does not show.
 */
export function groupByKey<K, V>(
  name: string,
  options: GroupByKeyOptions<K, V> = {},
): PTransform<PCollection<KV<K, V>>, PCollection<KV<K, readonly V[]>>> {
  const subject = `groupByKey(${JSON.stringify(name)})`
  checkOptions(subject, options, OPTIONS)
  checkChoice(subject, 'order', options.order, ['any'])
  const payload: GroupByKeyPayload = Object.freeze({
    primitive: 'groupByKey',
    order: options.order ?? 'canonical',
    keyCoder: options.keyCoder as Coder<unknown> | undefined,
    valueCoder: options.valueCoder as Coder<unknown> | undefined,
  })
  return primitive(name, (input: PCollection<KV<K, V>>) => {
    const ref = input['~ref']
    const path = ref.builder.pathOf(name)
    requireKeyCoder(payload.keyCoder, path)
    requireGroupable(ref, path)
    const drift = [...groupingDrift(ref, false), ...timestampDrift(ref)]
    const [output] = ref.builder.add({
      name,
      named: true,
      payload,
      inputs: [ref],
      outputs: [groupedOutput(ref)],
      drift: options.order === 'any' ? [...drift, 'order-any'] : drift,
    })
    return makeCollection<KV<K, readonly V[]>>(output!)
  })
}
