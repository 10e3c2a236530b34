/**
 * Stage: one stateless step inside a fused chain. It takes all rows of a block, and leaves in the block what it passes on.
 *
 * A loop per stage and bundle, not a call per element and stage: each loop calls one function only. What a function throws
 * concerns its row alone: the rows before it go on, so that errors and ledger are those of one element after the other.
 */
import { PipelineError, thrownText } from '@tidemark/core'
import type { StepLog } from '../ledger/step-log.ts'
import type { Block } from './block.ts'
import type { Failures } from './failures.ts'
import { PROGRAM_FAULTS } from './user-code.ts'

/** The function of a step. */
export type ElementFn = (element: unknown) => unknown

/** One step of a chain at run time. */
export abstract class Stage {
  readonly log: StepLog
  /** What the step's function is called, for errors. */
  protected readonly what: string
  readonly #deadLetters: boolean
  /** Rows at which the function threw, and which are in the ledger now. */
  readonly #lost: number[] = []

  constructor(log: StepLog, what: string, deadLetters: boolean) {
    this.log = log
    this.what = what
    this.#deadLetters = deadLetters
  }

  protected get path(): string {
    return this.log.step.path
  }

  /** Takes the rows of a block. */
  run(block: Block, failures: Failures): void {
    const entered = block.length
    this.begin(block)
    for (block.row = 0; block.row < block.length; block.row++) {
      try {
        this.takeRows(block, failures)
      } catch (cause) {
        this.#fail(block, failures, cause)
      }
    }
    const lost = this.#lost.length
    const left = this.end(block, this.#lost)
    this.#lost.length = 0
    const { counters } = this.log
    counters.in += entered
    counters.withoutOutput += left
    counters.withOutput += entered - left - lost
  }

  /** Prepares for the rows of a block. */
  protected abstract begin(block: Block): void
  /** Takes the rows from `block.row` on, and moves it on before each. */
  protected abstract takeRows(block: Block, failures: Failures): void
  /** Leaves in the block what is passed on; returns how many rows the function has left out. The `lost` ones are to go. */
  protected abstract end(block: Block, lost: number[]): number

  /** Puts the row at hand into the ledger. */
  protected lose(block: Block, failures: Failures, reason: 'no-window' | 'dead-letter', detail: string): void {
    const { row } = block
    const window = reason === 'no-window' ? undefined : block.windowAt(row)
    failures.lose(this.log, block.fromAt(row), { reason, step: this.path, window, detail, ...block.describe(row) })
    this.#lost.push(row)
  }

  #fail(block: Block, failures: Failures, cause: unknown): void {
    if (!this.#deadLetters || (cause instanceof PipelineError && PROGRAM_FAULTS.has(cause.code))) {
      failures.stop(block, this.what, this.path, cause)
    } else {
      const text = thrownText(cause)
      this.lose(block, failures, 'dead-letter', `${this.what} threw: ${text}`)
    }
  }
}

/** Takes rows out of a block. */
export function withoutRows(block: Block, rows: readonly number[]): void {
  if (rows.length === 0) return
  const kept: number[] = []
  let next = 0
  for (let row = 0; row < block.length; row++) {
    if (row === rows[next]) next++
    else kept.push(row)
  }
  block.select(kept, kept.length)
}
