/**
 * WindowIntoStage: assigns windows. A row in several windows becomes several rows; one in none goes to the ledger.
 */
import { formatTimestamp, GLOBAL_WINDOW, type Window, type WindowFn } from '@tidemark/core'
import type { StepLog } from '../ledger/step-log.ts'
import type { Block } from './block.ts'
import type { Failures } from './failures.ts'
import { Stage } from './stage.ts'

/** Assigns windows by a WindowFn. */
export class WindowIntoStage extends Stage {
  readonly #windowFn: WindowFn
  #windows: Window[] = []
  /** The row of each window, as soon as they are not one for each row. */
  #rows: number[] | undefined
  /** The last window given and its bounds, where windows depend on nothing but the timestamp. */
  #last: Window = GLOBAL_WINDOW
  #start = NaN
  #end = NaN

  constructor(windowFn: WindowFn, log: StepLog) {
    super(log, 'assign', false)
    this.#windowFn = windowFn
  }

  protected begin(block: Block): void {
    this.#windows = new Array<Window>(block.length)
    this.#rows = undefined
  }

  protected takeRows(block: Block, failures: Failures): void {
    const { timestamps, length } = block
    const windows = this.#windows
    let last = this.#last
    let start = this.#start
    let end = this.#end
    for (let { row } = block; row < length; row++) {
      const timestamp = timestamps[row]!
      if (timestamp >= start && timestamp < end) {
        windows[row] = last
        continue
      }
      block.row = row
      const given = this.#windowFn.assign(timestamp, block.elementAt(row))
      if (given.length !== 1) {
        this.#takeSeveral(block, failures)
        return
      }
      windows[row] = given[0]!
      if (!this.#windowFn.tiling) continue
      last = this.#last = given[0]!
      start = this.#start = last.start
      end = this.#end = last.end
    }
    block.row = length
  }

  #takeSeveral(block: Block, failures: Failures): void {
    const windows = this.#windows
    windows.length = block.row
    const rows = (this.#rows = Array.from(windows, (_, row) => row))
    for (let { row } = block; row < block.length; row++) {
      block.row = row
      const timestamp = block.timestamps[row]!
      const given = this.#windowFn.assign(timestamp, block.elementAt(row))
      for (const window of given) {
        windows.push(window)
        rows.push(row)
      }
      if (given.length > 0) continue
      const detail = `${this.#windowFn.description} gives no window at ${formatTimestamp(timestamp)}`
      this.lose(block, failures, 'no-window', detail)
    }
  }

  protected end(block: Block): number {
    if (this.#rows !== undefined) block.select(this.#rows, this.#rows.length)
    block.windows = this.#windows
    this.#windows = []
    return 0
  }
}
