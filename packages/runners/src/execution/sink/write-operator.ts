/**
 * writeOperator: what stands at the end of a collection that is written, by what the sink takes.
 */
import { PipelineError, type Taken } from '@tidemark/core'
import type { PipelineGraph, Step, WritePayload } from '@tidemark/core/graph'
import type { StepLog } from '../ledger/step-log.ts'
import { Collector } from '../plan/collector.ts'
import type { Operator } from '../plan/operator.ts'
import { ChangesStep } from './changes-step.ts'
import { FinalStep } from './final-step.ts'
import { inflowOf, type Inflow } from './inflow.ts'
import { OverwritesStep } from './overwrites-step.ts'
import type { TakingStep } from './taking-step.ts'

/** Receives what the sink of a write step is to be handed, in order; the array is the listener's to keep. */
export type WriteListener = (step: Step, values: readonly Taken<unknown>[]) => void

/** Makes the operator of a write step: one that keeps state, but for sinks that take panes as they come. */
export function writeOperator(
  graph: PipelineGraph,
  step: Step,
  log: StepLog,
  onWrite: WriteListener | undefined,
): Operator | TakingStep {
  const { takes, coder } = step.payload as WritePayload
  const onTaken = (values: readonly Taken<unknown>[]): void => onWrite?.(step, values)
  if (takes === 'panes') {
    return new Collector((values) => {
      log.counters.in += values.length
      log.counters.withOutput += values.length
      onTaken(values)
    })
  }
  const inflow = inflowOf(graph, step)
  const spec = { log, inflow, coder, onTaken }
  if (takes === 'changes') return new ChangesStep(spec)
  if (takes === 'overwrites') {
    requirePlaces(step, inflow)
    return new OverwritesStep(spec)
  }
  return new FinalStep(spec, graph.collections[step.inputs[0]!]!.windowing.allowedLateness)
}

function requirePlaces({ path, payload }: Step, { loose }: Inflow): void {
  const [other] = loose
  if (other === undefined) return
  throw new PipelineError(
    'NOTHING_TO_OVERWRITE',
    `The sink of "${path}" (${(payload as WritePayload).sink.description}) takes overwrites, but elements come to it from "${other.path}" ` +
      `(${other.payload.primitive}), which is no grouping: they have no key and window whose earlier ones they could replace. Group all of ` +
      "them (groupByKey, combinePerKey), or give a sink that takes 'changes' or 'final'.",
    { step: path },
  )
}
