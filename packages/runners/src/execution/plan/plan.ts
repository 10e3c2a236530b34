/**
 * plan: from a graph to connected operators.
 */
import type { WindowedValue } from '@tidemark/core'
import type { ParDoPayload, PipelineGraph, Step } from '@tidemark/core/graph'
import type { Grouping, GroupingSpec } from '../grouping/grouping.ts'
import { MergingGrouping } from '../grouping/merging-grouping.ts'
import { WindowGrouping } from '../grouping/window-grouping.ts'
import { StepLog, type LedgerListener } from '../ledger/step-log.ts'
import type { EngineClock } from '../source/event-time.ts'
import { SourceInput } from '../source/source-input.ts'
import { StatefulStep } from '../stateful/stateful-step.ts'
import { Chain, type ChainStep } from '../stateless/chain.ts'
import { isMerging } from '@tidemark/core'
import { Collector } from './collector.ts'
import { sourcesThatMeetThemselves } from './diamonds.ts'
import { Flatten } from './flatten.ts'
import { fuse, isStateless } from './fuse.ts'
import type { Operator, TimedOperator } from './operator.ts'
import { Output } from './output.ts'

/** Who listens to a plan. */
export interface PlanListeners {
  readonly onLedger: LedgerListener | undefined
  readonly onWrite: ((step: Step, values: readonly WindowedValue<unknown>[]) => void) | undefined
}

/** A graph ready to run. */
export interface Plan {
  readonly inputs: readonly SourceInput[]
  /** Outputs by collection. */
  readonly outputs: readonly Output[]
  /** Steps with timers, in the order in which elements flow. */
  readonly timed: readonly (TimedOperator & { countWaiting(): void })[]
  readonly logs: readonly StepLog[]
  readonly parDos: readonly { readonly payload: ParDoPayload; readonly step: Step }[]
}

/** Makes the operators of a graph and connects them. */
export function plan(graph: PipelineGraph, clock: EngineClock, listeners: PlanListeners): Plan {
  const outputs = graph.collections.map(() => new Output())
  const logs = graph.steps.map((step) => new StepLog(step, listeners.onLedger))
  const inputs: SourceInput[] = []
  const meeting = sourcesThatMeetThemselves(graph)
  const latenessMatters = graph.steps.some(
    ({ payload }) => payload.primitive === 'statefulParDo' && payload.lateness !== undefined,
  )
  const timed: (TimedOperator & { countWaiting(): void })[] = []
  const connect = (step: Step, operator: Operator): void => {
    for (const [input, collection] of step.inputs.entries()) outputs[collection]!.connect(operator, input)
  }
  for (const chain of fuse(graph)) {
    const steps = chain.map((step): ChainStep => ({
      payload: step.payload as ChainStep['payload'],
      log: logs[step.id]!,
    }))
    connect(
      chain[0]!,
      new Chain(
        steps,
        chain.at(-1)!.outputs.map((collection) => outputs[collection]!),
      ),
    )
  }
  for (const step of graph.steps) {
    const { payload } = step
    const log = logs[step.id]!
    const output = outputs[step.outputs[0]!]!
    if (isStateless(step)) continue
    if (payload.primitive === 'create' || payload.primitive === 'read') {
      inputs.push(new SourceInput(step, payload, output, log, clock, meeting.has(step.id)))
    } else if (payload.primitive === 'flatten') {
      connect(step, new Flatten(step.inputs.length, output, log))
    } else if (payload.primitive === 'write') {
      connect(step, new Collector((values) => write(step, log, listeners, values)))
    } else {
      const { windowing, panes } = graph.collections[step.inputs[0]!]!
      const shared = { windowing, inputPanes: panes, output, log, clock, latenessMatters }
      const operator =
        payload.primitive === 'statefulParDo'
          ? new StatefulStep({ payload, ...shared })
          : grouping({ payload, ...shared } as GroupingSpec)
      connect(step, operator)
      timed.push(operator)
    }
  }
  const parDos = graph.steps.flatMap((step) =>
    step.payload.primitive === 'parDo' ? [{ payload: step.payload, step }] : [],
  )
  return { inputs, outputs, timed, logs, parDos }
}

function grouping(spec: GroupingSpec): Grouping {
  return isMerging(spec.windowing) ? new MergingGrouping(spec) : new WindowGrouping(spec)
}

function write(step: Step, log: StepLog, listeners: PlanListeners, values: readonly WindowedValue<unknown>[]): void {
  log.counters.in += values.length
  log.counters.withOutput += values.length
  listeners.onWrite?.(step, values)
}
