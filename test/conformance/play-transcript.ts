/**
 * Plays a transcript: what an action emits must be what the next expectation names, no more and no less.
 */
import type { Script, OutputAt } from '@tidemark/runners/testing'
import { SOURCE } from './beam-events.ts'
import type { PipelineUnderTest } from './pipeline-under-test.ts'
import { RawGraph, type SourceElement } from './raw-graph.ts'
import { transcriptWindowing, type Transcript, type TranscriptPane, type TranscriptState } from './transcript.ts'

/** How elements of one bundle are ordered before they are put in. */
export type Arrangement = (timestamps: readonly number[]) => readonly number[]

/** What a transcript says of state, which is shown and not asserted. */
export interface Played {
  readonly states: readonly TranscriptState[]
}

/** Plays a transcript; throws `Unmatched output` or `Unexpected output` where it and the pipeline disagree. */
export function playTranscript(
  run: PipelineUnderTest,
  transcript: Transcript,
  arrange: Arrangement = (t) => t,
): Played {
  const script: Script = transcript.transcript.flatMap((action): Script => {
    if ('input' in action) {
      const rows = arrange(action.input).map((t) => [{ timestamp: t } satisfies SourceElement, t] as const)
      return [{ elements: SOURCE, rows }]
    }
    return 'watermark' in action ? [{ watermark: SOURCE, t: action.watermark }] : []
  })
  const outputs = run(graphOf(transcript), script).outputs['Panes']!
  const states: TranscriptState[] = []
  let at = -1
  let left: readonly TranscriptPane[] = []
  for (const action of transcript.transcript) {
    if ('expect' in action) {
      left = action.expect.reduce(withoutMatch, left)
      continue
    }
    requireNothing(left, `before ${JSON.stringify(action)}`)
    if ('state' in action) {
      states.push(action.state)
    } else {
      at += 1
      left = outputs.filter((output) => output.at === at).map(paneOf)
    }
  }
  requireNothing(left, 'at the end')
  return { states }
}

function graphOf(transcript: Transcript) {
  const graph = new RawGraph()
  const keyed = graph.stateless(graph.read(SOURCE), 'map', ({ timestamp }: SourceElement) => ['key', timestamp])
  return graph
    .output('Panes', graph.groupByKey('Grouping', graph.windowInto(keyed, transcriptWindowing(transcript))))
    .build()
}

function paneOf({ element: { value, window, timestamp, pane } }: OutputAt): Required<TranscriptPane> {
  const [, values] = value as readonly [string, readonly number[]]
  return {
    window: [window.start, window.end - 1],
    values: values.toSorted((a, b) => a - b),
    timestamp,
    index: pane.index,
    nonspeculative_index: pane.nonSpeculativeIndex,
    early: pane.timing === 'early',
    late: pane.timing === 'late',
    final: pane.isLast,
  }
}

function withoutMatch(panes: readonly TranscriptPane[], expected: TranscriptPane): readonly TranscriptPane[] {
  const index = panes.findIndex((pane) =>
    Object.entries(expected).every(
      ([name, value]) => JSON.stringify(pane[name as keyof TranscriptPane]) === JSON.stringify(value),
    ),
  )
  if (index < 0) throw new Error(`Unmatched output ${JSON.stringify(expected)} in ${JSON.stringify(panes)}`)
  return panes.toSpliced(index, 1)
}

function requireNothing(panes: readonly TranscriptPane[], when: string): void {
  if (panes.length > 0) throw new Error(`Unexpected output ${JSON.stringify(panes)} ${when}`)
}
