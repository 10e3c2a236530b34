/**
 * Merge: several ways into one. Bundles pass; the watermark is the least of those that are not silent.
 */
import type { Timestamp } from '@tidemark/core'
import type { Bundle } from '../bundle/bundle.ts'
import type { Saved, StateData } from '../snapshot/saved.ts'
import { InputWatermark } from '../watermark/input-watermark.ts'
import type { Operator } from './operator.ts'
import type { Output } from './output.ts'

/** Joins bundles of several inputs. */
export class Merge implements Operator, Saved {
  readonly #watermark: InputWatermark
  readonly #output: Output

  constructor(inputs: number, output: Output) {
    this.#watermark = new InputWatermark(inputs)
    this.#output = output
  }

  process(bundle: Bundle, input: number): void {
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
    this.#output.setIdle(this.#watermark.isIdle)
  }

  idle(isIdle: boolean, input: number): void {
    if (this.#watermark.setIdle(isIdle, input)) this.#output.advance(this.#watermark.current)
    this.#output.setIdle(this.#watermark.isIdle)
  }

  save(): StateData {
    return this.#watermark.save()
  }

  load(data: StateData): void {
    this.#watermark.load(data)
  }
}
