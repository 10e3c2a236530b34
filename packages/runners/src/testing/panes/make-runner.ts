/**
 * Which runner runs which primitive.
 */
import type { PipelineGraph, Step } from '@tidemark/core/graph'
import { GroupingRunner } from './grouping-runner.ts'
import { flattenedRows, parDoRows, StatelessRunner, statelessRows, windowedRows } from './stateless-runner.ts'
import type { StepRunner, ToLedger } from './step-runner.ts'
import { StatefulRunner } from './stateful-runner.ts'

/** Makes the runner of a step; sources and sinks have none. */
export function makeRunner(graph: PipelineGraph, step: Step, ledger: ToLedger): StepRunner | undefined {
  const { payload, path, inputs } = step
  const windowing = graph.collections[inputs[0] ?? 0]!.windowing
  switch (payload.primitive) {
    case 'create':
    case 'read':
    case 'write':
      return undefined
    case 'stateless':
      return new StatelessRunner(statelessRows(payload, path), ledger)
    case 'parDo':
      return new StatelessRunner(parDoRows(payload, path), ledger)
    case 'flatten':
      return new StatelessRunner(flattenedRows(), ledger)
    case 'windowInto':
      return new StatelessRunner(windowedRows(payload, path), ledger)
    case 'groupByKey':
    case 'combinePerKey':
      return new GroupingRunner(payload, windowing, graph.collections[inputs[0]!]!.panes, ledger)
    case 'statefulParDo':
      return new StatefulRunner(payload, windowing, path, ledger)
  }
}
