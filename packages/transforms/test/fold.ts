/**
 * Running a combiner by hand, as an engine with one accumulator does.
 */
import type { CombineFn } from '@tidemark/core'

/** Adds inputs one after the other. */
export function accumulate<In, Acc, Out>(combineFn: CombineFn<In, Acc, Out>, inputs: readonly In[]): Acc {
  return inputs.reduce((accumulator, input) => combineFn.addInput(accumulator, input), combineFn.createAccumulator())
}

/** Combines inputs in the given order. */
export function combine<In, Acc, Out>(combineFn: CombineFn<In, Acc, Out>, inputs: readonly In[]): Out {
  return combineFn.extractOutput(accumulate(combineFn, inputs))
}

/** Takes inputs back, one after the other. */
export function subtract<In, Acc, Out>(combineFn: CombineFn<In, Acc, Out>, from: Acc, inputs: readonly In[]): Acc {
  const { subtractInput } = combineFn
  if (subtractInput === undefined) throw new Error(`${combineFn.name} does not subtract`)
  return inputs.reduce((accumulator, input) => subtractInput(accumulator, input), from)
}

/** The stored form of the accumulator of some inputs. */
export function stored<In, Acc, Out>(
  combineFn: CombineFn<In, Acc, Out>,
  inputs: readonly In[],
): Uint8Array | undefined {
  return combineFn.accumulatorCoder?.encode(accumulate(combineFn, inputs))
}
