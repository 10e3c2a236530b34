/**
 * plan: from a graph to connected operators.
 */
import type { WindowedValue } from '@tidemark/core'
import type { CombinePayload, GroupByKeyPayload, ParDoPayload, PipelineGraph } from '@tidemark/core/graph'
import { stepNames, type StatefulPayload, type Step } from '@tidemark/core/graph'
import type { Grouping, GroupingSpec } from '../grouping/grouping.ts'
import { MergingGrouping } from '../grouping/merging-grouping.ts'
import { WindowGrouping } from '../grouping/window-grouping.ts'
import { StepLog, type LedgerListener } from '../ledger/step-log.ts'
import type { EngineClock } from '../source/event-time.ts'
import { SourceInput } from '../source/source-input.ts'
import type { Part, Parts } from '../snapshot/parts.ts'
import type { Saved } from '../snapshot/saved.ts'
import { ShardedStep } from '../shard/sharded-step.ts'
import type { Calls } from '../time-log/calls.ts'
import { StatefulStep } from '../stateful/stateful-step.ts'
import { Chain } from '../stateless/chain.ts'
import type { ChainStep } from '../stateless/compile-stage.ts'
import { isMerging } from '@tidemark/core'
import { Collector } from './collector.ts'
import { sourcesThatMeetThemselves } from './diamonds.ts'
import { Flatten } from './flatten.ts'
import { fuse } from './fuse.ts'
import type { Operator, TimedOperator } from './operator.ts'
import { Output } from './output.ts'

/** What a plan is made with, besides its graph. */
export interface PlanOptions {
  readonly clock: EngineClock
  readonly calls: Calls
  /** How many of each keyed step there are. */
  readonly shards: number
  readonly onLedger: LedgerListener | undefined
  readonly onWrite: ((step: Step, values: readonly WindowedValue<unknown>[]) => void) | undefined
}

/** A graph ready to run. */
export interface Plan {
  readonly inputs: readonly SourceInput[]
  /** Outputs by collection. */
  readonly outputs: readonly Output[]
  /** Steps with timers, in the order in which elements flow. */
  readonly timed: readonly { readonly operator: TimedOperator; readonly log: StepLog }[]
  /** All that a snapshot holds, by name: the same names for equal graphs. */
  readonly parts: Parts
  readonly logs: readonly StepLog[]
  readonly parDos: readonly { readonly payload: ParDoPayload; readonly step: Step }[]
}

/** Makes the operators of a graph and connects them. */
export function plan(graph: PipelineGraph, options: PlanOptions): Plan {
  const { clock, calls, shards } = options
  const outputs = graph.collections.map(() => new Output())
  const logs = graph.steps.map((step) => new StepLog(step, options.onLedger))
  const inputs: SourceInput[] = []
  const meeting = sourcesThatMeetThemselves(graph)
  const latenessMatters = graph.steps.some(
    ({ payload }) => payload.primitive === 'statefulParDo' && payload.lateness !== undefined,
  )
  const timed: { operator: TimedOperator; log: StepLog }[] = []
  const parts = new Map<string, Part>()
  // Paths will not do: those of steps without a name depend on the order in which steps were added.
  const names = stepNames(graph)
  const keep = (what: string, { id, path }: Step, saved: Saved): void => {
    parts.set(`${what} ${names[id]!}`, { saved, owner: `step "${path}"` })
  }
  for (const step of graph.steps) {
    keep('log', step, logs[step.id]!)
    for (const [index, collection] of step.outputs.entries()) keep(`output ${index} of`, step, outputs[collection]!)
  }
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
    if (payload.primitive === 'stateless' || payload.primitive === 'parDo' || payload.primitive === 'windowInto') {
      continue // in a chain
    }
    if (payload.primitive === 'create' || payload.primitive === 'read') {
      const input = new SourceInput(step, payload, output, log, clock, meeting.has(step.id), calls, inputs.length)
      inputs.push(input)
      keep('source', step, input.splits)
    } else if (payload.primitive === 'flatten') {
      const flatten = new Flatten(step.inputs.length, output, log)
      connect(step, flatten)
      keep('flatten', step, flatten)
    } else if (payload.primitive === 'write') {
      connect(step, new Collector((values) => write(step, log, options, values)))
    } else {
      const { windowing, panes } = graph.collections[step.inputs[0]!]!
      const shared = { windowing, inputPanes: panes, log, clock, latenessMatters }
      const make = (name: string, shardOutput: Output): TimedOperator =>
        payload.primitive === 'statefulParDo'
          ? new StatefulStep({ payload, ...shared, output: shardOutput })
          : grouping({ payload, ...shared, output: shardOutput, name })
      const operator =
        shards === 1 || !isKeyed(payload)
          ? make(`${step.id}`, output)
          : new ShardedStep(
              {
                shards,
                keyCoder: payload.keyCoder,
                step: step.path,
                output,
                inStep:
                  payload.primitive === 'statefulParDo'
                    ? payload.order === 'arrival'
                    : latenessMatters || windowing.timestampCombiner !== 'end-of-window',
              },
              (shard, own) => make(`${step.id}.${shard}`, own),
            )
      connect(step, operator)
      timed.push({ operator, log })
      keep('step', step, operator)
    }
  }
  const parDos = graph.steps.flatMap((step) =>
    step.payload.primitive === 'parDo' ? [{ payload: step.payload, step }] : [],
  )
  return { inputs, outputs, timed, parts, logs, parDos }
}

// What is combined globally has one key, and nothing to be spread.
function isKeyed(payload: CombinePayload | GroupByKeyPayload | StatefulPayload): boolean {
  return payload.primitive !== 'combinePerKey' || payload.keyed
}

function grouping(spec: GroupingSpec): Grouping {
  return isMerging(spec.windowing) ? new MergingGrouping(spec) : new WindowGrouping(spec)
}

function write(step: Step, log: StepLog, options: PlanOptions, values: readonly WindowedValue<unknown>[]): void {
  log.counters.in += values.length
  log.counters.withOutput += values.length
  options.onWrite?.(step, values)
}
