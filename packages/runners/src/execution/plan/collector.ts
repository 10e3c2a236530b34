/**
 * Collector: the end of the graph, where rows become WindowedValues.
 */
import { GLOBAL_WINDOW, NO_FIRING, type WindowedValue } from '@tidemark/core'
import type { Bundle } from '../bundle/bundle.ts'
import type { Operator } from './operator.ts'

/** Hands every bundle on as WindowedValues. */
export class Collector implements Operator {
  readonly #take: (values: readonly WindowedValue<unknown>[]) => void

  constructor(take: (values: readonly WindowedValue<unknown>[]) => void) {
    this.#take = take
  }

  process(bundle: Bundle): void {
    if (bundle.length === 0) return
    const { length, keys, values, timestamps, windows, panes, paneOf, signs } = bundle
    const collected = new Array<WindowedValue<unknown>>(length)
    for (let row = 0; row < length; row++) {
      collected[row] = {
        value: keys === undefined ? values[row] : [keys[row], values[row]],
        timestamp: timestamps[row]!,
        window: windows === undefined ? GLOBAL_WINDOW : windows[row]!,
        pane: paneOf === undefined ? NO_FIRING : panes[paneOf[row]!]!.info,
        sign: signs !== undefined && signs[row]! < 0 ? -1 : 1,
      }
    }
    this.#take(collected)
  }

  advance(): void {}
}
