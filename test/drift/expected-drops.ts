/**
 * What must be dropped, by the rules alone: neither an element more nor one less.
 *
 * Dropping is not drift as long as the ledger says so; that the ledger says what the rules say is checked here, where it can be
 * said beforehand: at the first grouping or stateful step, with every element in a bundle of its own.
 */
import { buildGraph } from '@tidemark/core/graph'
import { evaluate } from '@tidemark/runners/testing'
import { pipelineOf } from './pipeline-of.ts'
import { isKept, sourceName, type StageSpec } from './pipeline-spec.ts'
import { ReferenceWatermarks } from './reference-watermark.ts'
import type { Run } from './run-live.ts'
import type { Scenario } from './scenario.ts'

interface Late {
  readonly timestamp: number | undefined
  readonly window: { readonly start: number; readonly end: number } | undefined
}

const INDIRECT: readonly StageSpec['kind'][] = [
  'co-group',
  'modes',
  'window-join',
  'interval-join',
  'as-of-join',
  'side',
  'lookup',
]

/** Compares what a run in bundles of one dropped with what it had to drop; nothing when they agree. */
export function wrongDrops(scenario: Scenario, { ledger }: Run): readonly string[] {
  const { pipeline, events, maxFuture } = scenario
  const first = pipeline.stages.findIndex(isKept)
  const stage = pipeline.stages[first]
  // Elsewhere elements come by two ways, or later than their source gave them.
  const direct = pipeline.stages.slice(0, first + 1).every(({ kind }) => !INDIRECT.includes(kind))
  if (stage === undefined || !direct || maxFuture !== undefined) return []
  const graph = buildGraph(pipelineOf({ ...pipeline, stages: pipeline.stages.slice(0, first) }, 'live'))
  const { allowedLateness } = graph.collections[graph.outputs['End']!]!.windowing
  const none = Object.fromEntries(pipeline.sources.map((_, source) => [sourceName(source), []]))
  const watermarks = new ReferenceWatermarks(pipeline)
  const expected = events.flatMap((event) => {
    const watermark = watermarks.least
    watermarks.follow(event)
    if (event.kind !== 'offer') return []
    const { rows } = evaluate(graph, { ...none, [sourceName(event.source)]: event.elements })
    return rows['End']!.flatMap((row) => {
      const reason = reasonToDrop(row, stage, pipeline.unit, allowedLateness, watermark)
      return reason === undefined ? [] : [`${reason} ${format(row)}`]
    })
  })
  const actual = ledger.flatMap(({ step, reason, ...row }) => {
    return step === `Stage${first}` && (reason === 'expired' || reason === 'too-late')
      ? [`${reason} ${format(row)}`]
      : []
  })
  const [must, did] = [expected, actual].map((drops) => drops.toSorted().join('\n'))
  return must === did ? [] : [`Stage${first} had to drop:\n${must}\nand dropped:\n${did}`]
}

/** The rules 10, 11 and 17 of the semantics page. */
function reasonToDrop(
  { timestamp, window }: { readonly timestamp: number; readonly window: { readonly end: number } },
  stage: StageSpec,
  unit: number,
  allowedLateness: number,
  watermark: number,
): 'expired' | 'too-late' | undefined {
  const expiry = window.end - 1 + allowedLateness
  if (stage.kind !== 'stateful' || stage.arrival === true) return expiry < watermark ? 'expired' : undefined
  const lateness = Math.min(stage.lateness === undefined ? Infinity : stage.lateness * unit, allowedLateness)
  if (timestamp + lateness < watermark) return 'too-late'
  return expiry + lateness < watermark ? 'expired' : undefined
}

function format({ timestamp, window }: Late): string {
  return `${timestamp} in ${window?.start}-${window?.end}`
}
