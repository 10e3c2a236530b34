/**
 * transferFacts: the life of transfers, from request to what has become of them.
 *
 * A transfer is pending until the losing registrar approves or rejects it, the gaining one cancels it, or nobody has said anything for
 * five days: then an event-time timer approves it. What it counts as is decided step by step, so each step is a fact of its own, and a
 * metric counts one kind and never the sum of two. Gaining and losing need not match: a delete by the gaining registrar within the
 * grace period takes back the gain and not the loss.
 */
import {
  composite,
  eventTimeTimer,
  filter,
  statefulParDo,
  valueState,
  withKeys,
  type PCollection,
  type PTransform,
  type Timestamp,
} from '@tidemark/core'
import { rowSchema, type ColumnsOf } from '../events/core-event.ts'
import { succeeded, type EppEvent } from '../events/epp-event.ts'
import type { PollEvent } from '../events/poll-event.ts'
import { dated, type Dated, type Undated } from './dated.ts'
import { DAY, gtldPolicy, type LifecyclePolicy, type PolicyOf } from './policy.ts'

/** What can be said of a transfer. */
export type TransferFactKind =
  | 'attempt_failed'
  | 'initiated'
  | 'rejected'
  | 'cancelled'
  | 'completed'
  | 'losing_successful'
  | 'gaining_successful'
  | 'deleted_in_grace'
  | 'reversed'

/** A fact about a transfer, dated by when it came to be; nothing is ever taken back from it. */
export interface TransferFact extends Dated {
  readonly fact: TransferFactKind
  readonly domain: string
  readonly tld: string
  readonly channel: string | null
  /** The gaining registrar. */
  readonly registrar: string
  readonly losing_registrar: string | null
  /** The account at the gaining registrar. */
  readonly account_id: string | null
  readonly losing_account_id: string | null
  readonly request_id: string | null
  readonly requested_ts: Timestamp
  /** From the request to the end of waiting; null while it is pending or never was. */
  readonly duration_ms: number | null
  /** Whether nobody had to say yes; null where it is not completed. */
  readonly automatic: boolean | null
  /** Why the request failed. */
  readonly error_code: string | null
  readonly years: number
}

/** The columns, in short form. */
export const TRANSFER_COLUMNS = {
  at_ts: 'timestamp',
  fact: 'text',
  domain: 'text',
  tld: 'text',
  channel: 'text?',
  registrar: 'text',
  losing_registrar: 'text?',
  account_id: 'text?',
  losing_account_id: 'text?',
  request_id: 'text?',
  requested_ts: 'timestamp',
  duration_ms: 'integer?',
  automatic: 'boolean?',
  error_code: 'text?',
  years: 'integer',
} as const satisfies ColumnsOf<TransferFact>

/** Facts about transfers, as rows. */
export const transferFactSchema = rowSchema<TransferFact>('Transfer facts', TRANSFER_COLUMNS)

/** A transfer that is not over. */
interface Transfer {
  readonly fact: Omit<TransferFact, 'fact' | 'at_ts'>
  /** When its time is over. */
  readonly until: Timestamp
}

/** The transfers of one domain: plain data, freed when the last time is over. */
interface Transfers {
  readonly pending: Transfer | null
  readonly inGrace: readonly Transfer[]
  readonly disputable: Transfer | null
}

const NONE: Transfers = Object.freeze({ pending: null, inGrace: [], disputable: null })

type Result = readonly [Transfers, readonly Undated<TransferFact>[]]

/**
 * Makes facts of the EPP log and the registry's messages.
 *
 * **Contract** — A fact's timestamp is that of the command or message, of the end of the pending period where that approves, and of the
 * end of the grace period for `gaining_successful`. A request while one is pending, or an answer while none is, says nothing new.
 *
 * **State** — per domain, until the last transfer can no longer be disputed.
 */
export function transferFacts(
  policyOf: PolicyOf = gtldPolicy,
): PTransform<PCollection<EppEvent | PollEvent>, PCollection<TransferFact>> {
  return composite('TransferFacts', (events: PCollection<EppEvent | PollEvent>) =>
    events.pipe(
      filter(({ domain, event_type }) => domain !== null && CONCERNED.has(event_type)),
      withKeys(({ domain }) => domain!),
      statefulParDo('Transfers', {
        state: { transfers: valueState<Transfers>() },
        timers: { due: eventTimeTimer() },
        process({ value, timestamp, state, timers }): readonly TransferFact[] {
          const [after, facts] = afterEvent(state.transfers.read() ?? NONE, value, policyOf(value.tld!))
          keep(after, state.transfers, timers.due)
          return dated(facts, timestamp)
        },
        onTimer: {
          due({ timestamp, state, timers }): readonly TransferFact[] {
            const before = state.transfers.read() ?? NONE
            const [after, facts] = afterTime(before, timestamp, policyOf(tldOfTransfers(before)))
            keep(after, state.transfers, timers.due)
            return dated(facts, timestamp)
          },
        },
      }),
    ),
  )
}

const CONCERNED: ReadonlySet<string> = new Set([
  'domain.transfer_request',
  'domain.transfer_approve',
  'domain.transfer_reject',
  'domain.transfer_cancel',
  'domain.delete',
  'poll.transfer_reversed',
])

function afterEvent(before: Transfers, event: EppEvent | PollEvent, policy: LifecyclePolicy): Result {
  const { event_ts: now, event_type: type } = event
  if (type === 'poll.transfer_reversed') {
    const { disputable } = before
    return disputable === null ? [before, []] : [{ ...before, disputable: null }, [say('reversed', disputable)]]
  }
  if (type === 'domain.transfer_request') return afterRequest(before, event, policy)
  if (!('result_code' in event) || !succeeded(event)) return [before, []]
  const { pending, inGrace } = before
  if (type === 'domain.delete') {
    const undone = inGrace.filter(({ fact }) => fact.registrar === event.registrar)
    const rest = inGrace.filter((transfer) => !undone.includes(transfer))
    return [{ ...before, inGrace: rest }, undone.map((transfer) => say('deleted_in_grace', transfer))]
  }
  if (pending === null) return [before, []]
  if (type === 'domain.transfer_approve') return completed(before, pending, now, false, policy)
  const ended: Transfer = { ...pending, fact: { ...pending.fact, duration_ms: now - pending.fact.requested_ts } }
  return [{ ...before, pending: null }, [say(type === 'domain.transfer_reject' ? 'rejected' : 'cancelled', ended)]]
}

function afterRequest(before: Transfers, event: EppEvent, policy: LifecyclePolicy): Result {
  const transfer: Transfer = {
    until: event.event_ts + policy.transferPending * DAY,
    fact: {
      domain: event.domain!,
      tld: event.tld!,
      channel: event.channel,
      registrar: event.registrar,
      losing_registrar: event.losing_registrar,
      account_id: event.account_id,
      losing_account_id: event.losing_account_id,
      request_id: event.request_id,
      requested_ts: event.event_ts,
      duration_ms: null,
      automatic: null,
      error_code: event.error_code,
      years: event.years ?? 1,
    },
  }
  if (!succeeded(event)) return [before, [say('attempt_failed', transfer)]]
  return before.pending === null ? [{ ...before, pending: transfer }, [say('initiated', transfer)]] : [before, []]
}

/** What is due at an instant: an approval by silence, the end of a grace period, the end of disputes. */
function afterTime(before: Transfers, now: Timestamp, policy: LifecyclePolicy): Result {
  const gained = before.inGrace.filter(({ until }) => until <= now)
  const after: Transfers = {
    ...before,
    inGrace: before.inGrace.filter(({ until }) => until > now),
    disputable: before.disputable !== null && before.disputable.until > now ? before.disputable : null,
  }
  const facts = gained.map((transfer) => say('gaining_successful', transfer))
  const { pending } = before
  if (pending === null || pending.until > now) return [after, facts]
  const [last, more] = completed(after, pending, now, true, policy)
  return [last, [...facts, ...more]]
}

function completed(
  before: Transfers,
  pending: Transfer,
  now: Timestamp,
  automatic: boolean,
  policy: LifecyclePolicy,
): Result {
  const fact = { ...pending.fact, duration_ms: now - pending.fact.requested_ts, automatic }
  const done: Transfer = { fact, until: now + policy.transferGrace * DAY }
  return [
    {
      pending: null,
      inGrace: [...before.inGrace, done],
      disputable: { fact, until: now + policy.transferDispute * DAY },
    },
    [say('completed', done), say('losing_successful', done)],
  ]
}

function say(fact: TransferFactKind, transfer: Transfer): Undated<TransferFact> {
  return { fact, ...transfer.fact }
}

function openTransfers({ pending, inGrace, disputable }: Transfers): readonly Transfer[] {
  return [pending, ...inGrace, disputable].filter((transfer) => transfer !== null)
}

function tldOfTransfers(transfers: Transfers): string {
  return openTransfers(transfers)[0]?.fact.tld ?? ''
}

/** Stores what is open and wakes up when the first of it is due: one millisecond before, as what comes at the end is outside. */
function keep(
  transfers: Transfers,
  cell: { write(value: Transfers): void; clear(): void },
  timer: { set(timestamp: Timestamp, options: { readonly outputTimestamp: Timestamp }): void; clear(): void },
): void {
  const open = openTransfers(transfers)
  if (open.length === 0) {
    cell.clear()
    timer.clear()
    return
  }
  cell.write(transfers)
  const due = Math.min(...open.map(({ until }) => until))
  timer.set(due - 1, { outputTimestamp: due })
}
