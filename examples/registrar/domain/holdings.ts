/**
 * holdings and accountMonths: domains under management by account, and accounts won and lost.
 *
 * A sum of `dum` up to an instant is what is held at that instant. The segment of an account is that of the time at which something
 * changed, so an account that moves on leaves its past where it was.
 */
import {
  asOfJoin,
  composite,
  eventTimeTimer,
  filter,
  map,
  statefulParDo,
  valueState,
  withKeys,
  type PCollection,
  type PTransform,
  type Timestamp,
} from '@tidemark/core'
import { rowSchema } from '../events/core-event.ts'
import type { EppEvent } from '../events/epp-event.ts'
import type { PollEvent } from '../events/poll-event.ts'
import type { WebEvent } from '../events/web-event.ts'
import type { Dated } from './dated.ts'
import { LIFECYCLE_COLUMNS, type LifecycleFact } from './lifecycle-fact.ts'
import { lifecycleFacts, type RegistryEvent } from './lifecycle-facts.ts'
import { transferFacts } from './transfer-facts.ts'
import { NET_TRANSFER_COLUMNS, netTransfers, type NetTransfer } from './transfer-outcomes.ts'

/** What was known of an account when something happened; `unknown` where nothing was. */
export interface Profile {
  readonly segment: string
  readonly tier: string
  readonly partner: string
}

const PROFILE = { segment: 'text', tier: 'text', partner: 'text' } as const

/** One domain more or less, with the profile of its account. */
export type Holding = LifecycleFact & Profile

/** Changes of what is held, as rows. */
export const holdingSchema = rowSchema<Holding>('Holdings', {
  ...LIFECYCLE_COLUMNS,
  ...PROFILE,
})

/**
 * Gives the lifecycle facts that change how many domains are held, with the profile of the account as of when the domain came to it.
 *
 * **Contract** — What goes counts where it came: were it to count where the account is by then, a segment that accounts have left would
 * keep their domains for ever, and the one they went to fall below zero.
 *
 * **State** — beside that of the lifecycle and the join, the profile of each domain and account that is held.
 */
export const holdings: PTransform<PCollection<RegistryEvent | WebEvent>, PCollection<Holding>> = composite(
  'Holdings',
  (events: PCollection<RegistryEvent | WebEvent>) =>
    withProfile(
      'Profile',
      events.pipe(
        filter((event): event is RegistryEvent => !isProfile(event)),
        lifecycleFacts(),
        filter(({ dum }) => dum !== 0),
      ),
      events.pipe(filter(isProfile)),
    ).pipe(asItCame),
)

const asItCame: PTransform<PCollection<Holding>, PCollection<Holding>> = composite(
  'AsItCame',
  (changes: PCollection<Holding>) =>
    changes.pipe(
      withKeys(({ domain, account_id }) => [domain, account_id] as const),
      statefulParDo('Came', {
        state: { profile: valueState<Profile>() },
        process({ value, state }): readonly Holding[] {
          if (value.dum > 0) {
            state.profile.write(profileOf(value))
            return [value]
          }
          const came = state.profile.read()
          state.profile.clear()
          return [{ ...value, ...came }]
        },
      }),
    ),
)

function profileOf({ segment, tier, partner }: Profile): Profile {
  return { segment, tier, partner }
}

/** A side of a transfer, with the profile of its account. */
export type PartnerTransfer = NetTransfer & Profile

/** Sides of transfers with profiles, as rows. */
export const partnerTransferSchema = rowSchema<PartnerTransfer>('Partner transfers', {
  ...NET_TRANSFER_COLUMNS,
  ...PROFILE,
})

/** Gives both sides of completed transfers (transfer-outcomes.ts), with the profile of the account as of the completion. */
export const partnerTransfers: PTransform<
  PCollection<RegistryEvent | WebEvent>,
  PCollection<PartnerTransfer>
> = composite('PartnerTransfers', (events: PCollection<RegistryEvent | WebEvent>) =>
  withProfile(
    'Profile',
    events.pipe(
      filter((event): event is EppEvent | PollEvent => 'result_code' in event || event.event_type.startsWith('poll.')),
      transferFacts(),
      netTransfers,
    ),
    events.pipe(filter(isProfile)),
  ),
)

/** Joins rows with what was known of their account at their time. */
export function withProfile<T extends { readonly account_id: string | null }>(
  name: string,
  rows: PCollection<T>,
  profiles: PCollection<WebEvent>,
): PCollection<T & Profile> {
  const left = rows.pipe(withKeys(({ account_id }) => account_id ?? ''))
  const right = profiles.pipe(withKeys(({ account_id }) => account_id ?? ''))
  return asOfJoin(name, { left, right }).pipe(
    map(([, { left: row, right: profile }]) => ({
      ...row,
      segment: profile?.segment ?? 'unknown',
      tier: profile?.tier ?? 'unknown',
      partner: profile?.partner ?? 'unknown',
    })),
  )
}

function isProfile(event: RegistryEvent | WebEvent): event is WebEvent {
  return event.event_type === 'account.profiled'
}

/** A month in which what an account holds has changed. */
export interface AccountMonth extends Dated, Profile {
  readonly account_id: string
  readonly dum_start: number
  readonly dum_end: number
  /** 1 when the account held nothing at the start, and something at the end. */
  readonly won: number
  /** 1 when it held something at the start, and nothing at the end. */
  readonly lost: number
}

/** Months of accounts, as rows. */
export const accountMonthSchema = rowSchema<AccountMonth>('Account months', {
  at_ts: 'timestamp',
  account_id: 'text',
  dum_start: 'integer',
  dum_end: 'integer',
  won: 'integer',
  lost: 'integer',
  ...PROFILE,
})

interface Standing {
  readonly start: number
  readonly now: number
  /** As of when the account came to hold something. */
  readonly profile: Profile
}

/**
 * Says for each month (UTC) and account what it held at its start and end.
 *
 * **Contract** — Months without a change give no row. A row has the month's last millisecond. The accounts at the start of a month are
 * those won less those lost in the months before, in the segment in which they were won. An account that goes to nothing and comes back within a month was never lost.
 *
 * **State** — per account that holds something, or has held something this month.
 */
export const accountMonths: PTransform<PCollection<Holding>, PCollection<AccountMonth>> = composite(
  'AccountMonths',
  (changes: PCollection<Holding>) =>
    changes.pipe(
      filter(({ account_id }) => account_id !== null),
      withKeys(({ account_id }) => account_id!),
      statefulParDo('Months', {
        state: { standing: valueState<Standing>() },
        timers: { monthEnd: eventTimeTimer() },
        process({ value, timestamp, state, timers }): readonly AccountMonth[] {
          const { start, now, profile } = state.standing.read() ?? { start: 0, now: 0, profile: profileOf(value) }
          state.standing.write({ start, now: now + value.dum, profile })
          timers.monthEnd.set(lastOfMonth(timestamp))
          return []
        },
        onTimer: {
          monthEnd({ key, timestamp, state }): readonly AccountMonth[] {
            const { start, now, profile } = state.standing.read()!
            if (now === 0) state.standing.clear()
            else state.standing.write({ start: now, now, profile })
            const won = start <= 0 && now > 0 ? 1 : 0
            const lost = start > 0 && now <= 0 ? 1 : 0
            return [{ at_ts: timestamp, account_id: key, dum_start: start, dum_end: now, won, lost, ...profile }]
          },
        },
      }),
    ),
)

function lastOfMonth(timestamp: Timestamp): Timestamp {
  const date = new Date(timestamp)
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1) - 1
}
