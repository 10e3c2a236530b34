/**
 * An engine whose output is written into a sink of each kind, driven by hand and put away and restored at will; and what the sinks were
 * handed, as text and folded into what it comes to.
 */
import {
  keyText,
  type FinalValue,
  type Overwrite,
  type PCollection,
  type Root,
  type Sink,
  type Taken,
  type Takes,
  type WindowedValue,
  write,
} from '@tidemark/core'
import { buildGraph } from '@tidemark/core/graph'
import { Engine, type EngineInput } from '../../../src/execution/engine.ts'
import { settledResult, type SettledItem, type SettledResult } from '../../../src/settled/settled-result.ts'
import { shown, within } from '../scripted.ts'

/** What sinks take that do not take panes as they come. */
export const TAKES = ['final', 'changes', 'overwrites'] as const

/** A sink that says what it takes; the engine's listener is handed what it would be. */
export function taking<K extends Takes>(takes: K, coder?: Sink<unknown, K>['coder']): Sink<unknown, K> {
  const sink = {
    description: `a list of ${takes}`,
    takes,
    ...(coder !== undefined && { coder }),
    open: () => {
      throw new Error('nobody opens this sink')
    },
  }
  return sink
}

/** How a run is made. */
export interface TakingOptions {
  readonly takes?: readonly Takes[]
  readonly shards?: number
  readonly coder?: Sink<unknown, 'final'>['coder']
  /** Whether the engine keeps the settled result (true). */
  readonly settled?: boolean
}

/** An engine with a collection that is the output `out`, and is written once for each kind of sink. */
export class TakingRun {
  engine: Engine
  readonly taken: Record<Takes, Taken<unknown>[]> = { final: [], changes: [], overwrites: [], panes: [] }
  /** How often a sink was handed something. */
  writes = 0
  readonly #pipeline: (root: Root) => PCollection<unknown>
  readonly #options: TakingOptions
  #offset = 0

  constructor(pipeline: (root: Root) => PCollection<unknown>, options: TakingOptions = {}) {
    this.#pipeline = pipeline
    this.#options = options
    this.engine = this.#made()
    for (const input of this.engine.inputs) input.openSplits(['0'])
  }

  /** Offers elements of a source, the first when none is named, as one bundle. */
  offer(elements: readonly unknown[], source?: string): this {
    const offsets = elements.map((_, index) => this.#offset + index)
    this.#offset += elements.length
    this.input(source).offer('0', { elements, offsets, rejected: [], position: null, bytes: 0, done: false })
    return this
  }

  watermark(to: number, source?: string): this {
    this.input(source).advanceWatermark('0', to)
    return this
  }

  tick(now: number): this {
    this.engine.advanceProcessingTime(now)
    return this
  }

  /** Goes on in a new engine over a new graph. */
  restore(): this {
    const snapshot = this.engine.snapshot()
    this.engine = this.#made()
    this.engine.restore(snapshot)
    return this
  }

  complete(): this {
    for (const input of this.engine.inputs) input.complete('0')
    this.engine.assertConserved()
    return this
  }

  input(source?: string): EngineInput {
    const { inputs } = this.engine
    return source === undefined ? inputs[0]! : inputs.find(({ step }) => step.path === source)!
  }

  /** What a sink was handed since the last time, as text. */
  take(takes: Takes): readonly string[] {
    return this.taken[takes].splice(0).map(textOf)
  }

  /** The counters of the write step of a kind of sink. */
  counters(takes: Takes): {
    readonly in: number
    readonly withOutput: number
    readonly withoutOutput: number
    readonly waiting: number
  } {
    const {
      in: taken,
      withOutput,
      withoutOutput,
      waiting,
    } = this.engine.counters().find(({ step }) => step === nameOf(takes))!
    return { in: taken, withOutput, withoutOutput, waiting }
  }

  settled(): SettledResult {
    return this.engine.settled('out')
  }

  #made(): Engine {
    const { takes = TAKES, shards = 1, coder, settled = true } = this.#options
    const graph = buildGraph((root) => {
      const out = this.#pipeline(root)
      for (const own of takes) out.pipe(write(nameOf(own), taking(own, coder) as Sink<unknown>))
      return { out }
    })
    return new Engine(graph, {
      settled,
      shards,
      onWrite: (step, values) => {
        const own = takes.find((candidate) => nameOf(candidate) === step.path)!
        this.writes++
        this.taken[own].push(...values)
      },
    })
  }
}

function nameOf(takes: Takes): string {
  return `Into${takes}`
}

/** What a sink was handed, as text: a change as `-[0,10) a=1 early#0`, a final value without its sign, an overwrite as `Sum a [0,10): 1, 2`. */
export function textOf(taken: Taken<unknown>): string {
  if (!('elements' in taken)) return shown('sign' in taken ? taken : { ...taken, sign: 1 })
  const { step, key, window, elements, pane } = taken
  const values = elements.map(({ value }) => JSON.stringify(Array.isArray(value) ? value[1] : value)).join(', ')
  return `${step} ${String(key)} ${within(window)}: ${values || 'nothing'} (${pane.timing})`
}

/** What a sink has that was handed all this: the law is that it is the settled result. */
export function folded(takes: Takes, taken: readonly Taken<unknown>[]): SettledResult {
  return settledResult(
    takes === 'overwrites'
      ? overwritten(taken as readonly Overwrite<unknown>[])
      : added(taken as readonly (FinalValue<unknown> | WindowedValue<unknown>)[]),
  )
}

function added(taken: readonly (FinalValue<unknown> | WindowedValue<unknown>)[]): readonly SettledItem[] {
  return taken.map((one) => ({ window: one.window, value: one.value, count: 'sign' in one ? one.sign : 1 }))
}

function overwritten(taken: readonly Overwrite<unknown>[]): readonly SettledItem[] {
  const places = new Map<string, readonly SettledItem[]>()
  for (const { step, key, window, elements } of taken)
    places.set(JSON.stringify([step, keyText(key), window.start, window.end]), elements)
  return [...places.values()].flatMap((elements) => elements.map(({ window, value }) => ({ window, value })))
}
