/**
 * The KPIs of the registry: names created, deleted and updated per day and month, as the calendar on its wall counts them.
 */
import {
  combineGlobally,
  combinePerKey,
  composite,
  days,
  filter,
  globalWindow,
  map,
  windowInto,
  withKeys,
  type PCollection,
} from '@tidemark/core'
import { calendarDays, calendarMonths } from '@tidemark/core/calendar'
import { combineAll, count } from '@tidemark/transforms'
import { countWhere } from '../count-where.ts'
import { judgeSnapshots } from './quarantine.ts'
import type { Change, RegistryRecord } from './registry-record.ts'

/** Where the registry's days begin: .gov is run from Washington. */
export const ZONE = 'America/New_York'

/** How far behind the latest record the watermark stays. */
export const BOUND = days(1)

/** How long after that records still count. */
export const LATENESS = days(3)

/** How many names changed in a window. */
export type Changes = Readonly<Record<Change, number>>

const changes = combineAll({
  created: countWhere((change: Change) => change === 'created'),
  deleted: countWhere((change: Change) => change === 'deleted'),
  updated: countWhere((change: Change) => change === 'updated'),
})

/** All KPIs of the registry. What stands in quarantine is counted by instant and reason, not silently left out. */
export const registryKpis = composite('Registry', (records: PCollection<RegistryRecord>) => {
  const judged = records.pipe(
    windowInto(globalWindow(), { allowedLateness: LATENESS, accumulationMode: 'retracting' }),
    judgeSnapshots,
  )
  const sound = judged.pipe(
    filter(({ soundness }) => soundness === 'sound'),
    map(({ event }) => event.change),
  )
  return {
    changesPerDay: sound.pipe(windowInto(calendarDays({ zone: ZONE })), combineGlobally('PerDay', changes)),
    changesPerMonth: sound.pipe(windowInto(calendarMonths({ zone: ZONE })), combineGlobally('PerMonth', changes)),
    quarantined: judged.pipe(
      filter(({ soundness }) => soundness !== 'sound'),
      windowInto(calendarDays({ zone: ZONE })),
      withKeys(({ event, soundness }) => ({ at: event.at, soundness })),
      combinePerKey('Quarantined', count()),
    ),
  }
})
