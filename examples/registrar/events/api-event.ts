/**
 * API requests: what customers' programs ask of us, and how it went.
 *
 * A program that tries again sends either the same `request_id` or, where it knows none, the same body: `body_key` is a hash of method,
 * path and body. Latency stands in the core.
 */
import { CORE_COLUMNS, coreEvent, rowSchema, type ColumnsOf, type CoreEvent, type Given } from './core-event.ts'

/** What the API says. */
export const API_TYPES = Object.freeze(['api.request'] as const)

/** A request. */
export interface ApiEvent extends CoreEvent {
  readonly event_type: (typeof API_TYPES)[number]
  /** Method and route, such as `POST /domains`; no ids in it. */
  readonly endpoint: string
  readonly http_status: number
  readonly body_key: string
}

/** The columns, in short form. */
export const API_COLUMNS = {
  ...CORE_COLUMNS,
  endpoint: 'text',
  http_status: 'integer',
  body_key: 'text',
} as const satisfies ColumnsOf<ApiEvent>

/** The log of requests. */
export const apiSchema = rowSchema<ApiEvent>('API', API_COLUMNS)

/** Makes a request, answered with 200 within 50 ms unless the row says otherwise. */
export function apiEvent(given: Given<ApiEvent>): ApiEvent {
  const { event_type, endpoint = 'GET /domains', http_status = 200 } = given
  const core = coreEvent('api', {
    latency_ms: 50,
    status: http_status < 400 ? 'ok' : 'failed',
    error_code: http_status < 400 ? null : String(http_status),
    ...given,
  })
  return { ...core, event_type, endpoint, http_status, body_key: given.body_key ?? core.event_id }
}
