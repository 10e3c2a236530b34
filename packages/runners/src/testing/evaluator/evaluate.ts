/**
 * The reference evaluator: what a pipeline means, computed from all of its elements at once.
 *
 * It is the model and nothing else: each collection is a list of rows, each step a function from lists to lists. There is no
 * arrival, no watermark, no bundle and no trigger, and no code of the engine, so an engine that agrees with it is right for a
 * reason of its own. Slow on purpose.
 */
import { GLOBAL_WINDOW, isTimestamp, NO_FIRING, PipelineError } from '@tidemark/core'
import type { Outputs, Pipeline, PipelineGraph, ReadPayload, Step } from '@tidemark/core/graph'
import { settledResult, type SettledResult } from '../../settled/settled-result.ts'
import { graphOf } from '../panes/graph-of.ts'
import { evaluateAsOfJoin } from './as-of-join.ts'
import { AT_ONCE, withAnswers, type CallAnswers } from './call-answers.ts'
import { evaluateCombine, evaluateGroupByKey } from './grouping.ts'
import { evaluateMapAsync } from './map-async.ts'
import { evaluateIntervalJoin } from './interval-join.ts'
import { sidesWithout, type JoinSides } from './join-sides.ts'
import type { EvaluatedEntry, Row } from './rows.ts'
import { evaluateStateful } from './stateful.ts'
import { seenRows } from './side-input.ts'
import { evaluateParDo, evaluateStateless } from './stateless.ts'
import { assignWindows } from './windowing.ts'
import { dropsAmong, rowsWithout, type DroppedElement } from './without.ts'

/** The elements of every `read` step, by path, in any order. `create` steps have their own. */
export type EvaluatorInput = Readonly<Record<string, readonly unknown[]>>

/** What a pipeline means over given elements. */
export interface Evaluation<O extends Outputs = Outputs> {
  /** The settled result of each output, by name. */
  readonly outputs: { readonly [N in keyof O]: SettledResult }
  /** The rows of each output: its elements with their timestamps. */
  readonly rows: { readonly [N in keyof O]: readonly Row[] }
  /** What the data alone keeps out of every pane. It is no drop: every run leaves it out. */
  readonly ledger: readonly EvaluatedEntry[]
}

/**
 * Computes the settled result of every output of a pipeline, or of its graph.
 *
 * **Contract** — For steps that are drift-safe this is the answer of every runner. Steps that are not get an answer too: one of
 * those that some arrival gives. `without` lists what a live run has dropped; the rest then gives that run's settled result.
 *
 * ```ts
 * evaluate(pipeline, { Orders: orders }).outputs.revenue.entries
 * ```
 */
export function evaluate<O extends Outputs = Outputs>(
  pipeline: Pipeline<O> | PipelineGraph,
  input: EvaluatorInput = {},
  without: readonly DroppedElement[] = [],
): Evaluation<O> {
  return evaluateWith(pipeline, input, without, AT_ONCE)
}

/**
 * The same where functions of `mapAsync` return promises: they are awaited, and equal elements of one step at equal times are asked for
 * once. Nothing else waits: timeouts and the pauses between tries are left out.
 */
export async function evaluateAsync<O extends Outputs = Outputs>(
  pipeline: Pipeline<O> | PipelineGraph,
  input: EvaluatorInput = {},
  without: readonly DroppedElement[] = [],
): Promise<Evaluation<O>> {
  const graph = graphOf(pipeline)
  return withAnswers((answersFor) => evaluateWith<O>(graph, input, without, answersFor('')))
}

/** Evaluates with those answers; where one is not known, what comes of it is of no use. */
export function evaluateWith<O extends Outputs = Outputs>(
  pipeline: Pipeline<O> | PipelineGraph,
  input: EvaluatorInput,
  without: readonly DroppedElement[],
  answers: CallAnswers,
): Evaluation<O> {
  const graph = graphOf(pipeline)
  const ledger: EvaluatedEntry[] = []
  const collections: (readonly Row[])[] = []
  for (const step of graph.steps) {
    const dropped = without.filter((pair) => pair.step === step.path)
    const outputs = outputsOf(graph, step, collections, input, dropped, ledger, answers)
    for (const [index, id] of step.outputs.entries()) collections[id] = outputs[index]!
  }
  const rows = Object.entries(graph.outputs).map(([name, id]) => [name, collections[id]!] as const)
  return {
    outputs: Object.fromEntries(rows.map(([name, list]) => [name, settledResult(list)])),
    rows: Object.fromEntries(rows),
    ledger,
  } as unknown as Evaluation<O>
}

/** The rows of each of a step's collections, from those of the collections that it reads. */
function outputsOf(
  graph: PipelineGraph,
  step: Step,
  collections: readonly (readonly Row[])[],
  input: EvaluatorInput,
  dropped: readonly DroppedElement[],
  ledger: EvaluatedEntry[],
  answers: CallAnswers,
): readonly (readonly Row[])[] {
  const { path, payload, inputs } = step
  const rows = rowsWithout(
    inputs.flatMap((id) => collections[id]!),
    payload.primitive === 'read' || payload.primitive === 'intervalJoin' || payload.primitive === 'asOfJoin'
      ? []
      : dropped,
  )
  const windowing = graph.collections[inputs[0] ?? 0]!.windowing
  switch (payload.primitive) {
    case 'create':
      return [payload.elements.map((value) => sourceRow(value, payload.timestamp(value)))]
    case 'read': {
      const rejected: EvaluatedEntry[] = []
      const read = readRows(path, payload, input, rejected)
      ledger.push(...rejected)
      return [rowsWithout(read, dropsAmong(dropped, rejected))]
    }
    case 'write':
      return []
    case 'flatten':
      return [rows]
    case 'windowInto':
      return [assignWindows(rows, payload.windowFn, path, ledger)]
    case 'stateless':
      return [evaluateStateless(payload, path, seenRows(graph, step, payload.side, collections, rows), ledger)]
    case 'parDo':
      return evaluateParDo(payload, path, seenRows(graph, step, payload.side, collections, rows), ledger)
    case 'mapAsync':
      return [evaluateMapAsync(payload, path, rows, ledger, answers)]
    case 'groupByKey':
      return [evaluateGroupByKey(payload, windowing, rows)]
    case 'intervalJoin':
      return [evaluateIntervalJoin(payload, sidesWithout(sidesOf(inputs, collections), dropped))]
    case 'asOfJoin':
      return [evaluateAsOfJoin(payload, path, sidesWithout(sidesOf(inputs, collections), dropped), ledger)]
    case 'combinePerKey':
      return [evaluateCombine(payload, windowing, rows)]
    case 'statefulParDo':
      return [evaluateStateful(payload, windowing, path, rows, ledger)]
  }
}

/** The rows of the two inputs of a join. */
function sidesOf(inputs: readonly number[], collections: readonly (readonly Row[])[]): JoinSides {
  const [left, right] = inputs.map((id) => collections[id]!)
  return { left: left!, right: right! }
}

/** The elements of a source in the global window; those without a timestamp, or too far ahead of their arrival, in the ledger. */
function readRows(path: string, payload: ReadPayload, input: EvaluatorInput, ledger: EvaluatedEntry[]): readonly Row[] {
  const elements = input[path]
  if (elements === undefined) {
    throw new PipelineError(
      'NO_ELEMENTS',
      `The input of the evaluator has no entry "${path}", so what this source reads is unknown. Give its elements, or [] for none.`,
      { step: path },
    )
  }
  return elements.flatMap((element) => {
    const timestamp = timestampOf(payload, element)
    if (timestamp === undefined) {
      ledger.push({ reason: 'dead-letter', step: path, element, timestamp, window: undefined })
      return []
    }
    const { arrival, maxFuture = MOST_FUTURE } = payload
    if (arrival !== undefined && timestamp > arrival(element) + maxFuture) {
      ledger.push({ reason: 'future', step: path, element, timestamp, window: undefined })
      return []
    }
    return [sourceRow(element, timestamp)]
  })
}

/** How far ahead of its arrival an element may lie when its source states arrivals but no limit: ten minutes. */
const MOST_FUTURE = 600_000

function timestampOf({ timestamp, timestampRange: range }: ReadPayload, element: unknown): number | undefined {
  try {
    const given = timestamp(element)
    if (!isTimestamp(given)) return undefined
    return range === undefined || (given >= range.start && given < range.end) ? given : undefined
  } catch {
    return undefined
  }
}

function sourceRow(value: unknown, timestamp: number): Row {
  return { value, timestamp, window: GLOBAL_WINDOW, pane: NO_FIRING }
}
