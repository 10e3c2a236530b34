/**
 * Collector: the end of the graph, where rows become WindowedValues.
 */
import { NO_FIRING, type WindowedValue } from '@tidemark/core'
import { elementAt, signAt, windowAt, type Bundle } from '../bundle/bundle.ts'
import type { Operator } from './operator.ts'

/** Hands every bundle on as WindowedValues. */
export class Collector implements Operator {
  readonly #take: (values: readonly WindowedValue<unknown>[]) => void

  constructor(take: (values: readonly WindowedValue<unknown>[]) => void) {
    this.#take = take
  }

  process(bundle: Bundle): void {
    if (bundle.length === 0) return
    const values: WindowedValue<unknown>[] = []
    for (let row = 0; row < bundle.length; row++) {
      values.push({
        value: elementAt(bundle, row),
        timestamp: bundle.timestamps[row]!,
        window: windowAt(bundle, row),
        pane: bundle.paneOf === undefined ? NO_FIRING : bundle.panes[bundle.paneOf[row]!]!.info,
        sign: signAt(bundle, row),
      })
    }
    this.#take(values)
  }

  advance(): void {}
}
