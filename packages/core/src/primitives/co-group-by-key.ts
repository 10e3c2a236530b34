/**
 * coGroupByKey: the values of a key and window from several collections, side by side.
 */
import { PipelineError } from '../error/pipeline-error.ts'
import type { KV } from '../model/kv.ts'
import type { PCollection } from '../model/pcollection.ts'
import { refOf } from '../model/apply.ts'
import { composite } from '../model/ptransform.ts'
import { flatten } from './flatten.ts'
import { groupByKey } from './group-by-key.ts'
import { map } from './map.ts'

type Inputs = Readonly<Record<string, PCollection<KV<unknown, unknown>>>>
type KeyOf<C> = C extends PCollection<KV<infer K, unknown>> ? K : never
type ValueOf<C> = C extends PCollection<KV<unknown, infer V>> ? V : never

/** For each key and window, the values of every input under the input's name, in canonical order. */
export type CoGrouped<I extends Inputs> = KV<KeyOf<I[keyof I]>, { readonly [N in keyof I]: readonly ValueOf<I[N]>[] }>

/**
 * Joins keyed collections: for each key and window that any input has, the lists of values of all inputs.
 *
 * **Contract** — Inputs are windowed alike, as for `flatten`; the lists are ordered as in `groupByKey`.
 */
export function coGroupByKey<const I extends Inputs>(name: string, inputs: I): PCollection<CoGrouped<I>> {
  const names = Object.keys(inputs)
  const [first] = names
  if (first === undefined) {
    throw new PipelineError('NO_INPUT', `coGroupByKey("${name}", {}) has no input. Give a record of keyed collections.`)
  }
  for (const input of names) refOf(`The input "${input}" of coGroupByKey("${name}")`, inputs[input])
  const { builder } = inputs[first]!['~ref']
  const join = composite(name, () => {
    const tagged = names.map((input, index) =>
      inputs[input]!.pipe(map(([key, value]) => [key, [index, value] as const] as const)),
    )
    return flatten(tagged).pipe(
      groupByKey('GroupByKey'),
      map(([key, values]) => {
        const lists: unknown[][] = names.map(() => [])
        for (const [index, value] of values) lists[index]!.push(value)
        return [key, Object.fromEntries(names.map((input, index) => [input, lists[index]]))] as const
      }),
    )
  })
  return builder.scope(name, () => join.expand(undefined)) as unknown as PCollection<CoGrouped<I>>
}
