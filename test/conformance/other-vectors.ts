/**
 * other.jsonl: side inputs, flatten, coGroupByKey, windowing again, reshuffle, stateless steps, combineGlobally.
 */
import type { PipelineGraph } from '@tidemark/core/graph'
import { scriptOf, SOURCE, taggedElement, type BeamElement, type BeamEvent, type TaggedElement } from './beam-events.ts'
import { ourDropped, ourPanes, panesOf, sorted, type BeamDropped, type BeamPane } from './beam-panes.ts'
import { windowingOf, type BeamSettings, type WindowsOf } from './beam-settings.ts'
import type { Verdict } from './check-vectors.ts'
import { SUM } from './panes-vectors.ts'
import type { PipelineUnderTest } from './pipeline-under-test.ts'
import { RawGraph } from './raw-graph.ts'
import { ourSeen, sideInputGraph, theirSeen, type SideInputVector } from './side-input-vectors.ts'

type Pane = BeamPane & {
  readonly values?: readonly unknown[]
  readonly value?: unknown
  readonly sum?: number
  readonly a?: readonly number[]
  readonly b?: readonly number[]
}

/** A line of other.jsonl. */
export interface OtherVector extends BeamSettings, SideInputVector {
  readonly id: string
  readonly quirks?: readonly string[]
  readonly kind:
    'sideInput' | 'flatten' | 'cogbk' | 'rewindow' | 'reshuffle' | 'reshuffleElements' | 'stateless' | 'combineGlobally'
  readonly a?: BeamSettings
  readonly b?: BeamSettings
  readonly first?: BeamSettings
  readonly second?: BeamSettings
  readonly events: readonly BeamEvent<BeamElement>[]
  readonly expect: {
    readonly panes?: readonly Pane[]
    readonly firstPanes?: readonly Pane[]
    readonly outputs?: readonly Pane[]
    readonly dropped?: BeamDropped
    readonly secondDropped?: BeamDropped
  }
}

/** Runs a vector and compares everything it says. */
export function checkOther(run: PipelineUnderTest, vector: OtherVector, windows?: WindowsOf): Verdict {
  const result = run(graphOf(vector, windows), scriptOf(vector.events, taggedElement))
  const { panes, firstPanes, outputs, dropped, secondDropped } = vector.expect
  const isSeen = vector.kind === 'sideInput'
  const ours = (name: string) => ourPanes(result.outputs[name]!, keyOf, contentOf)
  return {
    theirs: {
      ...(panes && { panes: panesOf(panes, theirContent) }),
      ...(firstPanes && { firstPanes: panesOf(firstPanes, theirContent) }),
      ...(outputs && { outputs: isSeen ? theirSeen(vector, outputs, windows) : panesOf(outputs, theirContent) }),
      ...(dropped && { dropped }),
      ...(secondDropped && { secondDropped }),
    },
    ours: {
      ...(panes && { panes: ours(vector.kind === 'rewindow' ? 'Second' : 'First') }),
      ...(firstPanes && { firstPanes: ours('First') }),
      ...(outputs && { outputs: isSeen ? ourSeen(result.outputs['Outputs']!) : ours('Outputs') }),
      ...(dropped && { dropped: ourDropped(result, 'First') }),
      ...(secondDropped && { secondDropped: ourDropped(result, 'Second') }),
    },
  }
}

/** The pipeline of a vector. */
export function graphOf(vector: OtherVector, windows?: WindowsOf): PipelineGraph {
  const graph = new RawGraph()
  const read = graph.read(SOURCE)
  const keyed = (input: number): number =>
    graph.stateless(input, 'map', ({ key, value }: TaggedElement) => [key, value])
  const branch = (tag: 'a' | 'b'): number => {
    const own = graph.stateless(read, 'filter', (element: TaggedElement) => element.tag === tag)
    const pair = ({ key, value }: TaggedElement): unknown => [key, vector.kind === 'cogbk' ? [tag, value] : value]
    return graph.windowInto(graph.stateless(own, 'map', pair), windowingOf(vector[tag] ?? {}, undefined, windows))
  }
  const windowed = (settings: BeamSettings): number =>
    graph.windowInto(keyed(read), windowingOf(settings, undefined, windows))
  switch (vector.kind) {
    case 'flatten':
    case 'cogbk':
      return graph.output('First', graph.groupByKey('First', graph.flatten([branch('a'), branch('b')]))).build()
    case 'rewindow': {
      const { first: firstSettings = {}, second: secondSettings = {} } = vector
      const first = graph.groupByKey('First', windowed(firstSettings))
      const again = windowingOf(secondSettings, graph.windowing(first), windows)
      const input = secondSettings.window === undefined ? graph.configure(first, again) : graph.windowInto(first, again)
      return graph.output('First', first).output('Second', graph.groupByKey('Second', input)).build()
    }
    case 'reshuffle': {
      const first = graph.groupByKey('First', windowed(vector))
      return graph
        .output('First', first)
        .output(
          'Outputs',
          graph.stateless(first, 'reshuffle', (e) => e),
        )
        .build()
    }
    case 'reshuffleElements':
      return graph
        .output(
          'Outputs',
          graph.stateless(windowed(vector), 'reshuffle', (e) => e),
        )
        .build()
    case 'stateless':
      return graph
        .output(
          'Outputs',
          graph.stateless(windowed(vector), 'map', (e) => e),
        )
        .build()
    case 'combineGlobally': {
      const values = graph.stateless(windowed(vector), 'map', ([, value]: readonly [string, number]) => value)
      return graph.output('First', graph.combine('First', values, SUM, false)).build()
    }
    case 'sideInput':
      return sideInputGraph(vector, windows)
  }
}

function theirContent({ values, value, sum, a, b }: Pane): unknown {
  if (a !== undefined && b !== undefined) return sorted([...a.map((v) => ['a', v]), ...b.map((v) => ['b', v])])
  if (values !== undefined) return sorted(values)
  return sum ?? (Array.isArray(value) ? sorted(value) : value)
}

const keyOf = (value: unknown): string | undefined => (Array.isArray(value) ? String(value[0]) : undefined)

function contentOf(value: unknown): unknown {
  const content: unknown = Array.isArray(value) ? value[1] : value
  return Array.isArray(content) ? sorted(content) : content
}
