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
  type LedgerEntry,
  type Timestamp,
  type WindowedValue,
} from '@tidemark/core'
import type { PipelineGraph, Step } from '@tidemark/core/graph'
import type { CallAnswers } from '../evaluator/call-answers.ts'
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
    answers: CallAnswers,
  ) {
    this.#graph = graph
    this.#onOutput = onOutput
    this.#nodes = graph.steps.map((step) => ({
      step,
      runner: makeRunner(
        graph,
        step,
        (entry) => onLedger({ ...entry, step: step.path, position: undefined, detail: undefined }),
        answers,
      ),
      input: MIN_TIMESTAMP,
      output: MIN_TIMESTAMP,
      source: step.payload.primitive === 'create' ? MAX_TIMESTAMP : MIN_TIMESTAMP,
      silent: false,
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
  offer(step: Step, rows: readonly (readonly [value: unknown, timestamp: Timestamp])[]): void {
    this.#emit(step, [{ port: 0, values: rows.map(([value, timestamp]) => ofSource(value, timestamp)) }])
    this.#settle()
  }

  /** The watermark of a source is there, never back, and it is silent or not. */
  advanceWatermark(step: Step, watermark: Timestamp, silent: boolean): void {
    const source = this.#nodes[step.id]!
    source.source = Math.max(source.source, watermark)
    source.silent = silent
    this.#settle()
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
}

function ofSource(value: unknown, timestamp: Timestamp): Element {
  return { value, timestamp, window: GLOBAL_WINDOW, pane: NO_FIRING, sign: 1 }
}
