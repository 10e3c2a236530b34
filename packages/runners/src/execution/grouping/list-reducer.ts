/**
 * ListReducer: the values of groupByKey, ordered by (timestamp, canonical bytes) when they are emitted.
 */
import { compareBytes, encodeValue, type Coder, type Timestamp } from '@tidemark/core'
import { valueData, valueOf } from '../snapshot/value-data.ts'
import type { StateData } from '../snapshot/saved.ts'
import { unknownChange } from './grouping-error.ts'
import type { Reducer } from './reducer.ts'

interface Item {
  readonly value: unknown
  readonly timestamp: Timestamp
  /** Canonical bytes, once they were needed. */
  bytes: Uint8Array | undefined
}

/** Keeps values with their timestamps. */
export class ListReducer implements Reducer {
  readonly #sorted: boolean
  readonly #coder: Coder<unknown> | undefined

  constructor(sorted: boolean, coder: Coder<unknown> | undefined) {
    this.#sorted = sorted
    this.#coder = coder
  }

  create(): Item[] {
    return []
  }

  add(accumulator: unknown, value: unknown, timestamp: Timestamp): Item[] {
    const items = accumulator as Item[]
    items.push({ value, timestamp, bytes: undefined })
    return items
  }

  subtract(accumulator: unknown, value: unknown, timestamp: Timestamp): Item[] {
    const items = accumulator as Item[]
    const wanted: Item = { value, timestamp, bytes: undefined }
    const index = items.findIndex((item) => this.#compare(item, wanted) === 0)
    if (index < 0) throw unknownChange('a value')
    items.splice(index, 1)
    return items
  }

  merge(accumulator: unknown, other: unknown): Item[] {
    const items = accumulator as Item[]
    for (const item of other as Item[]) items.push(item)
    return items
  }

  extract(accumulator: unknown): unknown[] {
    const items = [...(accumulator as Item[])]
    if (this.#sorted) items.sort((a, b) => this.#compare(a, b))
    return items.map((item) => item.value)
  }

  save(accumulator: unknown): StateData {
    return (accumulator as Item[]).map(({ value, timestamp }) => [timestamp, valueData(value, this.#coder)])
  }

  load(data: StateData): Item[] {
    const items = data as readonly (readonly [Timestamp, StateData])[]
    return items.map(([timestamp, value]) => ({ value: valueOf(value, this.#coder), timestamp, bytes: undefined }))
  }

  saveOutput(output: unknown): StateData {
    return (output as readonly unknown[]).map((value) => valueData(value, this.#coder))
  }

  loadOutput(data: StateData): unknown[] {
    return (data as readonly StateData[]).map((value) => valueOf(value, this.#coder))
  }

  #compare(a: Item, b: Item): number {
    return a.timestamp - b.timestamp || compareBytes(this.#bytesOf(a), this.#bytesOf(b))
  }

  #bytesOf(item: Item): Uint8Array {
    item.bytes ??= this.#coder === undefined ? encodeValue(item.value) : this.#coder.encode(item.value)
    return item.bytes
  }
}
