/**
 * Which runner runs which primitive.
 */
import type { PipelineGraph, Step, StepSide } from '@tidemark/core/graph'
import type { CallAnswers } from '../evaluator/call-answers.ts'
import { AsOfRunner } from './as-of-runner.ts'
import { AsyncRunner } from './async-runner.ts'
import { IntervalJoinRunner } from './interval-join-runner.ts'
import { GroupingRunner } from './grouping-runner.ts'
import { SideInputRunner } from './side-input-runner.ts'
import {
  flattenedRows,
  parDoRows,
  StatelessRunner,
  statelessRows,
  windowedRows,
  type Rows,
} from './stateless-runner.ts'
import type { StepRunner, ToLedger } from './step-runner.ts'
import { StatefulRunner } from './stateful-runner.ts'

/** Makes the runner of a step; sources and sinks have none. */
export function makeRunner(
  graph: PipelineGraph,
  step: Step,
  ledger: ToLedger,
  answers: CallAnswers,
): StepRunner | undefined {
  const { payload, path, inputs } = step
  const windowing = graph.collections[inputs[0] ?? 0]!.windowing
  switch (payload.primitive) {
    case 'create':
    case 'read':
    case 'write':
      return undefined
    case 'stateless':
      return withSide(graph, step, payload.side, statelessRows(payload, path), ledger)
    case 'parDo':
      return withSide(graph, step, payload.side, parDoRows(payload, path), ledger)
    case 'flatten':
      return new StatelessRunner(flattenedRows(), ledger)
    case 'windowInto':
      return new StatelessRunner(windowedRows(payload, path), ledger)
    case 'mapAsync':
      return new AsyncRunner(payload, path, ledger, answers)
    case 'intervalJoin':
      return new IntervalJoinRunner(
        payload,
        inputs.map((id) => graph.collections[id]!.panes),
        ledger,
      )
    case 'groupByKey':
    case 'combinePerKey':
      return new GroupingRunner(payload, windowing, graph.collections[inputs[0]!]!.panes, ledger)
    case 'asOfJoin':
      return new AsOfRunner(payload, path, ledger)
    case 'statefulParDo':
      return new StatefulRunner(payload, windowing, path, ledger)
  }
}

function withSide(graph: PipelineGraph, step: Step, side: StepSide, rows: Rows, ledger: ToLedger): StepRunner {
  return side.names.length === 0
    ? new StatelessRunner(rows, ledger)
    : new SideInputRunner(graph, step, side, rows, ledger)
}
