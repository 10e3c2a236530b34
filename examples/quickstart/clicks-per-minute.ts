/**
 * What is computed, written once: clicks per page and minute. The two programs beside it say where clicks come from.
 */
import { combinePerKey, composite, fixedWindows, minutes, windowInto, withKeys, type PCollection } from '@tidemark/core'
import { count } from '@tidemark/transforms'

/** Somebody has looked at a page. */
export interface Click {
  readonly page: string
  /** Milliseconds since the epoch. */
  readonly at: number
}

/** Clicks per page and minute of event time: when they happened, not when they came. */
export const clicksPerMinute = composite('ClicksPerMinute', (clicks: PCollection<Click>) =>
  clicks.pipe(
    windowInto(fixedWindows(minutes(1))),
    withKeys((click) => click.page),
    combinePerKey('Count', count()),
  ),
)
