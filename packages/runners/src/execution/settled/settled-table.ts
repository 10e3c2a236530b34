/**
 * SettledTable: the settled result of one output, kept up to date as bundles arrive.
 *
 * Rows are kept by the pane origin they came from, so that a later pane replaces them, adds to them or, by passing nothing
 * on, removes them. Changes and elements without a pane go into one multiset.
 */
import { settledResult, type SettledItem, type SettledResult } from '../../settled/settled-result.ts'
import type { Window } from '@tidemark/core'
import { elementAt, signAt, windowAt, type Bundle } from '../bundle/bundle.ts'
import type { PaneOrigin } from '../bundle/pane.ts'
import type { Operator } from '../plan/operator.ts'

interface Row {
  readonly window: Window
  readonly value: unknown
}

/** Keeps the settled result of one output. */
export class SettledTable implements Operator {
  readonly #byOrigin = new Map<PaneOrigin, Row[]>()
  readonly #net: SettledItem[] = []
  readonly #mergeOutputs: ((a: unknown, b: unknown) => unknown) | undefined
  readonly #keyed: boolean

  /** `mergeOutputs` is the combiner's, when the output is a grouping's own and its panes are discarding. */
  constructor(mergeOutputs: ((a: unknown, b: unknown) => unknown) | undefined, keyed: boolean) {
    this.#mergeOutputs = mergeOutputs
    this.#keyed = keyed
  }

  process(bundle: Bundle): void {
    for (const pane of bundle.panes) {
      if (pane.effect === 'change') continue
      const { origin, absorbedBy } = pane
      if (absorbedBy !== undefined) {
        const rows = this.#byOrigin.get(origin)
        this.#byOrigin.delete(origin)
        if (pane.effect === 'add' && rows !== undefined) this.#move(rows, absorbedBy)
      } else if (pane.effect === 'replace') {
        this.#byOrigin.set(origin, [])
      } else if (!this.#byOrigin.has(origin)) {
        this.#byOrigin.set(origin, [])
      }
    }
    for (let row = 0; row < bundle.length; row++) {
      const window = windowAt(bundle, row)
      const value = elementAt(bundle, row)
      const pane = bundle.paneOf === undefined ? undefined : bundle.panes[bundle.paneOf[row]!]
      if (pane === undefined || pane.effect === 'change') this.#net.push({ window, value, count: signAt(bundle, row) })
      else this.#byOrigin.get(pane.origin)!.push({ window, value })
    }
  }

  advance(): void {}

  /** The settled result so far. */
  result(): SettledResult {
    const items = [...this.#net]
    for (const [origin, rows] of this.#byOrigin) {
      if (rows.length > 1 && this.#mergeOutputs !== undefined)
        items.push({ window: origin.window, value: this.#merge(origin, rows) })
      else items.push(...rows)
    }
    return settledResult(items)
  }

  #merge(origin: PaneOrigin, rows: readonly Row[]): unknown {
    const outputs = rows.map((row) => (this.#keyed ? (row.value as readonly unknown[])[1] : row.value))
    const merged = outputs.reduce((a, b) => this.#mergeOutputs!(a, b))
    return this.#keyed ? [origin.key, merged] : merged
  }

  // What a window of discarding panes has emitted before it was merged away belongs to the merged window.
  #move(rows: readonly Row[], origin: PaneOrigin): void {
    const target = this.#byOrigin.get(origin) ?? []
    for (const row of rows) target.push({ window: origin.window, value: row.value })
    this.#byOrigin.set(origin, target)
  }
}
