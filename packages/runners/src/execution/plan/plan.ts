/**
 * plan: from a graph to connected operators.
 */
import type { CombinePayload, GroupByKeyPayload, ParDoPayload, PipelineGraph } from '@tidemark/core/graph'
import { stepNames, type PaneKind, type StatefulPayload, type Step, type StepSide } from '@tidemark/core/graph'
import { AsyncStep } from '../async/async-step.ts'
import { ChangingSessions } from '../grouping/changing-sessions.ts'
import type { Grouping, GroupingSpec } from '../grouping/grouping.ts'
import { MergingGrouping } from '../grouping/merging-grouping.ts'
import { WindowGrouping } from '../grouping/window-grouping.ts'
import { StepLog, type LedgerListener } from '../ledger/step-log.ts'
import type { EngineClock } from '../source/event-time.ts'
import { SourceInput } from '../source/source-input.ts'
import type { Part, Parts } from '../snapshot/parts.ts'
import type { Saved } from '../snapshot/saved.ts'
import { joinStep } from '../join/join-step.ts'
import { SideInputGate } from '../side-input/side-input-gate.ts'
import { ShardedStep, type ShardedSpec } from '../shard/sharded-step.ts'
import { TakingStep } from '../sink/taking-step.ts'
import { writeOperator, type WriteListener } from '../sink/write-operator.ts'
import type { Calls } from '../time-log/calls.ts'
import { StatefulStep } from '../stateful/stateful-step.ts'
import { Chain } from '../stateless/chain.ts'
import type { ChainStep } from '../stateless/compile-stage.ts'
import { SideColumn } from '../stateless/side-column.ts'
import { isMerging } from '@tidemark/core'
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
  readonly onWrite: WriteListener | undefined
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
  readonly asyncSteps: readonly AsyncStep[]
}

/** How a keyed step is spread over shards. */
type Sharding = Pick<ShardedSpec, 'keyCoder' | 'inStep'>
/** Makes the operator of a step, or of one shard of it, by a name that is unique in the engine. */
type MakeOperator = (name: string, output: Output) => TimedOperator

/** Makes the operators of a graph and connects them. */
export function plan(graph: PipelineGraph, options: PlanOptions): Plan {
  const { clock, calls, shards } = options
  const outputs = graph.collections.map(() => new Output())
  const logs = graph.steps.map((step) => new StepLog(step, options.onLedger))
  const inputs: SourceInput[] = []
  const meeting = sourcesThatMeetThemselves(graph)
  const latenessMatters = graph.steps.some((step) => hasOwnLateness(graph, step))
  const timed: { operator: TimedOperator; log: StepLog }[] = []
  const asyncSteps: AsyncStep[] = []
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
  const keepState = (step: Step, sharding: Sharding | undefined, make: MakeOperator): void => {
    const output = outputs[step.outputs[0]!]!
    const operator =
      shards === 1 || sharding === undefined
        ? make(`${step.id}`, output)
        : new ShardedStep({ ...sharding, shards, step: step.path, output }, (shard, own) =>
            make(`${step.id}.${shard}`, own),
          )
    connect(step, operator)
    timed.push({ operator, log: logs[step.id]! })
    keep('step', step, operator)
  }
  const gates = new Map<Step, SideInputGate>()
  for (const fused of fuse(graph)) {
    const [step] = fused as [Step]
    const steps = fused.map((own): ChainStep => ({ payload: own.payload as ChainStep['payload'], log: logs[own.id]! }))
    const column = new SideColumn()
    const chain = new Chain(
      steps,
      fused.at(-1)!.outputs.map((collection) => outputs[collection]!),
      column,
    )
    const side = sideOf(step)
    if (side !== undefined)
      gates.set(step, new SideInputGate({ graph, step, side, log: logs[step.id]!, chain, column, calls }))
    connect(step, gates.get(step) ?? chain)
  }
  for (const step of graph.steps) {
    const { payload } = step
    const log = logs[step.id]!
    const output = outputs[step.outputs[0]!]!
    if (payload.primitive === 'stateless' || payload.primitive === 'parDo' || payload.primitive === 'windowInto') {
      // In a chain.
      const operator = gates.get(step)
      if (operator === undefined) continue
      timed.push({ operator, log })
      keep('gate', step, operator)
      continue
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
      const operator = writeOperator(graph, step, log, options.onWrite)
      connect(step, operator)
      if (operator instanceof TakingStep) {
        timed.push({ operator, log })
        keep('step', step, operator)
      }
    } else if (payload.primitive === 'mapAsync') {
      const { panes: inputPanes } = graph.collections[step.inputs[0]!]!
      const ordinal = asyncSteps.length
      keepState(step, undefined, (_, own) => {
        const operator = new AsyncStep({ graph, payload, inputPanes, log, output: own, calls, ordinal })
        asyncSteps.push(operator)
        return operator
      })
    } else if (payload.primitive === 'intervalJoin' || payload.primitive === 'asOfJoin') {
      const [left, right] = step.inputs.map((input) => graph.collections[input]!.panes) as [PaneKind, PaneKind]
      keepState(step, { keyCoder: payload.keyCoder, inStep: true }, (_, own) =>
        joinStep({ payload, panes: { left, right }, output: own, log }),
      )
    } else {
      const { windowing, panes } = graph.collections[step.inputs[0]!]!
      const shared = { windowing, inputPanes: panes, log, clock, latenessMatters }
      const inStep =
        payload.primitive === 'statefulParDo'
          ? payload.order === 'arrival'
          : latenessMatters || windowing.timestampCombiner !== 'end-of-window'
      keepState(step, isKeyed(payload) ? { keyCoder: payload.keyCoder, inStep } : undefined, (name, own) =>
        payload.primitive === 'statefulParDo'
          ? new StatefulStep({ payload, ...shared, output: own })
          : grouping({ payload, ...shared, output: own, name }),
      )
    }
  }
  const parDos = graph.steps.flatMap((step) =>
    step.payload.primitive === 'parDo' ? [{ payload: step.payload, step }] : [],
  )
  return { inputs, outputs, timed, parts, logs, parDos, asyncSteps }
}

// A step that takes what is late for a shorter time than the steps above it do.
function hasOwnLateness(graph: PipelineGraph, { payload, inputs }: Step): boolean {
  if (payload.primitive === 'statefulParDo') return payload.lateness !== undefined
  if (payload.primitive !== 'intervalJoin' && payload.primitive !== 'asOfJoin') return false
  const [left, right] = inputs.map((input) => graph.collections[input]!.windowing.allowedLateness)
  return payload.lateness.left < left! || payload.lateness.right < right!
}

/** The side inputs of a step that has any. */
function sideOf({ payload }: Step): StepSide | undefined {
  const side = payload.primitive === 'stateless' || payload.primitive === 'parDo' ? payload.side : undefined
  return side === undefined || side.names.length === 0 ? undefined : side
}

// What is combined globally has one key, and nothing to be spread.
function isKeyed(payload: CombinePayload | GroupByKeyPayload | StatefulPayload): boolean {
  return payload.primitive !== 'combinePerKey' || payload.keyed
}

function grouping(spec: GroupingSpec): Grouping {
  if (!isMerging(spec.windowing)) return new WindowGrouping(spec)
  return spec.inputPanes === 'changes' ? new ChangingSessions(spec) : new MergingGrouping(spec)
}
