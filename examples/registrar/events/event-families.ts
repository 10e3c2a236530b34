/**
 * The event catalogue: every family of events, its schema and its types.
 *
 * A type belongs to one family, so its name alone says which columns an event has.
 */
import type { Schema } from '@tidemark/core/fields'
import { ABUSE_TYPES, abuseSchema } from './abuse-event.ts'
import { API_TYPES, apiSchema } from './api-event.ts'
import { APP_TYPES, appSchema } from './app-event.ts'
import { BILLING_TYPES, billingSchema } from './billing-event.ts'
import { DNS_TYPES, dnsSchema } from './dns-event.ts'
import { EPP_TYPES, eppSchema } from './epp-event.ts'
import { PIPELINE_TYPES, pipelineSchema } from './pipeline-event.ts'
import { POLL_TYPES, pollSchema } from './poll-event.ts'
import { SUPPORT_TYPES, supportSchema } from './support-event.ts'
import { WEB_TYPES, webSchema } from './web-event.ts'

/** What events are about. */
export type Family = 'lifecycle' | 'commercial' | 'dns' | 'abuse' | 'product' | 'pipeline'

/** A source of events. */
export interface EventFamily {
  readonly family: Family
  readonly schema: Pick<Schema<unknown, unknown>, 'name' | 'parse' | 'describe'>
  readonly types: readonly string[]
}

/** All of them. */
export const EVENT_FAMILIES: readonly EventFamily[] = Object.freeze([
  { family: 'lifecycle', schema: eppSchema, types: EPP_TYPES },
  { family: 'lifecycle', schema: pollSchema, types: POLL_TYPES },
  { family: 'commercial', schema: billingSchema, types: BILLING_TYPES },
  { family: 'commercial', schema: webSchema, types: WEB_TYPES },
  { family: 'dns', schema: dnsSchema, types: DNS_TYPES },
  { family: 'abuse', schema: abuseSchema, types: ABUSE_TYPES },
  { family: 'product', schema: appSchema, types: APP_TYPES },
  { family: 'product', schema: apiSchema, types: API_TYPES },
  { family: 'product', schema: supportSchema, types: SUPPORT_TYPES },
  { family: 'pipeline', schema: pipelineSchema, types: PIPELINE_TYPES },
])
