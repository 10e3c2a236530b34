/**
 * An engine driven by hand over keyed numbers, and what came of it as short text: the faults of time are about panes and the ledger.
 */
import {
  map,
  read,
  type KV,
  type LedgerEntry,
  type PCollection,
  type PullSource,
  type ReadOptions,
  type Root,
  type Window,
  type WindowedValue,
} from '@tidemark/core'
import { buildGraph } from '@tidemark/core/graph'
import { Engine, type EngineInput, type EngineOptions } from '../../packages/runners/src/execution/engine.ts'

/** An element: when it happened, its key, its number, and when it arrived where a source says so. */
export type Element = readonly [at: number, key: string, value: number, arrival?: number]

/** Keyed numbers from a source that is only described: a test offers its elements. */
export function numbers(root: Root, options: Partial<ReadOptions<Element>> = {}): PCollection<KV<string, number>> {
  return root.pipe(
    read('In', described<Element>(), { timestamp: ([at]) => at, ...options }),
    map(([, key, value]) => [key, value] as const),
  )
}

/** A source without elements of its own. */
export function described<T>(): PullSource<T> {
  return {
    mode: 'pull',
    description: 'by hand',
    bounded: false,
    unit: 'element',
    splits: () => Promise.resolve([]),
    open: () => {
      throw new Error('A source that is only described is never opened.')
    },
  }
}

/** An engine over a pipeline with one source `In` of one split, and one output `out`. */
export class ByHand {
  readonly engine: Engine
  readonly panes: WindowedValue<unknown>[] = []
  readonly ledger: LedgerEntry[] = []
  #offset = 0

  constructor(out: (root: Root) => PCollection<unknown>, options: EngineOptions = {}) {
    this.engine = new Engine(
      buildGraph((root) => ({ out: out(root) })),
      {
        settled: true,
        onOutput: (_, values) => this.panes.push(...values),
        onLedger: (entry) => this.ledger.push(entry),
        ...options,
      },
    )
    this.#input.openSplits(['0'])
  }

  get #input(): EngineInput {
    return this.engine.inputs[0]!
  }

  /** Offers elements as one bundle. */
  offer(...elements: readonly unknown[]): this {
    const offsets = elements.map((_, index) => this.#offset + index)
    this.#offset += elements.length
    this.#input.offer('0', { elements, offsets, rejected: [], position: null, bytes: 0, done: false })
    return this
  }

  watermark(to: number): this {
    this.#input.advanceWatermark('0', to)
    return this
  }

  /** Ends the source. Every element must be accounted for then. */
  complete(): this {
    this.#input.complete('0')
    this.engine.assertConserved()
    return this
  }

  /** The panes since the last call, such as `[0,10) a=3 on-time`. */
  take(): readonly string[] {
    return this.panes.splice(0).map(shown)
  }

  /** The ledger, such as `expired a=1`, or for a dead letter its detail. */
  entries(): readonly string[] {
    return this.ledger.map(({ reason, element, detail }) =>
      reason === 'dead-letter' ? `${detail}` : `${reason} ${plain(element)}`,
    )
  }

  /** The settled result, such as `[0,10) a=3`. */
  settled(): readonly string[] {
    return this.engine.settled('out').entries.map(({ window, value }) => `${within(window)} ${plain(value)}`)
  }
}

/** A pane as text: a minus for what is taken back, the window, key and value, and the timing. */
export function shown({ value, window, pane, sign }: WindowedValue<unknown>): string {
  return `${sign < 0 ? '-' : ''}${within(window)} ${plain(value)}${pane.timing === 'unknown' ? '' : ` ${pane.timing}`}`
}

/** A window as text. */
export function within({ start, end }: Window): string {
  return `[${start},${end})`
}

function plain(value: unknown): string {
  if (!Array.isArray(value)) return JSON.stringify(value)
  return value.length === 2 ? `${value[0]}=${JSON.stringify(value[1])}` : value.join(' ')
}
