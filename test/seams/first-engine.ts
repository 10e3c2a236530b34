/**
 * An engine of version 0, as a double: it runs one pipeline only, in its own way, with times in seconds and other names for things. Its
 * snapshots are what a later engine must be able to read, by way of an upgrade that knows both forms.
 */
import { combinePerKey, encodeValue, fixedWindows, map, read, seconds, windowInto } from '@tidemark/core'
import type { PCollection, PullSource, Root } from '@tidemark/core'
import { buildGraph, describeGraph } from '@tidemark/core/graph'
import { count } from '@tidemark/transforms'
import { encodeSnapshot } from '../../packages/runners/src/execution/snapshot/engine-snapshot.ts'
import type { StateData } from '../../packages/runners/src/execution/snapshot/saved.ts'

/** An element: its second, and its key. */
export type Tick = readonly [second: number, key: string]

const described: PullSource<Tick> = {
  mode: 'pull',
  description: 'ticks of a test',
  bounded: false,
  unit: 'line',
  splits: () => Promise.resolve([]),
  open: () => {
    throw new Error('its elements are offered, not read')
  },
}

/** The one pipeline: how many ticks each key has in ten seconds. */
export function ticksPerKey(root: Root): { readonly out: PCollection<readonly [string, number]> } {
  return {
    out: root.pipe(
      read('Ticks', described, { timestamp: ([second]) => second * 1000 }),
      map(([second, key]) => [key, second] as const),
      windowInto(fixedWindows(seconds(10))),
      combinePerKey('Count', count()),
    ),
  }
}

/** What version 0 wrote. */
interface FirstData {
  readonly pipeline: StateData
  /** Processing time and the watermarks of the splits, in seconds. */
  readonly clock: number
  readonly splits: { readonly [split: string]: number }
  /** Windows that are open, in the order in which they were opened. */
  readonly windows: readonly { readonly key: string; readonly from: number; readonly ticks: number }[]
  readonly taken: number
  readonly closed: number
}

/** Runs {@link ticksPerKey} for one split, `0`. */
export class FirstEngine {
  readonly #windows: { readonly key: string; readonly from: number; ticks: number }[] = []
  #watermark = -Infinity
  #taken = 0
  #closed = 0

  /** Takes a tick, which must not be late. */
  take([second, key]: Tick): void {
    const from = Math.floor(second / 10) * 10
    this.#taken++
    const open = this.#windows.find((window) => window.key === key && window.from === from)
    if (open === undefined) this.#windows.push({ key, from, ticks: 1 })
    else open.ticks++
  }

  /** Moves the watermark and returns the windows that close, as text, in the order of the text. */
  advance(second: number): readonly string[] {
    this.#watermark = second
    const due = this.#windows.filter(({ from }) => from + 10 <= second)
    for (const window of due) {
      this.#windows.splice(this.#windows.indexOf(window), 1)
      this.#closed += window.ticks
    }
    return due.map(({ key, from, ticks }) => `[${from},${from + 10}) ${key}=${ticks}`).sort()
  }

  snapshot(): Uint8Array {
    const data = {
      pipeline: describeGraph(buildGraph(ticksPerKey)) as unknown as StateData,
      clock: 0,
      splits: { '0': this.#watermark },
      windows: this.#windows.map((window) => ({ ...window })),
      taken: this.#taken,
      closed: this.#closed,
    } satisfies FirstData
    return encodeSnapshot(data as never, { version: 0, upgrades: {} })
  }
}

/** Makes of a snapshot of version 0 what version 1 would have written. What version 0 did not keep begins empty. */
export function fromVersion0(data: StateData): StateData {
  const { pipeline, clock, splits, windows, taken, closed } = data as unknown as FirstData
  const watermark = Math.min(...Object.values(splits)) * 1000
  const open = Object.entries(splits).map(([id, second]) => [id, second * 1000, -Infinity, false])
  const groups = windows.map(({ key, from, ticks }) => {
    const [start, end] = [from * 1000, from * 1000 + 10_000]
    const last = end - 1
    const group = { key, window: [start, end], accumulator: ticks, net: ticks, pending: ticks, fresh: true }
    return encodeValue({ ...group, elementHold: last, timer: last })
  })
  const output = Math.min(watermark, ...windows.map(({ from }) => from * 1000 + 9999))
  const parts = {
    'source Ticks': { open, complete: [], current: watermark },
    'log Ticks': { in: taken, withOutput: taken, withoutOutput: 0, ledger: 0, out: taken, reasons: [] },
    'log Count': { in: taken, withOutput: closed, withoutOutput: 0, ledger: 0, out: closed, reasons: [] },
    'step Count': {
      inputWatermark: watermark,
      inputIsIdle: false,
      hasEmittedDefault: false,
      origins: 0,
      groups: { slots: [...groups.keys()], records: groups, free: [] },
      wakeUps: [],
      index: null,
    },
    'output 0 of Count': { watermark: output, idle: false },
  }
  return {
    graph: pipeline,
    shards: 1,
    settled: [],
    now: clock * 1000,
    wall: clock * 1000,
    decisions: 0,
    parts: Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, encodeValue(part)])),
  }
}
