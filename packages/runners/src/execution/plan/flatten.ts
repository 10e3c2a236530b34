/**
 * Flatten: several collections as one. Bundles pass; the watermark is the least of the inputs'.
 */
import type { Timestamp } from '@tidemark/core'
import type { Bundle } from '../bundle/bundle.ts'
import type { Pane, PaneOrigin } from '../bundle/pane.ts'
import type { StepLog } from '../ledger/step-log.ts'
import { InputWatermark } from '../watermark/input-watermark.ts'
import type { Operator } from './operator.ts'
import type { Output } from './output.ts'

/** Joins bundles of several inputs. */
export class Flatten implements Operator {
  readonly #watermark: InputWatermark
  readonly #output: Output
  readonly #log: StepLog
  /** By input: what stands below for the origin of panes that came over it. */
  readonly #origins: readonly WeakMap<PaneOrigin, PaneOrigin>[]

  constructor(inputs: number, output: Output, log: StepLog) {
    this.#watermark = new InputWatermark(inputs)
    this.#output = output
    this.#log = log
    this.#origins = Array.from({ length: inputs }, () => new WeakMap<PaneOrigin, PaneOrigin>())
  }

  process(bundle: Bundle, input: number): void {
    const { counters } = this.#log
    counters.in += bundle.length
    counters.withOutput += bundle.length
    counters.out += bundle.length
    const { watermarks } = bundle
    const panes = bundle.panes.map((pane) => this.#overInput(pane, input))
    if (watermarks === undefined) {
      this.#output.emit({ ...bundle, panes })
      return
    }
    // A row is no later below than the slowest of the other inputs allows.
    const others = this.#watermark.leastBut(input)
    const capped = new Float64Array(bundle.length)
    for (let row = 0; row < bundle.length; row++) capped[row] = Math.min(watermarks[row]!, others)
    this.#output.emit({ ...bundle, panes, watermarks: capped })
  }

  advance(watermark: Timestamp, input: number): void {
    if (this.#watermark.advance(watermark, input)) this.#output.advance(this.#watermark.current)
    this.#output.setIdle(this.#watermark.isIdle)
  }

  idle(isIdle: boolean, input: number): void {
    if (this.#watermark.setIdle(isIdle, input)) this.#output.advance(this.#watermark.current)
    this.#output.setIdle(this.#watermark.isIdle)
  }

  // One pane may come over several inputs, each with its own part of the rows: it replaces what came before over the same input.
  #overInput(pane: Pane, input: number): Pane {
    const origins = this.#origins[input]!
    const own = (origin: PaneOrigin): PaneOrigin => {
      const known = origins.get(origin)
      if (known !== undefined) return known
      const fresh = { ...origin }
      origins.set(origin, fresh)
      return fresh
    }
    return { ...pane, origin: own(pane.origin), absorbedBy: pane.absorbedBy && own(pane.absorbedBy) }
  }
}
