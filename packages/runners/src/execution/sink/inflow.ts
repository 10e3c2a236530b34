/**
 * Inflow: what comes to a write step, as far as the graph says: from which groupings, by how many ways, and what else.
 *
 * Whether panes have to be kept until the next one comes, and for how long, follows from it. Steps without state hand panes on as they
 * are; every other step begins anew.
 */
import { isMerging, type AccumulationMode, type Coder } from '@tidemark/core'
import type { PipelineGraph, Step } from '@tidemark/core/graph'

/** A grouping whose panes come to a write step. */
export interface GroupingInflow {
  /** Its path: what a place is called by, and what stands in a snapshot, where ids would depend on the order of steps. */
  readonly path: string
  readonly step: number
  /** How long after their end its windows still have panes, milliseconds. */
  readonly allowedLateness: number
  readonly mode: AccumulationMode
  readonly merging: boolean
  /** Whether a key and window may begin anew after its trigger has finished: then both of them have what they have emitted. */
  readonly beginsAnew: boolean
  readonly keyCoder: Coder<unknown> | undefined
  /** Whether each pane comes more than once, each time with a part of its elements. */
  readonly severalWays: boolean
}

/** Merges the outputs of a grouping's panes; of a keyed one they stand in pairs. */
export interface OutputMerge {
  readonly merge: (a: unknown, b: unknown) => unknown
  readonly keyed: boolean
}

/** What comes to a write step. */
export interface Inflow {
  /** By the ids of their steps. */
  readonly groupings: ReadonlyMap<number, GroupingInflow>
  /** Steps whose elements come without a pane. */
  readonly loose: readonly Step[]
  /** Whether some of those may be taken back. */
  readonly looseChanges: boolean
  /** How discarding panes of a key and window come to one element: only where the write step reads a combining step itself. */
  readonly outputs: OutputMerge | undefined
}

/** Looks up the graph from a write step. */
export function inflowOf(graph: PipelineGraph, step: Step): Inflow {
  const [input] = step.inputs
  const ways = new Ways(graph)
  const groupings = Array.from(ways.of(input!), ([id, count]) => groupingInflow(graph, graph.steps[id]!, count > 1))
  return {
    groupings: new Map(groupings.map((grouping) => [grouping.step, grouping])),
    loose: [...ways.loose].map((id) => graph.steps[id]!),
    looseChanges: ways.looseChanges,
    outputs: outputMerge(graph, input!),
  }
}

function groupingInflow(
  graph: PipelineGraph,
  { id, path, inputs, payload }: Step,
  severalWays: boolean,
): GroupingInflow {
  const { windowing } = graph.collections[inputs[0]!]!
  const merging = isMerging(windowing)
  return {
    path,
    step: id,
    allowedLateness: windowing.allowedLateness,
    mode: windowing.accumulationMode,
    merging,
    beginsAnew: merging && windowing.mayLoseData,
    keyCoder: 'keyCoder' in payload ? payload.keyCoder : undefined,
    severalWays,
  }
}

function outputMerge(graph: PipelineGraph, collection: number): OutputMerge | undefined {
  const { payload, inputs } = graph.steps[graph.collections[collection]!.step]!
  // A reshuffle hands panes on as they are.
  if (payload.primitive === 'stateless' && payload.form === 'reshuffle') return outputMerge(graph, inputs[0]!)
  if (payload.primitive !== 'combinePerKey') return undefined
  const { mergeOutputs } = payload.combineFn
  return mergeOutputs && { merge: (a, b) => mergeOutputs(a, b), keyed: payload.keyed }
}

/** By how many ways the panes of which groupings come to a collection; each collection is looked at once. */
class Ways {
  readonly loose = new Set<number>()
  looseChanges = false
  readonly #graph: PipelineGraph
  readonly #known = new Map<number, ReadonlyMap<number, number>>()

  constructor(graph: PipelineGraph) {
    this.#graph = graph
  }

  of(collection: number): ReadonlyMap<number, number> {
    const known = this.#known.get(collection) ?? this.#look(collection)
    this.#known.set(collection, known)
    return known
  }

  #look(collection: number): ReadonlyMap<number, number> {
    const { step: id, panes } = this.#graph.collections[collection]!
    const { payload, inputs } = this.#graph.steps[id]!
    switch (payload.primitive) {
      case 'groupByKey':
      case 'combinePerKey':
        return new Map([[id, 1]])
      case 'flatten':
        return this.#sum(inputs)
      case 'parDo':
        if (payload.doFn.finishBundle !== undefined) this.loose.add(id)
        return this.of(inputs[0]!)
      case 'stateless':
      case 'windowInto':
      case 'mapAsync':
        return this.of(inputs[0]!)
      default:
        this.loose.add(id)
        this.looseChanges ||= panes === 'changes'
        return new Map()
    }
  }

  // Two ways are as good as many, and numbers stay small.
  #sum(inputs: readonly number[]): ReadonlyMap<number, number> {
    const sum = new Map<number, number>()
    for (const input of inputs)
      for (const [step, count] of this.of(input)) sum.set(step, Math.min(2, (sum.get(step) ?? 0) + count))
    return sum
  }
}
