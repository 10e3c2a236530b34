/**
 * coGroupByKey: the values of a key and window from several collections, side by side.
 *
 * A composite: values are tagged with their input, become one collection, are grouped, and are parted again. So its panes, lateness, state and
 * changes are those of a grouping. Joins of windows are built on it.
 */
import { decodeValue } from '../coder/canonical-decode.ts'
import { encodeValue } from '../coder/canonical-bytes.ts'
import type { Coder } from '../coder/coder.ts'
import { checkChoice, checkOptions, type OptionNames } from '../error/check-options.ts'
import { IncompatibleWindowingError, PipelineError } from '../error/pipeline-error.ts'
import { refOf } from '../model/apply.ts'
import type { CollectionRef } from '../model/graph-builder.ts'
import type { KV } from '../model/kv.ts'
import type { PCollection } from '../model/pcollection.ts'
import { composite } from '../model/ptransform.ts'
import { flatten, windowingDifference } from './flatten.ts'
import { groupByKey } from './group-by-key.ts'
import { requireGroupable } from './grouping.ts'
import { map } from './map.ts'

type Inputs = Readonly<Record<string, PCollection<KV<unknown, unknown>>>>
/** Keyed collections by name; unlike {@link Inputs} an interface may be one. */
type InputsOf<I> = { readonly [N in keyof I]: PCollection<KV<unknown, unknown>> }
type KeyOf<C> = C extends PCollection<KV<infer K, unknown>> ? K : never
type ValueOf<C> = C extends PCollection<KV<unknown, infer V>> ? V : never
type Coders = Readonly<Record<string, Coder<unknown>>>

/** For each key and window, the values of every input under the input's name, in canonical order. */
export type CoGrouped<I extends InputsOf<I>> = KV<
  KeyOf<I[keyof I]>,
  { readonly [N in keyof I]: readonly ValueOf<I[N]>[] }
>

/** Options of {@link coGroupByKey}. */
export interface CoGroupByKeyOptions<I extends InputsOf<I>> {
  /** How keys become bytes; canonical bytes when left out. */
  readonly keyCoder?: Coder<KeyOf<I[keyof I]>>
  /** How values become bytes, by input; canonical bytes where left out. */
  readonly valueCoders?: { readonly [N in keyof I]?: Coder<ValueOf<I[N]>> }
  /** `any` skips the sort of the values; the result then depends on arrival and is not drift-safe. */
  readonly order?: 'any'
}

const OPTIONS: OptionNames<CoGroupByKeyOptions<never>> = { keyCoder: true, valueCoders: true, order: true }

/** A value with the number of its input. */
type Tagged = readonly [input: number, value: unknown]

/**
 * Joins keyed collections: for each key and window that any input has, the lists of values of all inputs.
 *
 * **Contract** — Inputs are windowed alike, as for `flatten`; the lists are ordered as in `groupByKey`, and that of an input without values is
 * empty. `null` is a key like any other. Fed by changes on any input, what is taken back is gone from its list.
 */
export function coGroupByKey<const I extends InputsOf<I>>(
  name: string,
  inputs: I,
  options: CoGroupByKeyOptions<I> = {},
): PCollection<CoGrouped<I>> {
  const subject = `coGroupByKey(${JSON.stringify(name)})`
  const collections: Inputs = inputs
  const names = Object.keys(collections)
  checkOptions(subject, options, OPTIONS)
  checkOptions(
    `valueCoders of ${subject}`,
    options.valueCoders ?? {},
    Object.fromEntries(names.map((input) => [input, true])),
  )
  checkChoice(subject, 'order', options.order, ['any'])
  const [first] = names
  if (first === undefined) {
    throw new PipelineError('NO_INPUT', `coGroupByKey("${name}", {}) has no input. Give a record of keyed collections.`)
  }
  for (const input of names) refOf(`The input "${input}" of ${subject}`, collections[input])
  const { builder } = collections[first]!['~ref']
  const valueCoder = taggedCoder(names, (options.valueCoders ?? {}) as Coders)
  const join = composite(name, () => {
    requireInputs(subject, collections, builder.pathOf('GroupByKey'))
    const tagged = names.map((input, index) =>
      collections[input]!.pipe(map(([key, value]): KV<unknown, Tagged> => [key, [index, value]])),
    )
    return flatten(tagged).pipe(
      groupByKey('GroupByKey', {
        ...(options.keyCoder !== undefined && { keyCoder: options.keyCoder as unknown as Coder<unknown> }),
        ...(valueCoder !== undefined && { valueCoder }),
        ...(options.order !== undefined && { order: options.order }),
      }),
      map(([key, values]) => {
        const lists: unknown[][] = names.map(() => [])
        for (const [index, value] of values) lists[index]!.push(value)
        return [key, Object.fromEntries(names.map((input, index) => [input, lists[index]]))] as const
      }),
    )
  })
  return builder.scope(name, () => join.expand(undefined)) as unknown as PCollection<CoGrouped<I>>
}

// The flatten and the grouping inside refuse the same; here it can be said which input it is.
function requireInputs(subject: string, inputs: Inputs, path: string): void {
  const [first, ...others] = Object.entries(inputs).map(([name, input]) => ({ name, ref: input['~ref'] }))
  // One of another pipeline is refused by the flatten, whatever its windows.
  if (others.some(({ ref }) => ref.builder !== first!.ref.builder)) return
  for (const { name, ref } of others) {
    const difference = windowingDifference(first!.ref, ref)
    if (difference === undefined) continue
    throw new IncompatibleWindowingError(
      'FLATTEN_INCOMPATIBLE',
      `The inputs "${first!.name}" and "${name}" of ${subject} have different ${difference}. Values that belong to one key would stand in ` +
        'windows that never meet. Apply the same windowInto(…) to every input first.',
      { step: path },
    )
  }
  for (const { name, ref } of [first!, ...others]) requireInput(`The input "${name}" of ${subject}`, ref, path)
}

function requireInput(what: string, ref: CollectionRef, path: string): void {
  try {
    requireGroupable(ref, path)
  } catch (error) {
    if (!(error instanceof IncompatibleWindowingError)) throw error
    throw new IncompatibleWindowingError(error.code, `${what} cannot be grouped. ${error.message}`, { step: path })
  }
}

// Bytes of the values inside the canonical bytes of the pair, so that an input without a coder needs none.
function taggedCoder(names: readonly string[], coders: Coders): Coder<Tagged> | undefined {
  const ofInput = names.map((input) => (Object.hasOwn(coders, input) ? coders[input] : undefined))
  if (ofInput.every((coder) => coder === undefined)) return undefined
  return Object.freeze({
    id: `co-grouped(${ofInput.map((coder) => coder?.id ?? 'canonical').join(', ')})`,
    encode: ([input, value]: Tagged) => encodeValue([input, ofInput[input]?.encode(value) ?? value]),
    decode: (bytes: Uint8Array) => {
      const [input, value] = decodeValue(bytes) as Tagged
      const coder = ofInput[input]
      return [input, coder === undefined ? value : coder.decode(value as Uint8Array)] as const
    },
  })
}
