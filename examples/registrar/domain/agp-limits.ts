/**
 * agpLimits: which deletes in the add grace period are given back (ICANN's AGP Limits Policy).
 *
 * Of a month's deletes in grace, a registrar gets back as many as a tenth of the month's net adds, or fifty where that is more. What lies
 * beyond is excess and stays paid, so trying names by the thousand costs what it should.
 */
import {
  combinePerKey,
  composite,
  filter,
  map,
  windowInto,
  withKeys,
  type PCollection,
  type PTransform,
} from '@tidemark/core'
import { calendarMonths } from '@tidemark/core/calendar'
import { combineAll, sumOf } from '@tidemark/transforms'
import { rowSchema } from '../events/core-event.ts'
import type { LifecycleFact } from './lifecycle-fact.ts'

/** What of a month's deletes in grace is given back. */
export interface AgpLimits {
  readonly refundable: number
  readonly excess: number
}

/** A registrar's month in a TLD. */
export interface AgpMonth extends AgpLimits {
  readonly tld: string
  readonly registrar: string
  readonly net_adds: number
  readonly agp_deletes: number
}

/** Months of registrars, as rows. */
export const agpMonthSchema = rowSchema<AgpMonth>('AGP limits', {
  tld: 'text',
  registrar: 'text',
  net_adds: 'integer',
  agp_deletes: 'integer',
  refundable: 'integer',
  excess: 'integer',
})

/**
 * Says how many of a month's deletes in grace are given back: at most a tenth of its net adds, rounded down, or 50.
 *
 * ```ts
 * agpLimitsOf(1000, 250) // => { refundable: 100, excess: 150 }
 * ```
 */
export function agpLimitsOf(netAdds: number, deletes: number): AgpLimits {
  // In whole tenths: no float decides about money.
  const refundable = Math.min(deletes, Math.max(Math.floor(netAdds / 10), 50))
  return { refundable, excess: deletes - refundable }
}

/** Makes a row per registrar, TLD and month in UTC of lifecycle facts. */
export const agpLimits: PTransform<PCollection<LifecycleFact>, PCollection<AgpMonth>> = composite(
  'AgpLimits',
  (facts: PCollection<LifecycleFact>) =>
    facts.pipe(
      filter(({ fact }) => fact === 'add_matured' || fact === 'deleted_grace'),
      windowInto(calendarMonths({ zone: 'UTC' })),
      withKeys(({ tld, registrar }) => [tld, registrar] as const),
      combinePerKey(
        'Months',
        combineAll({
          net_adds: sumOf(({ fact }: LifecycleFact) => (fact === 'add_matured' ? 1 : 0)),
          agp_deletes: sumOf(({ fact }: LifecycleFact) => (fact === 'deleted_grace' ? 1 : 0)),
        }),
      ),
      map(([[tld, registrar], { net_adds, agp_deletes }]) => ({
        tld,
        registrar,
        net_adds,
        agp_deletes,
        ...agpLimitsOf(net_adds, agp_deletes),
      })),
    ),
)
