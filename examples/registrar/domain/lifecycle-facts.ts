/**
 * lifecycleFacts: grace periods, deletes, renewals, restores and domains under management, from the registry's log.
 *
 * Grace periods end by event-time timers, so a month comes out the same live, in batch and replayed. A fact is dated by what the
 * registry's report is dated by: a net add by the end of the add grace period, a delete by the purge, a net renewal by the end of its
 * grace. The rules are in life-after-event.ts and life-after-time.ts.
 */
import {
  composite,
  eventTimeTimer,
  filter,
  flatten,
  statefulParDo,
  valueState,
  withKeys,
  type PCollection,
  type PTransform,
} from '@tidemark/core'
import type { BillingEvent } from '../events/billing-event.ts'
import type { EppEvent } from '../events/epp-event.ts'
import type { PollEvent } from '../events/poll-event.ts'
import { dated } from './dated.ts'
import { nextDue, unknownLife, type Life, type LifeEvent } from './life.ts'
import { afterEvent } from './life-after-event.ts'
import { afterTime } from './life-after-time.ts'
import type { LifecycleFact } from './lifecycle-fact.ts'
import { gtldPolicy, type PolicyOf } from './policy.ts'
import { transferFacts } from './transfer-facts.ts'

/** What the life of domains is read from: the EPP log, messages, and payments, which say whether a renewal was paid. */
export type RegistryEvent = EppEvent | PollEvent | BillingEvent

/**
 * Makes facts of the registry's log.
 *
 * **Contract** — Periods are half-open: a delete exactly at the end of the add grace period is outside of it. A transfer moves the domain
 * when it is completed. An explicit renewal counts as renewed when a payment with its `request_id` was captured.
 *
 * **State** — per domain, until it is purged and its last term decided. When the input ends, every period does: what is then dated
 * after the last event says what will be if nothing else happens.
 */
export function lifecycleFacts(
  policyOf: PolicyOf = gtldPolicy,
): PTransform<PCollection<RegistryEvent>, PCollection<LifecycleFact>> {
  return composite('LifecycleFacts', (events: PCollection<RegistryEvent>) => {
    const transfers = events.pipe(
      filter((event): event is EppEvent | PollEvent => !event.event_type.startsWith('payment.')),
      transferFacts(policyOf),
    )
    const moves = flatten<LifeEvent>([events.pipe(filter(concerns)), transfers])
    return moves.pipe(
      withKeys(({ domain }) => domain!),
      statefulParDo('Lives', {
        state: { life: valueState<Life>() },
        timers: { due: eventTimeTimer() },
        process({ value, timestamp, state, timers }): readonly LifecycleFact[] {
          const policy = policyOf(value.tld!)
          const [life, facts] = afterEvent(state.life.read() ?? unknownLife(value.domain!, value.tld!), value, policy)
          state.life.write(life)
          const due = nextDue(life, policy)
          if (due !== undefined) timers.due.set(due - 1, { outputTimestamp: due })
          else {
            timers.due.clear()
            if (isEmpty(life)) state.life.clear()
          }
          return dated(facts, timestamp)
        },
        onTimer: {
          due({ timestamp, state, timers }): readonly LifecycleFact[] {
            const before = state.life.read()
            if (before === undefined) return []
            const policy = policyOf(before.tld)
            const [life, facts] = afterTime(before, timestamp, policy)
            const due = nextDue(life, policy)
            if (due !== undefined) timers.due.set(due - 1, { outputTimestamp: due })
            if (isEmpty(life)) state.life.clear()
            else state.life.write(life)
            return dated(facts, timestamp)
          },
        },
      }),
    )
  })
}

function concerns({ domain, event_type }: RegistryEvent): boolean {
  if (domain === null || event_type.startsWith('domain.transfer_')) return false
  return event_type === 'payment.captured' || event_type.startsWith('domain.') || event_type.startsWith('poll.')
}

function isEmpty({ held, pending, terms, paid }: Life): boolean {
  return held === null && pending === null && terms.length === 0 && paid.length === 0
}
