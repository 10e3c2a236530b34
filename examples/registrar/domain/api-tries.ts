/**
 * apiTries: which requests are another try of one before.
 *
 * A program that tries again says so by the same `request_id`, or does not know better and sends the same body. Both within ten minutes of
 * the try before; the same body next day is a new wish.
 */
import {
  composite,
  eventTimeTimer,
  minutes,
  statefulParDo,
  valueState,
  withKeys,
  type PCollection,
  type PTransform,
} from '@tidemark/core'
import { API_COLUMNS, type ApiEvent } from '../events/api-event.ts'
import { rowSchema } from '../events/core-event.ts'

/** A request, and whether it is a try again. */
export interface ApiTry extends ApiEvent {
  /** 1 for a request that had been made shortly before. */
  readonly is_retry: number
}

/** Requests and tries, as rows. */
export const apiTrySchema = rowSchema<ApiTry>('API tries', {
  ...API_COLUMNS,
  is_retry: 'integer',
})

/** How long after a try another one belongs to it. */
const WITHIN = minutes(10)

/**
 * Marks requests whose `request_id` or body was seen within the ten minutes before.
 *
 * **State** — per request and body, that it was seen, for ten minutes.
 */
export const apiTries: PTransform<PCollection<ApiEvent>, PCollection<ApiTry>> = composite(
  'ApiTries',
  (requests: PCollection<ApiEvent>) =>
    requests.pipe(
      // A request without an id is not the same as another one without.
      markSeen('SameRequest', ({ request_id, event_id }) => request_id ?? event_id),
      markSeen('SameBody', ({ body_key }) => body_key),
    ),
)

/** A request that another key may have been seen of. */
type MaybeMarked = ApiEvent & Partial<Pick<ApiTry, 'is_retry'>>

function markSeen(
  name: string,
  key: (request: ApiEvent) => string,
): PTransform<PCollection<MaybeMarked>, PCollection<ApiTry>> {
  return composite(name, (requests: PCollection<MaybeMarked>) =>
    requests.pipe(
      withKeys((request: MaybeMarked) => key(request)),
      statefulParDo('Seen', {
        state: { seen: valueState<true>() },
        timers: { forget: eventTimeTimer() },
        process({ value, state, timers }): readonly ApiTry[] {
          const is_retry = value.is_retry === 1 || state.seen.read() === true ? 1 : 0
          state.seen.write(true)
          timers.forget.setAfter(WITHIN, { outputTimestamp: 'none' })
          return [{ ...value, is_retry }]
        },
        onTimer: {
          forget({ state }) {
            state.seen.clear()
          },
        },
      }),
    ),
  )
}
