/**
 * Two sources in the hands of a test, L and R, and what a step that reads both makes of them, as short text.
 *
 * An element is `[at, key, value]`. A pair is `a: 1+7 @3`, key, sides and timestamp; a missing side is `-`. Anything else is its JSON.
 */
import {
  map,
  read,
  type KV,
  type LedgerEntry,
  type PCollection,
  type ReadOptions,
  type Root,
  type WindowedValue,
} from '@tidemark/core'
import { buildGraph, type PipelineGraph } from '@tidemark/core/graph'
import { Engine, type EngineInput, type EngineOptions } from '../../packages/runners/src/execution/engine.ts'
import { described } from './by-hand.ts'

/** An element: its time, its key, its value. */
export type Element = readonly [at: number, key: unknown, value: unknown]

/** What the sources give: keyed values, whatever they are. */
export type Keyed = PCollection<KV<string, number>>

/** What a test makes of the two sources. */
export type OfTwo = (left: Keyed, right: Keyed) => PCollection<unknown>

/** The keyed values of a source whose elements a test offers. Keys and values are not looked at, so they may be of any kind. */
export function offered(root: Root, name: string, options: Partial<ReadOptions<Element>> = {}): Keyed {
  return root.pipe(
    read(name, described<Element>(), { timestamp: ([at]) => at, ...options }),
    map(([, key, value]) => [key, value] as KV<string, number>),
  )
}

/** An engine over two sources. */
export class TwoSources {
  readonly graph: PipelineGraph
  readonly engine: Engine
  readonly ledger: LedgerEntry[] = []
  readonly #values: WindowedValue<unknown>[] = []
  #offset = 0

  constructor(of: OfTwo, options: EngineOptions = {}, reading: Partial<ReadOptions<Element>> = {}) {
    this.graph = buildGraph((root) => ({ out: of(offered(root, 'L', reading), offered(root, 'R', reading)) }))
    this.engine = new Engine(this.graph, {
      onOutput: (_, values) => this.#values.push(...values),
      onLedger: (entry) => this.ledger.push(entry),
      ...options,
    })
    for (const input of this.engine.inputs) input.openSplits(['0'])
  }

  /** Offers elements of L as one bundle. */
  left(...elements: readonly Element[]): this {
    return this.#offer('L', elements)
  }

  right(...elements: readonly Element[]): this {
    return this.#offer('R', elements)
  }

  /** Moves the watermark of L, and that of R (as far). */
  to(left: number, right: number = left): this {
    this.input('L').advanceWatermark('0', left)
    this.input('R').advanceWatermark('0', right)
    return this
  }

  input(name: 'L' | 'R'): EngineInput {
    return this.engine.inputs.find(({ step }) => step.path === name)!
  }

  /** What has come out since the last call. */
  take(): readonly string[] {
    return this.#values.splice(0).map(shown)
  }

  /** Ends both sources, checks that nothing is unaccounted for, and says what has come out. */
  end(): readonly string[] {
    for (const input of this.engine.inputs) input.complete('0')
    this.engine.assertConserved()
    return this.take()
  }

  /** The ledger, such as `too-late a=1`. */
  entries(): readonly string[] {
    return this.ledger.map(({ reason, element }) => `${reason} ${textOf(element)}`)
  }

  get watermark(): number {
    return this.engine.outputWatermark('out')
  }

  /** Bytes of all state. */
  get size(): number {
    return this.engine.snapshot().byteLength
  }

  #offer(name: 'L' | 'R', elements: readonly Element[]): this {
    const offsets = elements.map((_, index) => this.#offset + index)
    this.#offset += elements.length
    this.input(name).offer('0', { elements, offsets, rejected: [], position: null, bytes: 0, done: false })
    return this
  }
}

/** An element as text, a minus before what is taken back. */
export function shown({ value, timestamp, sign }: WindowedValue<unknown>): string {
  return `${sign < 0 ? '-' : ''}${isPair(value) ? pairText(value) : JSON.stringify(value)} @${timestamp}`
}

type Pair = KV<unknown, { readonly left: unknown; readonly right: unknown }>

function isPair(value: unknown): value is Pair {
  const [, sides] = Array.isArray(value) ? (value as readonly unknown[]) : []
  return typeof sides === 'object' && sides !== null && 'left' in sides && 'right' in sides
}

function pairText([key, { left, right }]: Pair): string {
  const side = (part: unknown): string => (part === null ? '-' : JSON.stringify(part))
  return `${String(key)}: ${side(left)}+${side(right)}`
}

function textOf(element: unknown): string {
  return Array.isArray(element) && element.length === 2
    ? `${element[0]}=${JSON.stringify(element[1])}`
    : JSON.stringify(element)
}
