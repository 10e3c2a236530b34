/**
 * What a drift run was about: the shares that the property must have seen to say anything.
 */
import { DROP_REASONS, keyText } from '@tidemark/core'
import { isGrouping, type Element, type PipelineSpec, type StageSpec } from './pipeline-spec.ts'
import type { Run } from './run-live.ts'
import type { Scenario } from './scenario.ts'

/** What is counted. */
export const FEATURES = [
  'groupings in series',
  'late session bridge',
  'retracting',
  'late but accepted',
  'stateful',
  'side input',
  'coGroupByKey',
  'window join',
  'interval join',
  'as-of join',
  'async',
  'restored',
  'sharded',
  'drops',
  'drift-safe',
] as const

/** One of the features. */
export type Feature = (typeof FEATURES)[number]

/** The features of a live run. */
export function featuresOf(scenario: Scenario, { graph, ledger, late }: Run): readonly Feature[] {
  const { stages } = scenario.pipeline
  const drops = ledger.filter(({ reason }) => DROP_REASONS.includes(reason))
  const accepted = late.filter(([at]) => !drops.some(({ timestamp }) => timestamp === at))
  const has = (kind: StageSpec['kind']): boolean => stages.some((stage) => stage.kind === kind)
  const shown: Readonly<Record<Feature, boolean>> = {
    'groupings in series': stages.filter(isGrouping).length > 1,
    'late session bridge': accepted.some((element) => isBridge(scenario, element)),
    retracting: graph.collections.some(({ panes }) => panes === 'changes'),
    'late but accepted': accepted.length > 0,
    stateful: has('stateful'),
    'side input': has('side'),
    coGroupByKey: has('co-group'),
    'window join': has('window-join'),
    'interval join': has('interval-join'),
    'as-of join': has('as-of-join'),
    async: has('lookup'),
    restored: scenario.events.some(({ kind }) => kind === 'restore'),
    sharded: (scenario.shards ?? 1) > 1,
    drops: drops.length > 0,
    'drift-safe': Object.values(graph.outputs).every((id) => isSafe(graph, id)),
  }
  return FEATURES.filter((feature) => shown[feature])
}

/** Says whether the step that writes a collection is drift-safe. */
export function isSafe(graph: Run['graph'], collection: number): boolean {
  return graph.steps[graph.collections[collection]!.step]!.drift.safe
}

/** Says whether an element joins two sessions of elements of its key that came before it. */
function isBridge({ pipeline, events }: Scenario, element: Element): boolean {
  const gap = firstGap(pipeline)
  if (gap === undefined) return false
  const [at, key] = element
  const elements = events.flatMap((event) => (event.kind === 'offer' ? event.elements : []))
  const before = elements.slice(0, elements.indexOf(element)).filter(([, other]) => keyText(other) === keyText(key))
  const near = before.map(([other]) => other).filter((other) => Math.abs(other - at) < gap)
  return near.some((a) => near.some((b) => b - a >= gap && !before.some(([c]) => c > a && c < b)))
}

function firstGap({ stages, unit }: PipelineSpec): number | undefined {
  const first = stages.find((stage) => stage.kind === 'window')
  return first?.windows.kind === 'sessions' ? first.windows.gap * unit : undefined
}
