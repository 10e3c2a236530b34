/**
 * What the figures of the registry mean: metrics, each said once, per day and per month by the calendar on its wall.
 */
import type { WindowFn } from '@tidemark/core'
import { calendarDays, calendarMonths } from '@tidemark/core/calendar'
import { schema } from '@tidemark/core/fields'
import { count } from '@tidemark/transforms'
import { defineStrictMetric, derived, metricSource } from '@tidemark/transforms/metrics'
import type { Change } from './registry-record.ts'
import { BOUND, LATENESS, ZONE } from './registry-times.ts'

/** How many names changed in a window. */
export type Changes = Readonly<Record<Change, number>>

const event = schema('RegistryEvent', { at: 'timestamp', change: 'text', domain: 'text' })

const snapshots = metricSource('.gov snapshots', { types: ['size', 'event'] })
const events = metricSource('.gov changes', {
  schema: event,
  types: ['created', 'deleted', 'updated'],
  from: snapshots,
  via: 'JudgeSnapshots',
  timestamp: (row) => row.at,
  description: 'What has changed in the list, without broken snapshots and their reverts.',
})

const governance = {
  owner: 'ops-registry',
  audience: ['ops', 'sales'],
  unit: 'names',
  decision: 'informational',
  runbook: 'docs/metrics.md',
  finality: LATENESS,
  freshness: BOUND,
} as const

function registryMetrics(grain: WindowFn, suffix: string) {
  const changed = (change: Change) =>
    defineStrictMetric({
      ...governance,
      id: `names_${change}_${suffix}`,
      description: `Names that were ${change}.`,
      source: events,
      types: [change],
      where: event.fields.change.is(change),
      measure: count(),
      grain,
    })
  const [created, deleted, updated] = [changed('created'), changed('deleted'), changed('updated')]
  return {
    created,
    deleted,
    updated,
    /** All three in one pass. */
    changes: defineStrictMetric({
      ...governance,
      id: `names_changed_${suffix}`,
      measure: derived({ from: { created, deleted, updated }, value: (of): Changes => of }),
      formula: 'created, deleted, updated',
    }),
  }
}

/** The metrics per day, and per month. */
export const perDayMetrics = registryMetrics(calendarDays({ zone: ZONE }), 'per_day')
export const perMonthMetrics = registryMetrics(calendarMonths({ zone: ZONE }), 'per_month')
