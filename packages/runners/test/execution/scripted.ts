/**
 * An engine driven by hand: elements `[time, key, value]` of one source, watermarks, ticks, and what came of them as short text.
 *
 * Times are milliseconds and small, so that windows such as `[0,10)` can be reckoned in the head.
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
  type Taken,
  type Window,
  type WindowedValue,
} from '@tidemark/core'
import { buildGraph, type Step } from '@tidemark/core/graph'
import { Engine, type EngineInput, type EngineOptions } from '../../src/execution/engine.ts'

/** An element: its time, its key, its number. */
export type Element = readonly [at: number, key: string, value: number]

/** A source that is only described: the script offers its elements. */
export function described<T>(bounded: boolean): PullSource<T> {
  return {
    mode: 'pull',
    description: 'scripted',
    bounded,
    unit: 'line',
    splits: () => Promise.resolve([]),
    open: () => {
      throw new Error('a scripted source is never opened')
    },
  }
}

/** Keyed numbers of a scripted source, each at its time. */
export function numbers(
  root: Root,
  options: Partial<ReadOptions<Element>> & { readonly bounded?: boolean } = {},
  name = 'In',
): PCollection<KV<string, number>> {
  const { bounded = false, ...rest } = options
  return root.pipe(
    read(name, described<Element>(bounded), { timestamp: ([at]) => at, ...rest }),
    map(([, key, value]) => [key, value] as const),
  )
}

/** An engine with what it has given out so far. */
export class Scripted {
  readonly engine: Engine
  readonly outputs: Record<string, WindowedValue<unknown>[]> = {}
  readonly ledger: LedgerEntry[] = []
  readonly written: [Step, readonly Taken<unknown>[]][] = []
  #offset = 0

  constructor(pipeline: (root: Root) => Readonly<Record<string, PCollection<unknown>>>, options: EngineOptions = {}) {
    const graph = buildGraph(pipeline)
    for (const name of Object.keys(graph.outputs)) this.outputs[name] = []
    this.engine = new Engine(graph, {
      settled: true,
      onOutput: (name, values) => this.outputs[name]!.push(...values),
      onLedger: (entry) => this.ledger.push(entry),
      onWrite: (step, values) => this.written.push([step, values]),
      ...options,
    })
    for (const input of this.engine.inputs) input.openSplits(['0'])
  }

  input(name = this.engine.inputs[0]!.step.path): EngineInput {
    return this.engine.inputs.find(({ step }) => step.path === name)!
  }

  /** Offers elements as one bundle. */
  offer(...elements: readonly unknown[]): this {
    return this.offerTo(this.input().step.path, ...elements)
  }

  offerTo(name: string, ...elements: readonly unknown[]): this {
    const offsets = elements.map((_, index) => this.#offset + index)
    this.#offset += elements.length
    this.input(name).offer('0', { elements, offsets, rejected: [], position: null, bytes: 0, done: false })
    return this
  }

  watermark(to: number, name?: string): this {
    this.input(name).advanceWatermark('0', to)
    return this
  }

  tick(now: number): this {
    this.engine.advanceProcessingTime(now)
    return this
  }

  /** Ends every source and checks that nothing is unaccounted for. */
  complete(): this {
    for (const input of this.engine.inputs) input.complete('0')
    this.engine.assertConserved()
    return this
  }

  /** What an output has given since the last call, as text: see {@link shown}. */
  take(name = 'out'): readonly string[] {
    return this.outputs[name]!.splice(0).map(shown)
  }

  /** The settled result of an output as text, such as `[0,10) a=3`; a count above one follows as `x2`. */
  settled(name = 'out'): readonly string[] {
    return this.engine
      .settled(name)
      .entries.map(({ window, value, count }) => `${within(window)} ${plain(value)}${count > 1 ? ` x${count}` : ''}`)
  }

  /** The ledger as text, such as `expired a=1 [0,10)`. */
  entries(): readonly string[] {
    return this.ledger.map(
      ({ reason, element, window }) => `${reason} ${plain(element)}${window === undefined ? '' : ` ${within(window)}`}`,
    )
  }
}

/**
 * An element as text: sign (only when negative), window, value, timing and index of its pane, `last` when it is, and its timestamp
 * when it is not the window's last: `[0,10) a=3 on-time#1`, `-[0,10) a=1 early#0`, `[0,10) a=3 on-time#0 @4`.
 */
export function shown({ value, timestamp, window, pane, sign }: WindowedValue<unknown>): string {
  const timing = pane.timing === 'unknown' ? '' : ` ${pane.timing}#${pane.index}${pane.isLast ? ' last' : ''}`
  const at = timestamp === window.end - 1 ? '' : ` @${timestamp}`
  return `${sign < 0 ? '-' : ''}${within(window)} ${plain(value)}${timing}${at}`
}

/** A window as text; the global one is `all`. */
export function within({ start, end }: Window): string {
  return end > 1e15 ? 'all' : `[${start},${end})`
}

function plain(value: unknown): string {
  return Array.isArray(value) && value.length === 2 && typeof value[0] === 'string'
    ? `${value[0]}=${JSON.stringify(value[1])}`
    : JSON.stringify(value)
}
