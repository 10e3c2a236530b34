/**
 * Clicks: the elements and the pipeline that the tests of the streaming runner share.
 */
import {
  boundedOutOfOrderness,
  combinePerKey,
  composite,
  fixedWindows,
  minutes,
  seconds,
  windowInto,
  withKeys,
  type KV,
  type PCollection,
  type PTransform,
  type Timestamp,
  type WatermarkStrategy,
  type WindowedValue,
} from '@tidemark/core'
import { count } from '@tidemark/transforms'

/** A click on a page. */
export interface Click {
  readonly page: 'home' | 'help'
  readonly at: Timestamp
}

/** A time of day as event time: `at('10:00:59')`. */
export function at(time: string): Timestamp {
  return Date.parse(`2026-03-01T${time}Z`)
}

/** A click on the page `home`, or another. */
export function click(time: string, page: Click['page'] = 'home'): Click {
  return { page, at: at(time) }
}

/** How clicks meet event time: five seconds of disorder. */
export const clickTime: { readonly timestamp: (element: Click) => Timestamp; readonly watermark: WatermarkStrategy } = {
  timestamp: (element) => element.at,
  watermark: boundedOutOfOrderness(seconds(5)),
}

/** Clicks per page and minute. */
export const perMinute: PTransform<PCollection<Click>, PCollection<KV<Click['page'], number>>> = composite(
  'PerMinute',
  (clicks: PCollection<Click>) =>
    clicks.pipe(
      windowInto(fixedWindows(minutes(1))),
      withKeys((element) => element.page),
      combinePerKey('Count', count()),
    ),
)

/** A pane as one reads it: `10:00 home 2`. */
export function show({ value: [page, clicks], window }: WindowedValue<KV<string, number>>): string {
  return `${new Date(window.start).toISOString().slice(11, 16)} ${page} ${clicks}`
}
