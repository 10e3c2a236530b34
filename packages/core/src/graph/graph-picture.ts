/**
 * GraphPicture: what a pipeline is, for people and their tools: plain data of its steps, with windowing, panes and drift-safety.
 *
 * Built from the graph alone, so that nothing runs. `formatGraph` and `mermaidGraph` show it; a description
 * (`describeGraph`) holds less, as it stands for what state depends on.
 */
import type { DriftReason, PaneKind } from '../model/graph-builder.ts'
import { buildGraph, type Outputs, type Pipeline } from './build-graph.ts'
import { DRIFT_REASON_TEXTS, type DriftReasonText } from './drift-reason-text.ts'
import type { Collection, PipelineGraph, Step } from './pipeline-graph.ts'
import { expressionsOf, type ExpressionPicture } from './step-expressions.ts'
import { factsOf, kindOf, windowingFacts, type Facts } from './step-facts.ts'

/** A pipeline in a picture. Frozen; JSON carries it unchanged. */
export interface GraphPicture {
  /** In an order in which elements can flow through them. */
  readonly steps: readonly StepPicture[]
  /** The named outputs of the pipeline, in its own order. */
  readonly outputs: readonly OutputPicture[]
}

/** One step. */
export interface StepPicture {
  /** Its path. */
  readonly step: string
  /** What it is called in a program, such as `combinePerKey`. */
  readonly kind: string
  /** Whether its author has named it; others have a label, which another step of the kind may get tomorrow. */
  readonly named: boolean
  readonly inputs: readonly InputPicture[]
  /** What it emits: nothing of a write, one collection of most, several of a parDo with named outputs. */
  readonly outputs: readonly CollectionPicture[]
  /** Whether its settled result is the same in every run without drops. */
  readonly driftSafe: boolean
  /** Why it is not: those that it has inherited first, in the order in which elements flow, then its own. */
  readonly reasons: readonly ReasonPicture[]
  /** What its state depends on: windows, trigger, combiner, cells, coders. */
  readonly facts: Facts
  /** What those of its functions compute that are field expressions; absent when none of them is. */
  readonly expressions?: readonly ExpressionPicture[]
}

/** What a step reads. */
export interface InputPicture {
  /** Path of the step that writes it. */
  readonly step: string
  /** Which of several outputs of that step it is; absent when there is one. */
  readonly output?: string
  /** What it is to the reader: the name of a side input, or the side of a join; absent for one that needs no name. */
  readonly as?: string
}

/** What a step emits. */
export interface CollectionPicture {
  /** Its name among several outputs; absent when there is one. */
  readonly output?: string
  /** How it is windowed, for the groupings below. */
  readonly windowing: Facts
  /** What its elements are; one of: `elements`, `one-pane`, `several-panes`, `changes`. */
  readonly panes: PaneKind
  readonly bounded: boolean
}

/** Why a step is not drift-safe. */
export interface ReasonPicture extends DriftReasonText {
  readonly reason: DriftReason
  /** Path of the step that it arises at. */
  readonly step: string
  /** Whether that is another step, above this one. */
  readonly inherited: boolean
}

/** A named output of the pipeline. */
export interface OutputPicture extends Omit<InputPicture, 'as'> {
  readonly name: string
  readonly driftSafe: boolean
}

/**
 * Draws a pipeline, or the graph that was built of one.
 *
 * **Contract** — Runs nothing: the pipeline's function is called once, as for every build, and errors of construction are thrown.
 */
export function explainGraph(pipeline: Pipeline<Outputs> | PipelineGraph): GraphPicture {
  const graph = typeof pipeline === 'function' ? buildGraph(pipeline) : pipeline
  return Object.freeze({
    steps: Object.freeze(graph.steps.map((step) => stepPicture(graph, step))),
    outputs: Object.freeze(
      Object.entries(graph.outputs).map(([name, collection]) =>
        Object.freeze({ name, ...sourceOf(graph, collection), driftSafe: writerOf(graph, collection).drift.safe }),
      ),
    ),
  })
}

function stepPicture(graph: PipelineGraph, step: Step): StepPicture {
  const expressions = expressionsOf(step.payload)
  return Object.freeze({
    step: step.path,
    kind: kindOf(step.payload),
    named: step.named,
    inputs: Object.freeze(step.inputs.map((collection, index) => inputPicture(graph, step, collection, index))),
    outputs: Object.freeze(step.outputs.map((id) => collectionPicture(graph, graph.collections[id]!))),
    driftSafe: step.drift.safe,
    reasons: Object.freeze(step.drift.reasons.map((reason) => reasonPicture(step, reason))),
    facts: Object.freeze({ ...factsOf(graph, step) }),
    ...(expressions.length > 0 && { expressions }),
  })
}

function inputPicture(graph: PipelineGraph, step: Step, collection: number, index: number): InputPicture {
  const as = roleOf(step, index)
  return Object.freeze({ ...sourceOf(graph, collection), ...(as !== undefined && { as }) })
}

function collectionPicture(graph: PipelineGraph, { id, windowing, panes, bounded }: Collection): CollectionPicture {
  const { output } = sourceOf(graph, id)
  const facts = Object.freeze({ ...windowingFacts(windowing) })
  return Object.freeze({ ...(output !== undefined && { output }), windowing: facts, panes, bounded })
}

function reasonPicture({ path }: Step, { step, reason }: Step['drift']['reasons'][number]): ReasonPicture {
  return Object.freeze({ reason, step, inherited: step !== path, ...DRIFT_REASON_TEXTS[reason] })
}

function sourceOf(graph: PipelineGraph, collection: number): { readonly step: string; readonly output?: string } {
  const { path, payload, outputs } = writerOf(graph, collection)
  const output = payload.primitive === 'parDo' ? payload.outputs[outputs.indexOf(collection)] : undefined
  return { step: path, ...(output !== undefined && { output }) }
}

function writerOf(graph: PipelineGraph, collection: number): Step {
  return graph.steps[graph.collections[collection]!.step]!
}

// The main input of a step with side inputs comes first, and needs no name.
function roleOf({ payload }: Step, index: number): string | undefined {
  switch (payload.primitive) {
    case 'stateless':
    case 'parDo':
      return payload.side.names[index - 1]
    case 'intervalJoin':
    case 'asOfJoin':
      return index === 0 ? 'left' : 'right'
    default:
      return undefined
  }
}
