/**
 * GraphDescription: what must stay the same for state to be carried on, as plain data that can be stored beside the state.
 *
 * It says what each step is and what it reads, and nothing about functions, automatic labels or the order in which the steps
 * were added. Steps with a name are known by their path; others by what they are and where they stand, so that a new step
 * elsewhere does not rename them. The fingerprint is its digest, and restoring compares two of them in words.
 */
import { digest } from './digest.ts'
import type { PipelineGraph, Step } from './pipeline-graph.ts'
import { factsOf, kindOf, windowingFacts, type Facts } from './step-facts.ts'

/** One step, or one output of the pipeline. */
export interface StepDescription {
  /** The path of a step with a name; `#`, its kind and a digest of its place for one without; the name of an output. */
  readonly step: string
  /** What it is, such as `combinePerKey`; `output` for an output. */
  readonly kind: string
  /** The steps it reads, in the order of its inputs; `#` and a name behind one of several outputs. */
  readonly inputs: readonly string[]
  readonly facts: Facts
}

/** A graph as far as state depends on it: plain data. */
export interface GraphDescription {
  /** In the order of `step`. Steps without a name that nothing tells apart stand once each. */
  readonly steps: readonly StepDescription[]
  /** In the order of their names. */
  readonly outputs: readonly StepDescription[]
}

/** Describes a graph. Graphs that differ only in functions, labels or the order of their steps have equal descriptions. */
export function describeGraph(graph: PipelineGraph): GraphDescription {
  const names = placeNames(graph)
  const steps = graph.steps.map((step) => ({
    step: names[step.id]!,
    kind: kindOf(step.payload),
    inputs: step.inputs.map((input) => referenceTo(graph, input, names)),
    facts: factsOf(graph, step),
  }))
  const outputs = Object.entries(graph.outputs).map(([name, collection]) => ({
    step: name,
    kind: 'output',
    inputs: [referenceTo(graph, collection, names)],
    facts: windowingFacts(graph.collections[collection]!.windowing),
  }))
  return { steps: steps.sort(byStep), outputs: outputs.sort(byStep) }
}

/**
 * A name for each step, in the order of the graph's steps, to file its state under: the path of a step with a name, and what the
 * description knows another one by.
 *
 * **Contract** — Unique, and independent of the order in which steps were added, but for steps without a name that lead to no
 * named step and no output: of those that nothing tells apart, the later ones are numbered.
 */
export function stepNames(graph: PipelineGraph): readonly string[] {
  const counts = new Map<string, number>()
  return placeNames(graph).map((name) => {
    const count = (counts.get(name) ?? 0) + 1
    counts.set(name, count)
    return count === 1 ? name : `${name}.${count}`
  })
}

// Two unnamed steps have one name only if they read the same and are read alike, hence by nobody who has a name.
function placeNames(graph: PipelineGraph): readonly string[] {
  const above = digestsFromAbove(graph)
  const below = digestsFromBelow(graph)
  return graph.steps.map((step) =>
    step.named ? step.path : `#${kindOf(step.payload)}:${digest([above[step.id], below[step.id]])}`,
  )
}

function digestsFromAbove(graph: PipelineGraph): readonly string[] {
  const names: string[] = []
  for (const step of graph.steps) {
    names.push(anchor(step) ?? digest([...ownOf(graph, step), step.inputs.map((id) => referenceTo(graph, id, names))]))
  }
  return names
}

function digestsFromBelow(graph: PipelineGraph): readonly string[] {
  const names: string[] = []
  const readers: string[][] = graph.collections.map(() => [])
  for (const [name, collection] of Object.entries(graph.outputs)) readers[collection]!.push(`output ${name}`)
  // A step stands behind all that it reads, so backwards its readers come first.
  for (const step of graph.steps.toReversed()) {
    const name =
      anchor(step) ?? digest([...ownOf(graph, step), step.outputs.map((output) => readers[output]!.toSorted())])
    names[step.id] = name
    for (const [index, input] of step.inputs.entries()) readers[input]!.push(`input ${index} of ${name}`)
  }
  return names
}

// A named step stands for itself: what lies beyond it does not tell its neighbours apart.
function anchor(step: Step): string | undefined {
  return step.named ? step.path : undefined
}

function ownOf(graph: PipelineGraph, step: Step): readonly [string, Facts] {
  return [kindOf(step.payload), factsOf(graph, step)]
}

function referenceTo(graph: PipelineGraph, collection: number, names: readonly string[]): string {
  const step = graph.steps[graph.collections[collection]!.step]!
  const tag = step.payload.primitive === 'parDo' ? step.payload.outputs[step.outputs.indexOf(collection)] : undefined
  return tag === undefined ? names[step.id]! : `${names[step.id]!}#${tag}`
}

function byStep(a: StepDescription, b: StepDescription): number {
  return a.step < b.step ? -1 : a.step > b.step ? 1 : 0
}
