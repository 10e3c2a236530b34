/**
 * A script for an engine, played twice: by one engine, and by one that is made anew from its snapshot, over a graph built anew,
 * before every call. Both must say the same; what they say is listed as short text.
 */
import type { PCollection, Root, WindowedValue } from '@tidemark/core'
import { buildGraph } from '@tidemark/core/graph'
import { expect } from 'vitest'
import { Engine, type EngineInput, type EngineOptions } from '../../../src/execution/engine.ts'
import { shown, within } from '../scripted.ts'

/** A pipeline whose graph can be built as often as one likes. */
export type Built = (root: Root) => Readonly<Record<string, PCollection<unknown>>>

/** An engine that a script calls. Times are milliseconds; every source has the split `0` unless the script opens others. */
export class Run {
  engine: Engine
  /** What came out and what went to the ledger, as text, in order; see {@link shown}. */
  readonly said: string[] = []
  /** What came out, as it came. */
  readonly heard: WindowedValue<unknown>[] = []
  readonly #pipeline: Built
  readonly #options: EngineOptions
  readonly #restores: boolean
  #offset = 0

  constructor(pipeline: Built, options: EngineOptions, restores: boolean) {
    this.#pipeline = pipeline
    this.#options = options
    this.#restores = restores
    this.engine = this.#made()
    for (const input of this.engine.inputs) input.openSplits(['0'])
  }

  /** Goes on in a new engine over a new graph. */
  restore(): this {
    const snapshot = this.engine.snapshot()
    this.engine = this.#made()
    this.engine.restore(snapshot)
    return this
  }

  /** Offers elements of the first source as one bundle. */
  offer(...elements: readonly unknown[]): this {
    return this.offerTo(this.engine.inputs[0]!.step.path, ...elements)
  }

  /** Offers elements of a source as one bundle. */
  offerTo(source: string, ...elements: readonly unknown[]): this {
    const offsets = elements.map((_, index) => this.#offset + index)
    this.#offset += elements.length
    const batch = { elements, offsets, rejected: [], position: null, bytes: 0, done: false }
    return this.input((input) => input.offer('0', batch), source)
  }

  watermark(to: number, source?: string): this {
    return this.input((input) => input.advanceWatermark('0', to), source)
  }

  /** Calls an input, the first when none is named. */
  input(call: (input: EngineInput) => void, source?: string): this {
    if (this.#restores) this.restore()
    const { inputs } = this.engine
    call(source === undefined ? inputs[0]! : inputs.find(({ step }) => step.path === source)!)
    return this
  }

  tick(now: number, wall?: number): this {
    if (this.#restores) this.restore()
    this.engine.advanceProcessingTime(now, wall)
    return this
  }

  /** Ends the split `0` of every source. */
  complete(): this {
    for (const { step } of this.engine.inputs) this.input((input) => input.complete('0'), step.path)
    return this
  }

  /** What was said since the last time. */
  take(): readonly string[] {
    return this.said.splice(0)
  }

  #made(): Engine {
    return new Engine(buildGraph(this.#pipeline), {
      ...this.#options,
      onOutput: (name, values) => {
        this.heard.push(...values)
        this.said.push(...values.map((value) => `${name === 'out' ? '' : `${name}: `}${shown(readable(value))}`))
      },
      onLedger: ({ reason, element, window, position }) => {
        const place = position && ` at ${position.split}:${position.offset} ${position.unit}`
        this.said.push(`${reason} ${JSON.stringify(element)}${window ? ` ${within(window)}` : ''}${place ?? ''}`)
      },
    })
  }
}

// What JSON cannot say, as text; fields in order, as records come back from a snapshot.
function readable(value: WindowedValue<unknown>): WindowedValue<unknown> {
  const text = JSON.stringify(value.value, (_, part: unknown) => {
    if (typeof part === 'bigint') return `${part}n`
    if (typeof part !== 'object' || part === null || Array.isArray(part)) return part
    return Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
  })
  return { ...value, value: JSON.parse(text) as unknown }
}

/**
 * Plays a script in both ways and returns the run that was restored before every call. `expect`s in the script hold for both; what
 * they say in all, their counters, ledger counts and snapshots must be the same.
 */
export function resumed(pipeline: Built, script: (run: Run) => void, options: EngineOptions = {}): Run {
  const [straight, restored] = [false, true].map((restores) => {
    const run = new Run(pipeline, options, restores)
    script(run)
    run.engine.assertConserved()
    return run
  }) as [Run, Run]
  expect(restored.heard).toEqual(straight.heard)
  expect(restored.take()).toEqual(straight.take())
  expect(restored.engine.counters()).toEqual(straight.engine.counters())
  expect(restored.engine.ledgerCounts).toEqual(straight.engine.ledgerCounts)
  expect(restored.engine.snapshot()).toEqual(straight.engine.snapshot())
  return restored
}
