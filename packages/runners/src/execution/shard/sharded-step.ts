/**
 * ShardedStep: a keyed step as several, each with the keys of one shard, its own state and its own output watermark.
 *
 * Shards share nothing but counters, so each could run on a thread of its own. What drift-safe steps settle on, and which elements are
 * dropped, does not depend on how many there are. How a pane is called may, when it is late: it is told by the output watermark, which
 * is then that of its shard.
 */
import type { Coder, Timestamp, Window } from '@tidemark/core'
import type { Bundle } from '../bundle/bundle.ts'
import { earliest, type Holder } from '../explain/inspection.ts'
import { Merge } from '../plan/merge.ts'
import type { TimedOperator } from '../plan/operator.ts'
import { Output } from '../plan/output.ts'
import type { StateData } from '../snapshot/saved.ts'
import { partition, shardOf, type RowRange } from './partition.ts'

interface ShardedData {
  readonly shards: readonly StateData[]
  readonly outputs: readonly StateData[]
  readonly merge: StateData
}

/** What a sharded step is built from. */
export interface ShardedSpec {
  readonly shards: number
  readonly keyCoder: Coder<unknown> | undefined
  /** Path of the step, for errors. */
  readonly step: string
  readonly output: Output
  /** Whether it matters below where the watermark stands inside a bundle. */
  readonly inStep: boolean
}

/** Runs the shards of one step. */
export class ShardedStep implements TimedOperator {
  readonly #shards: readonly TimedOperator[]
  readonly #outputs: readonly Output[]
  readonly #merge: Merge
  readonly #keyCoder: Coder<unknown> | undefined
  readonly #step: string
  readonly #inStep: boolean

  /** `make` builds the operator of one shard, which hands on what it emits to an output of its own. */
  constructor(spec: ShardedSpec, make: (shard: number, output: Output) => TimedOperator) {
    const { shards, output } = spec
    this.#keyCoder = spec.keyCoder
    this.#step = spec.step
    this.#inStep = spec.inStep
    this.#merge = new Merge(shards, output)
    this.#outputs = Array.from({ length: shards }, () => new Output())
    this.#shards = this.#outputs.map((own, shard) => make(shard, own))
    for (const [shard, own] of this.#outputs.entries()) own.connect(this.#merge, shard)
  }

  process(bundle: Bundle, input: number): void {
    const { watermarks, length } = bundle
    if (watermarks === undefined || !this.#inStep) {
      this.#spread(bundle, input, { start: 0, end: length })
      return
    }
    // A shard that follows the watermark inside the bundle must not leave the others behind: their merged output would stay back with them.
    for (let start = 0, end = 1; start < length; start = end++) {
      const watermark = watermarks[start]!
      while (end < length && watermarks[end] === watermark) end++
      // Of several inputs this one may be further already: then it stays where it is.
      if (watermark > this.inputWatermark) this.advance(watermark, input)
      this.#spread(bundle, input, { start, end })
    }
  }

  #spread(bundle: Bundle, input: number, rows: RowRange): void {
    const parts = partition(bundle, rows, this.#keyCoder, this.#shards.length, this.#step)
    for (const [shard, part] of parts.entries()) if (part !== undefined) this.#shards[shard]!.process(part, input)
  }

  approach(watermark: Timestamp, input: number): void {
    for (const shard of this.#shards) shard.approach(watermark, input)
  }

  // All shards go as far as they can before one of them emits: below, the watermark is then where one step would have it.
  advance(watermark: Timestamp, input: number): void {
    this.approach(watermark, input)
    for (const shard of this.#shards) shard.advance(watermark, input)
  }

  idle(isIdle: boolean, input: number): void {
    for (const shard of this.#shards) shard.idle?.(isIdle, input)
  }

  nextEventTime(): Timestamp {
    return Math.min(...this.#shards.map((shard) => shard.nextEventTime()))
  }

  nextProcessingTime(): number {
    return Math.min(...this.#shards.map((shard) => shard.nextProcessingTime()))
  }

  advanceProcessingTime(now: number): void {
    for (const shard of this.#shards) shard.advanceProcessingTime(now)
  }

  get inputWatermark(): Timestamp {
    return Math.min(...this.#shards.map((shard) => shard.inputWatermark))
  }

  inspect(key: unknown, window: Window): ReturnType<TimedOperator['inspect']> {
    return this.#shards[shardOf(key, this.#keyCoder, this.#shards.length)]!.inspect(key, window)
  }

  holders(limit: number): readonly Holder[] {
    return earliest(
      this.#shards.flatMap((shard) => shard.holders(limit)),
      limit,
    )
  }

  waiting(): number {
    return this.#shards.reduce((sum, shard) => sum + shard.waiting(), 0)
  }

  save(): StateData {
    return {
      shards: this.#shards.map((shard) => shard.save()),
      outputs: this.#outputs.map((output) => output.save()),
      merge: this.#merge.save(),
    } satisfies ShardedData
  }

  load(data: StateData): void {
    const { shards, outputs, merge } = data as unknown as ShardedData
    for (const [shard, part] of shards.entries()) this.#shards[shard]!.load(part)
    for (const [shard, part] of outputs.entries()) this.#outputs[shard]!.load(part)
    this.#merge.load(merge)
  }
}
