/**
 * Chain: neighbouring stateless steps fused into one operator. A bundle goes through them as one block of columns.
 *
 * No object, promise or generator per element and step: a step is one loop over a column, and what it does not change is not
 * touched. Nobody sees what passes between the steps.
 */
import type { Timestamp, Window } from '@tidemark/core'
import type { Bundle } from '../bundle/bundle.ts'
import type { Operator } from '../plan/operator.ts'
import type { Output } from '../plan/output.ts'
import { Block } from './block.ts'
import type { Branch, BranchingStage } from './branching-stages.ts'
import { compileStage, type ChainStep } from './compile-stage.ts'
import { Failures } from './failures.ts'
import { SideColumn } from './side-column.ts'
import type { Stage } from './stage.ts'
import { lifeCycleError } from './user-code.ts'

/** Fused stateless steps at run time; the last one's outputs are the chain's. */
export class Chain implements Operator {
  readonly #steps: readonly ChainStep[]
  readonly #outputs: readonly Output[]
  readonly #block = new Block()
  readonly #failures = new Failures()
  readonly #stages: readonly Stage[]

  constructor(steps: readonly ChainStep[], outputs: readonly Output[], side: SideColumn = new SideColumn()) {
    this.#steps = steps
    this.#outputs = outputs
    this.#stages = steps.map((step) => compileStage(step, this.#block, side))
  }

  process(bundle: Bundle): void {
    const block = this.#block
    this.#startBundle()
    block.begin(bundle)
    for (const stage of this.#stages) stage.run(block, this.#failures)
    this.#failures.settle()
    const { payload } = this.#steps.at(-1)!
    if (payload.primitive === 'parDo' && payload.outputs.length > 0) {
      const branches = (this.#stages.at(-1) as BranchingStage).takeBranches()
      for (const [index, { values, rows }] of branches.entries()) this.#emit(index, block.branch(values, rows))
    } else {
      this.#emit(0, block.bundle())
    }
    this.#finishBundle()
    block.end()
  }

  advance(watermark: Timestamp): void {
    for (const output of this.#outputs) output.advance(watermark)
  }

  idle(isIdle: boolean): void {
    for (const output of this.#outputs) output.setIdle(isIdle)
  }

  #emit(output: number, bundle: Bundle): void {
    this.#steps.at(-1)!.log.counters.out += bundle.length
    this.#outputs[output]!.emit(bundle)
  }

  #startBundle(): void {
    for (const { payload, log } of this.#steps) {
      if (payload.primitive !== 'parDo' || payload.doFn.startBundle === undefined) continue
      try {
        payload.doFn.startBundle()
      } catch (cause) {
        throw lifeCycleError('startBundle', log.step.path, cause)
      }
    }
  }

  // Only the last step of a chain has a finishBundle: what it emits belongs to no row.
  #finishBundle(): void {
    const { payload, log } = this.#steps.at(-1)!
    if (payload.primitive !== 'parDo' || payload.doFn.finishBundle === undefined) return
    const stage = this.#stages.at(-1) as BranchingStage
    const timestamps: Timestamp[] = []
    const windows: Window[] = []
    try {
      for (const { value, timestamp, window } of payload.doFn.finishBundle() ?? []) {
        stage.give(value, timestamps.length)
        timestamps.push(timestamp)
        windows.push(window)
      }
    } catch (cause) {
      throw lifeCycleError('finishBundle', log.step.path, cause)
    }
    for (const [index, branch] of stage.takeBranches().entries())
      this.#emit(index, bundleOf(branch, timestamps, windows))
  }
}

function bundleOf({ values, rows }: Branch, timestamps: readonly Timestamp[], windows: readonly Window[]): Bundle {
  return {
    length: values.length,
    keys: undefined,
    values,
    timestamps: rows.map((row) => timestamps[row]!),
    windows: rows.map((row) => windows[row]!),
    signs: undefined,
    panes: [],
    paneOf: undefined,
    watermarks: undefined,
    positions: undefined,
  }
}
