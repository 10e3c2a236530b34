/**
 * The sources of the registrar's metrics: the logs of its systems, as their typed events.
 *
 * A metric names one of these, so its lineage goes on to systems, event types and columns. What is derived from them by rules of the
 * trade stands in derived-sources.ts.
 */
import { metricSource } from '@tidemark/transforms/metrics'
import { ABUSE_TYPES, abuseSchema } from '../events/abuse-event.ts'
import { API_TYPES, apiSchema } from '../events/api-event.ts'
import { APP_TYPES, appSchema } from '../events/app-event.ts'
import { BILLING_TYPES, billingSchema } from '../events/billing-event.ts'
import { timestampOfEvent } from '../events/core-event.ts'
import { DNS_TYPES, dnsSchema } from '../events/dns-event.ts'
import { EPP_TYPES, eppSchema } from '../events/epp-event.ts'
import { PIPELINE_TYPES, pipelineSchema } from '../events/pipeline-event.ts'
import { POLL_TYPES, pollSchema } from '../events/poll-event.ts'
import { SUPPORT_TYPES, supportSchema } from '../events/support-event.ts'
import { WEB_TYPES, webSchema } from '../events/web-event.ts'

const timestamp = timestampOfEvent

/** Commands to the registry and its answers. */
export const eppLog = metricSource('EPP log', { schema: eppSchema, types: EPP_TYPES, timestamp })
/** What the registry does by itself. */
export const pollMessages = metricSource('Poll messages', { schema: pollSchema, types: POLL_TYPES, timestamp })
/** Orders, payments and what is paid back. */
export const billing = metricSource('Billing', { schema: billingSchema, types: BILLING_TYPES, timestamp })
/** Visits, leads, campaigns and what is known of customers. */
export const webAndCrm = metricSource('Web and CRM', { schema: webSchema, types: WEB_TYPES, timestamp })
/** Queries and their answers. */
export const dns = metricSource('DNS', { schema: dnsSchema, types: DNS_TYPES, timestamp })
/** Reports of abuse and what became of them. */
export const abuse = metricSource('Abuse', { schema: abuseSchema, types: ABUSE_TYPES, timestamp })
/** Workflows, features, auth codes and changes of DNS in the application. */
export const application = metricSource('Application', { schema: appSchema, types: APP_TYPES, timestamp })
/** Requests to the API. */
export const api = metricSource('API', { schema: apiSchema, types: API_TYPES, timestamp })
/** Tickets. */
export const supportDesk = metricSource('Support desk', { schema: supportSchema, types: SUPPORT_TYPES, timestamp })
/** What the pipeline says about itself. */
export const pipeline = metricSource('Pipeline', { schema: pipelineSchema, types: PIPELINE_TYPES, timestamp })
