/**
 * panes.jsonl: windows, triggers, lateness and accumulation at one grouping, a combine, or two groupings in series.
 */
import type { CombineFn } from '@tidemark/core'
import type { PipelineGraph } from '@tidemark/core/graph'
import { scriptOf, SOURCE, taggedElement, type BeamElement, type BeamEvent, type TaggedElement } from './beam-events.ts'
import { ourDropped, ourPanes, panesOf, sorted, type BeamDropped, type BeamPane } from './beam-panes.ts'
import { windowingOf, type BeamSettings, type WindowsOf } from './beam-settings.ts'
import type { Verdict } from './check-vectors.ts'
import type { PipelineUnderTest } from './pipeline-under-test.ts'
import { RawGraph } from './raw-graph.ts'

type Pane = BeamPane & { readonly values?: readonly unknown[]; readonly sum?: number }

/** A line of panes.jsonl. */
export interface PanesVector extends BeamSettings {
  readonly id: string
  readonly quirks?: readonly string[]
  readonly mode: 'gbk' | 'gbk2' | 'combine'
  readonly events: readonly BeamEvent<BeamElement>[]
  readonly expect: {
    readonly panes: readonly Pane[]
    readonly firstPanes?: readonly Pane[]
    readonly dropped: BeamDropped
    readonly secondDropped?: BeamDropped
  }
}

/** The sum of whole numbers. */
export const SUM: CombineFn<number, number, number> = {
  name: 'sum of whole numbers',
  orderFree: true,
  createAccumulator: () => 0,
  addInput: (sum, value) => sum + value,
  mergeAccumulators: (a, b) => a + b,
  extractOutput: (sum) => sum,
}

/** Runs a vector and compares everything it says. */
export function checkPanes(run: PipelineUnderTest, vector: PanesVector, windows?: WindowsOf): Verdict {
  const result = run(graphOf(vector, windows), scriptOf(vector.events, taggedElement))
  const { expect } = vector
  const last = vector.mode === 'gbk2' ? 'Second' : 'First'
  const contentOf = (pane: Pane): unknown => (pane.values === undefined ? pane.sum : sorted(pane.values))
  return {
    theirs: {
      panes: panesOf(expect.panes, contentOf),
      ...(expect.firstPanes && { firstPanes: panesOf(expect.firstPanes, contentOf) }),
      dropped: expect.dropped,
      ...(expect.secondDropped && { secondDropped: expect.secondDropped }),
    },
    ours: {
      panes: ourPanes(result.outputs[last]!, keyOf, valueOf),
      ...(expect.firstPanes && { firstPanes: ourPanes(result.outputs['First']!, keyOf, valueOf) }),
      dropped: ourDropped(result, 'First'),
      ...(expect.secondDropped && { secondDropped: ourDropped(result, 'Second') }),
    },
  }
}

function graphOf(vector: PanesVector, windows?: WindowsOf): PipelineGraph {
  const graph = new RawGraph()
  const keyed = graph.stateless(graph.read(SOURCE), 'map', ({ key, value }: TaggedElement) => [key, value])
  const windowed = graph.windowInto(keyed, windowingOf(vector, undefined, windows))
  const first =
    vector.mode === 'combine' ? graph.combine('First', windowed, SUM, true) : graph.groupByKey('First', windowed)
  graph.output('First', first)
  if (vector.mode === 'gbk2') graph.output('Second', graph.groupByKey('Second', first))
  return graph.build()
}

const keyOf = (value: unknown): string => (value as readonly [string, unknown])[0]

function valueOf(value: unknown): unknown {
  const [, content] = value as readonly [string, unknown]
  return Array.isArray(content) ? sorted(content) : content
}
