/**
 * The stages that make one element of one, or none: map, filter, withKeys, withTimestamps and reshuffle.
 */
import { formatTimestamp, PipelineError, requireTimestamp } from '@tidemark/core'
import type { StepLog } from '../ledger/step-log.ts'
import { RowNumbers } from '../bundle/number-column.ts'
import type { Block } from './block.ts'
import { held, type HeldFunction } from './held-function.ts'
import { Stage, withoutRows, type ElementFn } from './stage.ts'
import { isSynchronous } from './user-code.ts'

/** Puts what the function returns in place of the element. */
export class MapStage extends Stage {
  readonly #fn: HeldFunction<ElementFn>
  #results: unknown[] = []
  // Whoever returns a promise does so for the first element already: one look is enough.
  #isSynchronous = false

  constructor(fn: ElementFn, log: StepLog, deadLetters: boolean) {
    super(log, 'map', deadLetters)
    this.#fn = held(fn)
  }

  protected begin(block: Block): void {
    this.#results = block.newValues()
  }

  protected takeRows(block: Block): void {
    const { values, length } = block
    const { fn } = this.#fn
    const results = this.#results
    let { row } = block
    try {
      if (!this.#isSynchronous) {
        results[row] = fn(block.elementAt(row))
        this.#isSynchronous = isSynchronous(results[row], 'map', this.path)
        row++
      }
      if (block.keys === undefined) for (; row < length; row++) results[row] = fn(values[row])
      else for (; row < length; row++) results[row] = fn(block.elementAt(row))
    } finally {
      block.row = row
    }
  }

  protected end(block: Block, lost: number[]): number {
    block.replace(this.#results, undefined)
    this.#results = []
    withoutRows(block, lost)
    return 0
  }
}

/** Leaves out the elements for which the function does not hold. */
export class FilterStage extends Stage {
  readonly #fn: HeldFunction<ElementFn>
  /** 1 for the rows that stay. A sum of them takes no branch that a processor would have to guess. */
  #holds = new Uint8Array(0)
  readonly #kept = new RowNumbers()

  constructor(fn: ElementFn, log: StepLog, deadLetters: boolean) {
    super(log, 'filter', deadLetters)
    this.#fn = held(fn)
  }

  protected begin(block: Block): void {
    if (this.#holds.length < block.length) this.#holds = new Uint8Array(block.length)
  }

  protected takeRows(block: Block): void {
    const { values, length } = block
    const { fn } = this.#fn
    const holds = this.#holds
    const { path } = this
    let { row } = block
    try {
      if (block.keys === undefined) for (; row < length; row++) holds[row] = bit(fn(values[row]), path)
      else for (; row < length; row++) holds[row] = bit(fn(block.elementAt(row)), path)
    } finally {
      block.row = row
    }
  }

  protected end(block: Block, lost: number[]): number {
    const { length } = block
    const holds = this.#holds
    for (const row of lost) holds[row] = 0
    const kept = this.#kept.make(length)
    let count = 0
    for (let row = 0; row < length; row++) {
      kept[count] = row
      count += holds[row]!
    }
    if (count < length) block.select(kept, count)
    return length - lost.length - count
  }
}

/** Gives every element a key, in a column of its own. */
export class WithKeysStage extends Stage {
  readonly #fn: HeldFunction<ElementFn>
  #keys: unknown[] = []
  #values: unknown[] | undefined

  constructor(fn: ElementFn, log: StepLog, deadLetters: boolean) {
    super(log, 'withKeys', deadLetters)
    this.#fn = held(fn)
  }

  protected begin(block: Block): void {
    this.#keys = new Array<unknown>(block.length)
    this.#values = block.keys && new Array<unknown>(block.length)
  }

  protected takeRows(block: Block): void {
    const { values, length } = block
    const { fn } = this.#fn
    const keys = this.#keys
    const pairs = this.#values
    let { row } = block
    try {
      if (pairs === undefined) for (; row < length; row++) keys[row] = fn(values[row])
      else for (; row < length; row++) keys[row] = fn((pairs[row] = block.elementAt(row)))
    } finally {
      block.row = row
    }
  }

  protected end(block: Block, lost: number[]): number {
    if (this.#values === undefined) block.keys = this.#keys
    else block.replace(this.#values, this.#keys)
    this.#keys = []
    this.#values = undefined
    withoutRows(block, lost)
    return 0
  }
}

/** Moves timestamps forward. */
export class WithTimestampsStage extends Stage {
  readonly #fn: HeldFunction<ElementFn>
  #timestamps: Float64Array = new Float64Array(0)

  constructor(fn: ElementFn, log: StepLog, deadLetters: boolean) {
    super(log, 'withTimestamps', deadLetters)
    this.#fn = held(fn)
  }

  protected begin(block: Block): void {
    this.#timestamps = block.ownTimestamps()
  }

  protected takeRows(block: Block): void {
    const { fn } = this.#fn
    const timestamps = this.#timestamps
    for (let { row } = block; row < block.length; row++) {
      block.row = row
      const before = timestamps[row]!
      const after = requireTimestamp(fn(block.elementAt(row)), `The timestamp given by step "${this.path}"`)
      if (after < before) throw movedBack(this.path, before, after)
      timestamps[row] = after
    }
  }

  protected end(block: Block, lost: number[]): number {
    withoutRows(block, lost)
    return 0
  }
}

/** Passes everything on; only counts. */
export class ReshuffleStage extends Stage {
  constructor(log: StepLog) {
    super(log, 'reshuffle', false)
  }

  protected begin(): void {}

  protected takeRows(block: Block): void {
    block.row = block.length
  }

  protected end(): number {
    return 0
  }
}

/** 1 for what is true, without a branch that the processor would have to guess wherever functions return what they should. */
function bit(result: unknown, path: string): number {
  const isTrue = Number(result === true)
  if (isTrue + Number(result === false) === 1) return isTrue
  // A promise is true, and would let everything pass.
  isSynchronous(result, 'filter', path)
  return Number(Boolean(result))
}

function movedBack(path: string, before: number, after: number): PipelineError {
  return new PipelineError(
    'TIMESTAMP_MOVED_BACK',
    `Step "${path}" gave an element of ${formatTimestamp(before)} the earlier timestamp ${formatTimestamp(after)}. The watermark may have ` +
      'passed it, so the element could be dropped. Timestamps may only move forward; assign event time in the source.',
    { step: path },
  )
}
