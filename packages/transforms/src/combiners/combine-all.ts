/**
 * combineAll: several combiners side by side over the same inputs.
 *
 * A product of commutative monoids is one: each part sees every input and nothing of the other parts, so the record
 * obeys the laws that its parts obey, and can do what all of them can.
 */
import { canonicalCoder, type Coder, type CombineFn } from '@tidemark/core'

/** A combiner seen from outside, whatever its accumulators are: every CombineFn of these inputs and this output is one. */
export interface CombinePart<in In, out Out> {
  readonly name: string
  readonly orderFree: true
  readonly createAccumulator: () => unknown
  readonly addInput: (accumulator: never, input: In) => unknown
  readonly mergeAccumulators: (accumulator: never, other: never) => unknown
  readonly extractOutput: (accumulator: never) => Out
  readonly subtractInput?: (accumulator: never, input: In) => unknown
  readonly mergeOutputs?: (a: never, b: never) => unknown
  readonly functions?: Readonly<Record<string, (input: In) => unknown>>
  readonly accumulatorCoder?: {
    readonly id: string
    readonly encode: (accumulator: never) => Uint8Array
    readonly decode: (bytes: Uint8Array) => unknown
  }
}

/**
 * Runs the combiners of a record over the same inputs, and gives the record of their outputs.
 *
 * **Contract** — It subtracts, and merges outputs, exactly if every part does. Parts are known by their field names: the
 * order in which they are written does not matter.
 *
 * ```ts
 * const totals = combineAll({ orders: count(), revenue: sumOf((order: { amount: number }) => order.amount) })
 * totals.extractOutput(totals.addInput(totals.createAccumulator(), { amount: 5 })) // => { orders: 1, revenue: 5 }
 * ```
 */
export function combineAll<In, Outs extends Readonly<Record<string, unknown>>>(
  // The first half tells the compiler the inputs, the second the outputs.
  parts: Readonly<Record<string, Pick<CombinePart<In, unknown>, 'addInput'>>> & {
    readonly [Name in keyof Outs]: CombinePart<In, Outs[Name]>
  },
): CombineFn<In, unknown[], Outs> {
  const entries = Object.entries<CombinePart<In, unknown>>(parts)
    .map(([name, part]) => [name, part as unknown as CombineFn<In, unknown, unknown>] as const)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
  const fns = entries.map(([, fn]) => fn)
  const record = (field: (fn: CombineFn<In, unknown, unknown>, index: number, name: string) => unknown): Outs =>
    Object.fromEntries(entries.map(([name, fn], index) => [name, field(fn, index, name)])) as Outs
  const subtractions = fns.flatMap(({ subtractInput }) => subtractInput ?? [])
  const functions = entries.flatMap(([name, fn]) =>
    Object.entries(fn.functions ?? {}).map(([as, of]) => [`${name} ${as}`, of] as const),
  )
  const outputMerges = fns.flatMap(({ mergeOutputs }) => mergeOutputs ?? [])

  return {
    name: `all(${entries.map(([name, fn]) => `${name}: ${fn.name}`).join(', ')})`,
    orderFree: true,
    createAccumulator: () => fns.map((fn) => fn.createAccumulator()),
    addInput(accumulators, input) {
      // A loop of its own: a closure per input would cost more than most parts.
      for (let index = 0; index < fns.length; index += 1) {
        accumulators[index] = fns[index]?.addInput(accumulators[index], input)
      }
      return accumulators
    },
    mergeAccumulators: (accumulators, others) =>
      step(accumulators, (of, index) => fns[index]?.mergeAccumulators(of, others[index])),
    extractOutput: (accumulators) => record((fn, index) => fn.extractOutput(accumulators[index])),
    ...(subtractions.length === fns.length && {
      subtractInput: (accumulators: unknown[], input: In) =>
        step(accumulators, (of, index) => subtractions[index]?.(of, input)),
    }),
    ...(outputMerges.length === fns.length && {
      mergeOutputs: (a: Outs, b: Outs) => record((_, index, name) => outputMerges[index]?.(a[name], b[name])),
    }),
    ...(functions.length > 0 && { functions: Object.fromEntries(functions) }),
    accumulatorCoder: sideBySide(fns.map((fn) => fn.accumulatorCoder ?? canonicalCoder<unknown>())),
  }
}

function step(accumulators: unknown[], next: (accumulator: unknown, index: number) => unknown): unknown[] {
  for (let index = 0; index < accumulators.length; index += 1) accumulators[index] = next(accumulators[index], index)
  return accumulators
}

/** Stores accumulators one after the other, each as its own coder does. */
function sideBySide(coders: readonly Coder<unknown>[]): Coder<unknown[]> {
  const all = canonicalCoder<readonly Uint8Array[]>()
  return {
    id: `all(${coders.map((coder) => coder.id).join(', ')})`,
    encode: (accumulators) => all.encode(coders.map((coder, index) => coder.encode(accumulators[index]))),
    decode(bytes) {
      const parts = all.decode(bytes)
      return coders.map((coder, index) => coder.decode(parts[index] as Uint8Array))
    },
  }
}
