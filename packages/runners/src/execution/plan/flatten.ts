/**
 * Flatten: several collections as one. Bundles pass; the watermark is the least of the inputs'.
 */
import type { Timestamp } from '@tidemark/core'
import type { Bundle } from '../bundle/bundle.ts'
import type { StepLog } from '../ledger/step-log.ts'
import { InputWatermark } from '../watermark/input-watermark.ts'
import type { Operator } from './operator.ts'
import type { Output } from './output.ts'

/** Joins bundles of several inputs. */
export class Flatten implements Operator {
  readonly #watermark: InputWatermark
  readonly #output: Output
  readonly #log: StepLog

  constructor(inputs: number, output: Output, log: StepLog) {
    this.#watermark = new InputWatermark(inputs)
    this.#output = output
    this.#log = log
  }

  process(bundle: Bundle, input: number): void {
    const { counters } = this.#log
    counters.in += bundle.length
    counters.withOutput += bundle.length
    counters.out += bundle.length
    const { watermarks } = bundle
    if (watermarks === undefined) {
      this.#output.emit(bundle)
      return
    }
    // A row is no later below than the slowest of the other inputs allows.
    const others = this.#watermark.leastBut(input)
    const capped = new Float64Array(bundle.length)
    for (let row = 0; row < bundle.length; row++) capped[row] = Math.min(watermarks[row]!, others)
    this.#output.emit({ ...bundle, watermarks: capped })
  }

  advance(watermark: Timestamp, input: number): void {
    if (this.#watermark.advance(watermark, input)) this.#output.advance(this.#watermark.current)
  }
}
