/**
 * MultisetReducer: keeps the inputs themselves, for combiners without `subtractInput` that are fed by changes.
 */
import { encodeValue, type Coder, type CombineFn } from '@tidemark/core'
import { textOfBytes } from '../state/byte-text.ts'
import { valueData, valueOf } from '../snapshot/value-data.ts'
import type { StateData } from '../snapshot/saved.ts'
import type { Reducer } from './reducer.ts'

type Multiset = Map<string, { readonly value: unknown; count: number }>

/** Counts equal inputs and combines what remains when it is asked. */
export class MultisetReducer implements Reducer {
  readonly #combineFn: CombineFn<unknown, unknown, unknown>
  readonly #coder: Coder<unknown> | undefined

  constructor(combineFn: CombineFn<unknown, unknown, unknown>, coder: Coder<unknown> | undefined) {
    this.#combineFn = combineFn
    this.#coder = coder
  }

  create(): Multiset {
    return new Map()
  }
  add(accumulator: unknown, value: unknown): Multiset {
    return this.#count(accumulator as Multiset, value, 1)
  }
  subtract(accumulator: unknown, value: unknown): Multiset {
    return this.#count(accumulator as Multiset, value, -1)
  }

  merge(accumulator: unknown, other: unknown): Multiset {
    const multiset = accumulator as Multiset
    for (const { value, count } of (other as Multiset).values()) this.#count(multiset, value, count)
    return multiset
  }

  extract(accumulator: unknown): unknown {
    let result = this.#combineFn.createAccumulator()
    for (const { value, count } of (accumulator as Multiset).values()) {
      for (let copy = 0; copy < count; copy++) result = this.#combineFn.addInput(result, value)
    }
    return this.#combineFn.extractOutput(result)
  }

  save(accumulator: unknown): StateData {
    const entries = [...(accumulator as Multiset).values()]
    return entries.map(({ value, count }) => [valueData(value, this.#coder), count])
  }

  load(data: StateData): Multiset {
    const multiset = this.create()
    for (const [value, count] of data as readonly (readonly [StateData, number])[])
      this.#count(multiset, valueOf(value, this.#coder), count)
    return multiset
  }

  saveOutput(output: unknown): StateData {
    return output as StateData
  }

  loadOutput(data: StateData): unknown {
    return data
  }

  #count(multiset: Multiset, value: unknown, by: number): Multiset {
    const text = textOfBytes(this.#coder === undefined ? encodeValue(value) : this.#coder.encode(value))
    const entry = multiset.get(text)
    if (entry === undefined) multiset.set(text, { value, count: by })
    else if (entry.count + by === 0) multiset.delete(text)
    else entry.count += by
    return multiset
  }
}
