/**
 * What a drift run was about: the shares that the property must have seen to say anything.
 */
import { DROP_REASONS, equalBytes, encodeValue, keyText, toMillis, milliseconds } from '@tidemark/core'
import { isGrouping, type Element, type StageSpec } from './pipeline-spec.ts'
import type { Run } from './run-live.ts'
import { elementsOf, type Scenario } from './scenario.ts'

/** Features of a run that are counted. */
export const FEATURES = [
  'groupings in series',
  'late session bridge',
  'retracting',
  'late but accepted',
  'stateful',
  'drops',
  'drift-safe',
] as const

/** The features of a live run. */
export function featuresOf(scenario: Scenario, live: Run): readonly (typeof FEATURES)[number][] {
  const { stages } = scenario.pipeline
  const drops = live.ledger.filter(({ reason }) => DROP_REASONS.includes(reason))
  const accepted = live.late.filter((element) => !drops.some((drop) => isAbout(drop.element, element)))
  const safe = Object.values(live.graph.outputs).every((id) => live.graph.steps[live.graph.collections[id]!.step]!.drift.safe)
  const has: Readonly<Record<(typeof FEATURES)[number], boolean>> = {
    'groupings in series': stages.filter(isGrouping).length > 1,
    'late session bridge': bridges(scenario, accepted),
    retracting: live.graph.collections.some(({ panes }) => panes === 'changes') && accepted.length > 0,
    'late but accepted': accepted.length > 0,
    stateful: stages.some(({ kind }) => kind === 'stateful'),
    drops: drops.length > 0,
    'drift-safe': safe,
  }
  return FEATURES.filter((feature) => has[feature])
}
