/**
 * A scenario: a pipeline, and what happens to it live, event by event. Plain data, so that it can be printed and made smaller.
 */
import { formatTimestamp } from '@tidemark/core'
import type { Element, PipelineSpec } from './pipeline-spec.ts'

/** One thing that happens. Sources are numbered, splits are named by their number. */
export type ScenarioEvent =
  | { readonly kind: 'offer'; readonly source: number; readonly split: number; readonly elements: readonly Element[] }
  | { readonly kind: 'watermark'; readonly source: number; readonly split: number; readonly to: number }
  | { readonly kind: 'idle'; readonly source: number; readonly split: number }
  | { readonly kind: 'tick'; readonly to: number }
  /** So many calls end, the first or the last of those under way. */
  | { readonly kind: 'answer'; readonly count: number; readonly from: 'first' | 'last' }
  /** The engine is put away and made anew from its snapshot. */
  | { readonly kind: 'restore' }

/** A pipeline and its arrival. Every split is complete after the last event. */
export interface Scenario {
  readonly pipeline: PipelineSpec
  readonly events: readonly ScenarioEvent[]
  /** Time zone of the machine that runs it. */
  readonly zone: string
  /** How many units an element may lie ahead of the clock, which begins at the base; the rest is dropped as `future`. */
  readonly maxFuture?: number
  /** How many shards keyed steps run as (1). */
  readonly shards?: number
}

/** All elements of a source, in the order of arrival. */
export function elementsOf(events: readonly ScenarioEvent[], source: number): readonly Element[] {
  return events.flatMap((event) => (event.kind === 'offer' && event.source === source ? event.elements : []))
}

/** Writes a scenario for people: a line for each stage and each event. */
export function formatScenario({ pipeline, events, zone, maxFuture, shards = 1 }: Scenario): string {
  const { unit, base, sources, stages } = pipeline
  const time = (at: number): string => `${(at - base) / unit}`
  const lines = events.map((event) => {
    switch (event.kind) {
      case 'offer':
        return `  ${event.source}.${event.split} offers ${event.elements.map(([at, key, number]) => `${time(at)}:${show(key)}=${show(number)}`).join('  ')}`
      case 'watermark':
        return `  ${event.source}.${event.split} watermark ${time(event.to)}`
      case 'idle':
        return `  ${event.source}.${event.split} idle`
      case 'tick':
        return `  processing time ${time(event.to)}`
      case 'answer':
        return `  the ${event.from} ${event.count} calls end`
      case 'restore':
        return '  restore'
    }
  })
  return [
    `times in units of ${unit} ms from ${formatTimestamp(base)}, machine in ${zone}${maxFuture === undefined ? '' : `, at most ${maxFuture} ahead of the clock`}${shards === 1 ? '' : `, ${shards} shards`}`,
    ...sources.map((source, index) => `  source ${index}: ${JSON.stringify(source)}`),
    ...stages.map((stage, index) => `  stage ${index}: ${JSON.stringify(stage)}`),
    ...lines,
  ].join('\n')
}

function show(value: unknown): string {
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value)
  return JSON.stringify(value, (_, part: unknown) => (Object.is(part, -0) ? '-0' : part))
}
