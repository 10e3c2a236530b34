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
import type { Saved, StateData } from '../snapshot/saved.ts'

interface Row {
  readonly window: Window
  readonly value: unknown
}

interface OriginRows {
  readonly origin: Pick<PaneOrigin, 'key' | 'window'>
  readonly rows: Row[]
}

interface SettledData {
  readonly origins: readonly (readonly [
    id: string,
    key: StateData,
    window: WindowData,
    rows: readonly (readonly [WindowData, StateData])[],
  ])[]
  readonly net: readonly (readonly [WindowData, StateData, count: number])[]
}
type WindowData = readonly [start: number, end: number]

/** Keeps the settled result of one output. */
export class SettledTable implements Operator, Saved {
  readonly #byOrigin = new Map<string, OriginRows>()
  #net: SettledItem[] = []
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
        const known = this.#byOrigin.get(origin.id)
        this.#byOrigin.delete(origin.id)
        if (pane.effect === 'add' && known !== undefined) this.#move(known.rows, absorbedBy)
      } else if (pane.effect === 'replace' || !this.#byOrigin.has(origin.id)) {
        this.#byOrigin.set(origin.id, { origin, rows: [] })
      }
    }
    for (let row = 0; row < bundle.length; row++) {
      const window = windowAt(bundle, row)
      const value = elementAt(bundle, row)
      const pane = bundle.paneOf === undefined ? undefined : bundle.panes[bundle.paneOf[row]!]
      if (pane === undefined || pane.effect === 'change') this.#net.push({ window, value, count: signAt(bundle, row) })
      else this.#byOrigin.get(pane.origin.id)!.rows.push({ window, value })
    }
  }

  advance(): void {}

  /** The settled result so far. */
  result(): SettledResult {
    const items = [...this.#net]
    for (const { origin, rows } of this.#byOrigin.values()) {
      if (rows.length > 1 && this.#mergeOutputs !== undefined)
        items.push({ window: origin.window, value: this.#merge(origin, rows) })
      else for (const row of rows) items.push(row)
    }
    return settledResult(items)
  }

  save(): StateData {
    const origins = Array.from(this.#byOrigin, ([id, { origin, rows }]) => {
      const saved = rows.map(({ window, value }) => [windowData(window), value as StateData] as const)
      // Elsewhere nobody asks for it, and with a coder it need not be plain data.
      const key = this.#mergeOutputs === undefined ? null : (origin.key as StateData)
      return [id, key, windowData(origin.window), saved] as const
    })
    const net = this.#net.map(
      ({ window, value, count }) => [windowData(window), value as StateData, count ?? 1] as const,
    )
    return { origins, net } satisfies SettledData
  }

  load(data: StateData): void {
    const { origins, net } = data as unknown as SettledData
    for (const [id, key, window, rows] of origins) {
      const loaded = rows.map(([of, value]) => ({ window: windowOf(of), value }))
      this.#byOrigin.set(id, { origin: { key, window: windowOf(window) }, rows: loaded })
    }
    this.#net = net.map(([window, value, count]) => ({ window: windowOf(window), value, count }))
  }

  #merge(origin: OriginRows['origin'], rows: readonly Row[]): unknown {
    const outputs = rows.map((row) => (this.#keyed ? (row.value as readonly unknown[])[1] : row.value))
    const merged = outputs.reduce((a, b) => this.#mergeOutputs!(a, b))
    return this.#keyed ? [origin.key, merged] : merged
  }

  // What a window of discarding panes has emitted before it was merged away belongs to the merged window.
  #move(rows: readonly Row[], origin: PaneOrigin): void {
    const target = this.#byOrigin.get(origin.id) ?? { origin, rows: [] }
    for (const row of rows) target.rows.push({ window: origin.window, value: row.value })
    this.#byOrigin.set(origin.id, target)
  }
}

function windowData({ start, end }: Window): WindowData {
  return [start, end]
}

function windowOf([start, end]: WindowData): Window {
  return { start, end }
}
