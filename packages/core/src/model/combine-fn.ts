/**
 * Combiners: how many inputs become one output.
 *
 * A CombineFn is a commutative monoid on its accumulators. The output does not depend on the order of inputs, on how
 * they are split into partial accumulators, or on how many times partials are merged, to the last bit; the law checker
 * of `@tidemark/core/testing` tests that. It is what makes live and historical results equal.
 */
import type { Coder } from '../coder/coder.ts'

/**
 * Combines inputs of one key and window.
 *
 * **Contract** — `addInput` and `mergeAccumulators` may change and return their first argument, never their second;
 * `extractOutput` changes nothing and may be called many times; what it returns shares nothing with the accumulator, as it is
 * emitted while more is added. Accumulators are plain data.
 */
export interface CombineFn<in In, in out Acc, in out Out> {
  /** What it computes, such as `count` or `sum`; part of the graph's fingerprint. */
  readonly name: string
  /** The author's promise that order and grouping of inputs do not matter. */
  readonly orderFree: true
  readonly createAccumulator: () => Acc
  readonly addInput: (accumulator: Acc, input: In) => Acc
  readonly mergeAccumulators: (accumulator: Acc, other: Acc) => Acc
  readonly extractOutput: (accumulator: Acc) => Out
  /** The exact inverse of `addInput`, when there is one: lets a grouping take back an input without keeping it. */
  readonly subtractInput?: (accumulator: Acc, input: In) => Acc
  /** Merges the outputs of disjoint sets of inputs, when outputs merge: makes discarding panes drift-safe. */
  readonly mergeOutputs?: (a: Out, b: Out) => Out
  /** The functions of an input that it calls, by what they are to it, for who shows them or plans with them: `{ measure: order.fields.amount }`. */
  readonly functions?: Readonly<Record<string, (input: In) => unknown>>
  /** How accumulators are stored; canonical bytes when absent. */
  readonly accumulatorCoder?: Coder<Acc>
}
