/**
 * LifecycleFact: one thing that is true of a domain from an instant on.
 *
 * Facts are added and never changed. What a month says is a sum over its facts, so `dum` and `agp` carry how many domains more or fewer
 * there are, in all and with an open add grace period.
 */
import type { Timestamp } from '@tidemark/core'
import { rowSchema, type ColumnsOf } from '../events/core-event.ts'
import type { Dated } from './dated.ts'

/** What can be said of a domain. */
export type LifecycleFactKind =
  | 'held'
  | 'created'
  | 'add_matured'
  | 'deleted_grace'
  | 'deleted_nograce'
  | 'renewed'
  | 'renewal_matured'
  | 'renewal_refunded'
  | 'restored'
  | 'restore_unreported'
  | 'transferred_out'
  | 'transferred_in'
  | 'reversed_out'
  | 'reversed_in'
  | 'term_ended'

/** A fact about a domain, dated by the instant from which it is true. */
export interface LifecycleFact extends Dated {
  readonly fact: LifecycleFactKind
  readonly domain: string
  readonly tld: string
  /** The registrar that it counts for. */
  readonly registrar: string
  readonly channel: string | null
  readonly account_id: string | null
  /** Years of the create or renewal. */
  readonly years: number | null
  /** How many more domains the registrar holds: 1, 0 or -1. */
  readonly dum: number
  /** How many more of them can still be deleted without cost. */
  readonly agp: number
  /** When what has ended here began: the create, the delete, the request. */
  readonly since_ts: Timestamp | null
  /** For a term: when it expired. */
  readonly expires_ts: Timestamp | null
  /** For a restore: from the request to the report. */
  readonly duration_ms: number | null
  /** For a restore: from the delete to the report. */
  readonly since_deleted_ms: number | null
  /** For a term: 1 when another one followed that was paid, or outlived its grace. */
  readonly renewed: number | null
  readonly renewed_by: string | null
  /** Whether the registry has renewed by itself. */
  readonly auto: boolean | null
}

/** The columns, in short form. */
export const LIFECYCLE_COLUMNS = {
  at_ts: 'timestamp',
  fact: 'text',
  domain: 'text',
  tld: 'text',
  registrar: 'text',
  channel: 'text?',
  account_id: 'text?',
  years: 'integer?',
  dum: 'integer',
  agp: 'integer',
  since_ts: 'timestamp?',
  expires_ts: 'timestamp?',
  duration_ms: 'integer?',
  since_deleted_ms: 'integer?',
  renewed: 'integer?',
  renewed_by: 'text?',
  auto: 'boolean?',
} as const satisfies ColumnsOf<LifecycleFact>

/** Facts about domains, as rows. */
export const lifecycleFactSchema = rowSchema<LifecycleFact>('Lifecycle facts', LIFECYCLE_COLUMNS)
