/**
 * The flow of elements and watermarks through a graph (54).
 *
 * It moves in rounds, until nothing moves: watermarks are computed anew; then, by these and in all steps at once, due timers
 * fire and the bundles that wait are processed. Elements that wait hold the watermark of their step at their timestamps.
 */
import {
  GLOBAL_WINDOW,
  MAX_TIMESTAMP,
  MIN_TIMESTAMP,
  NO_FIRING,
  PipelineError,
  type LedgerEntry,
  type Timestamp,
  type WindowedValue,
} from '@tidemark/core'
import type { PipelineGraph, Step } from '@tidemark/core/graph'
import { refreshWatermarks, type FlowNode } from './flow-node.ts'
import { makeRunner } from './make-runner.ts'
import type { Bundle } from './step-runner.ts'

type Element = WindowedValue<unknown>

/** A graph at work. */
export class Flow {
  readonly #graph: PipelineGraph
  readonly #nodes: readonly FlowNode[]
  readonly #onOutput: (name: string, elements: readonly Element[]) => void
  #now: Timestamp = 0

  constructor(
    graph: PipelineGraph,
    onOutput: (name: string, elements: readonly Element[]) => void,
    onLedger: (entry: LedgerEntry) => void,
  ) {
    this.#graph = graph
    this.#onOutput = onOutput
    this.#nodes = graph.steps.map((step) => ({
      step,
      runner: makeRunner(graph, step, (entry) =>
        onLedger({ ...entry, step: step.path, position: undefined, detail: undefined }),
      ),
      input: MIN_TIMESTAMP,
      output: MIN_TIMESTAMP,
      source: step.payload.primitive === 'create' ? MAX_TIMESTAMP : MIN_TIMESTAMP,
      waiting: [],
    }))
  }

  /** Emits the elements of `create` steps. */
  start(): void {
    for (const { step } of this.#nodes) {
      const { payload } = step
      if (payload.primitive !== 'create') continue
      this.#emit(step, [
        { port: 0, values: payload.elements.map((value) => ofSource(value, payload.timestamp(value))) },
      ])
    }
    this.#settle()
  }

  /** A bundle of a source. */
  offer(path: string, rows: readonly (readonly [value: unknown, timestamp: Timestamp])[]): void {
    const { step } = this.#source(path)
    this.#emit(step, [{ port: 0, values: rows.map(([value, timestamp]) => ofSource(value, timestamp)) }])
    this.#settle()
  }

  /** The watermark of a source moves, never back. */
  advanceWatermark(path: string, watermark: Timestamp): void {
    const source = this.#source(path)
    source.source = Math.max(source.source, watermark)
    this.#settle()
  }

  /** A source is complete. */
  complete(path: string): void {
    this.advanceWatermark(path, MAX_TIMESTAMP)
  }

  /** Processing time moves on. */
  advanceProcessingTime(by: number): void {
    this.#now += by
    this.#settle()
  }

  #settle(): void {
    do refreshWatermarks(this.#graph, this.#nodes)
    while (this.#round())
  }

  /** Does all that can be done by the watermarks as they stand, and says whether there was anything. */
  #round(): boolean {
    const bundles = this.#nodes.map((node) => node.waiting)
    for (const node of this.#nodes) node.waiting = []
    const fired = this.#nodes.map((node) => node.runner?.fireTimers(this.#clock(node)))
    const processed = this.#nodes.map((node, index) =>
      bundles[index]!.flatMap((bundle) => node.runner?.process(bundle, this.#clock(node)) ?? []),
    )
    for (const [index, { step }] of this.#nodes.entries())
      this.#emit(step, [...(fired[index] ?? []), ...processed[index]!])
    return fired.some((emitted) => emitted !== undefined) || bundles.some((waiting) => waiting.length > 0)
  }

  #emit(step: Step, bundles: readonly Bundle[]): void {
    for (const { port, values } of bundles) {
      if (values.length === 0) continue
      const id = step.outputs[port]
      if (id === undefined) continue
      for (const [name, output] of Object.entries(this.#graph.outputs)) if (output === id) this.#onOutput(name, values)
      for (const node of this.#nodes) {
        for (const [input, from] of node.step.inputs.entries()) {
          if (from === id) node.waiting = [...node.waiting, { port: input, values }]
        }
      }
    }
  }

  #clock({ input, output }: FlowNode): {
    readonly input: Timestamp
    readonly output: Timestamp
    readonly now: Timestamp
  } {
    return { input, output, now: this.#now }
  }

  #source(path: string): FlowNode {
    const node = this.#nodes.find(({ step }) => step.path === path && step.payload.primitive === 'read')
    if (node !== undefined) return node
    throw new PipelineError(
      'BAD_SCRIPT',
      `The script names the source "${path}", but no read step of the pipeline has that path. Its events would reach nothing. ` +
        'Use the path of a read step.',
    )
  }
}

function ofSource(value: unknown, timestamp: Timestamp): Element {
  return { value, timestamp, window: GLOBAL_WINDOW, pane: NO_FIRING, sign: 1 }
}
