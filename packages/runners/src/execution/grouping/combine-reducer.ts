/**
 * CombineReducer: values into a combiner's accumulator, as they come.
 */
import { assert, type CombineFn } from '@tidemark/core'
import type { StateData } from '../snapshot/saved.ts'
import type { Reducer } from './reducer.ts'

/** Runs a CombineFn. */
export class CombineReducer implements Reducer {
  readonly #combineFn: CombineFn<unknown, unknown, unknown>

  constructor(combineFn: CombineFn<unknown, unknown, unknown>) {
    this.#combineFn = combineFn
  }

  create(): unknown {
    return this.#combineFn.createAccumulator()
  }
  add(accumulator: unknown, value: unknown): unknown {
    return this.#combineFn.addInput(accumulator, value)
  }
  subtract(accumulator: unknown, value: unknown): unknown {
    const { subtractInput, name } = this.#combineFn
    assert(subtractInput !== undefined, `the combiner ${name} was asked to take back an input but cannot`)
    return subtractInput(accumulator, value)
  }
  merge(accumulator: unknown, other: unknown): unknown {
    return this.#combineFn.mergeAccumulators(accumulator, other)
  }
  extract(accumulator: unknown): unknown {
    return this.#combineFn.extractOutput(accumulator)
  }
  save(accumulator: unknown): StateData {
    const { accumulatorCoder } = this.#combineFn
    return accumulatorCoder === undefined ? (accumulator as StateData) : accumulatorCoder.encode(accumulator)
  }
  load(data: StateData): unknown {
    const { accumulatorCoder } = this.#combineFn
    return accumulatorCoder === undefined ? data : accumulatorCoder.decode(data as Uint8Array)
  }
  saveOutput(output: unknown): StateData {
    return output as StateData
  }
  loadOutput(data: StateData): unknown {
    return data
  }
}
