/**
 * The KPIs of the registry: names created, deleted and updated per day and month, as the calendar on its wall counts them.
 */
import {
  combinePerKey,
  composite,
  filter,
  globalWindow,
  map,
  windowInto,
  withKeys,
  type PCollection,
} from '@tidemark/core'
import { calendarDays } from '@tidemark/core/calendar'
import { count } from '@tidemark/transforms'
import { judgeSnapshots } from './quarantine.ts'
import { perDayMetrics, perMonthMetrics } from './registry-metrics.ts'
import type { RegistryRecord } from './registry-record.ts'
import { LATENESS, ZONE } from './registry-times.ts'

export { BOUND, LATENESS, ZONE } from './registry-times.ts'
export type { Changes } from './registry-metrics.ts'

/** All KPIs of the registry. What stands in quarantine is counted by instant and reason, not silently left out. */
export const registryKpis = composite('Registry', (records: PCollection<RegistryRecord>) => {
  const judged = records.pipe(
    windowInto(globalWindow(), { allowedLateness: LATENESS, accumulationMode: 'retracting' }),
    judgeSnapshots,
  )
  const sound = judged.pipe(
    filter(({ soundness }) => soundness === 'sound'),
    map(({ event }) => event),
  )
  return {
    // What is counted is never null: a day has a value where a name has changed.
    changesPerDay: sound.pipe(
      perDayMetrics.changes,
      map(({ value }) => value!),
    ),
    changesPerMonth: sound.pipe(
      perMonthMetrics.changes,
      map(({ value }) => value!),
    ),
    quarantined: judged.pipe(
      filter(({ soundness }) => soundness !== 'sound'),
      windowInto(calendarDays({ zone: ZONE })),
      withKeys(({ event, soundness }) => ({ at: event.at, soundness })),
      combinePerKey('Quarantined', count()),
    ),
  }
})
