/**
 * fuse: which stateless steps run as one loop.
 *
 * A run of stateless steps is fused where each is the only reader of the one before and nobody else sees what passes between. A step with
 * side inputs begins a run, as its elements may have to wait in front of it.
 */
import type { PipelineGraph, Step } from '@tidemark/core/graph'

/** Says whether a step can be part of a fused chain. */
function isStateless(step: Step): boolean {
  const { primitive } = step.payload
  return primitive === 'stateless' || primitive === 'parDo' || primitive === 'windowInto'
}

/** Splits the stateless steps of a graph into chains, each in order. */
export function fuse(graph: PipelineGraph): readonly (readonly Step[])[] {
  const readers = readersOf(graph)
  const visible = new Set(Object.values(graph.outputs))
  const chains: Step[][] = []
  const chainOf = new Map<number, Step[]>()
  for (const step of graph.steps) {
    if (!isStateless(step)) continue
    const input = step.inputs[0]!
    const upstream = graph.steps[graph.collections[input]!.step]!
    const chain = chainOf.get(upstream.id)
    const follows = chain !== undefined && !endsChain(upstream) && step.inputs.length === 1
    if (follows && readers[input] === 1 && !visible.has(input)) {
      chain.push(step)
      chainOf.set(step.id, chain)
    } else {
      const started = [step]
      chains.push(started)
      chainOf.set(step.id, started)
    }
  }
  return chains
}

function endsChain(step: Step): boolean {
  const { payload } = step
  if (payload.primitive === 'parDo') return payload.outputs.length > 0 || payload.doFn.finishBundle !== undefined
  return payload.primitive === 'stateless' && payload.form === 'reshuffle'
}

function readersOf(graph: PipelineGraph): readonly number[] {
  const readers = graph.collections.map(() => 0)
  for (const step of graph.steps) for (const input of step.inputs) readers[input]!++
  return readers
}
