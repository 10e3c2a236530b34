/**
 * Entry windows: what an entity is counted in is the window of its entry, whenever the rest happens.
 *
 * Results are emitted with the last timestamp of that window, by timers that hold the watermark there. So the windows below the step are
 * those of the entries, whoever groups in them, and nothing that is emitted is late.
 */
import { GLOBAL_WINDOW, maxTimestamp, PipelineError, toMillis } from '@tidemark/core'
import type { Timestamp, Window, WindowFn, Duration } from '@tidemark/core'

/** Windows of entries, and how long after an entry things count. */
export interface EntryWindows {
  /** The windows of the entries. */
  readonly per: WindowFn
  /** How long after the entry things count, the last moment included. Milliseconds. */
  readonly limit: number
}

/**
 * Checks the options `per` and `within`. Throws a PipelineError: `WITHOUT_LIMIT` where there is no `within`, `BAD_ENTRY_WINDOWS` for
 * windows that overlap or merge, `BAD_DURATION`.
 */
export function entryWindows(subject: string, per: WindowFn, within: Duration): EntryWindows {
  if ((within as Duration | undefined) === undefined) {
    throw new PipelineError(
      'WITHOUT_LIMIT',
      `${subject} has no limit in time. An entity that does nothing more would be waited for without end: its window would never be ` +
        'final, and it would stay in the state for ever. Give within, such as days(30).',
    )
  }
  const limit = toMillis(within)
  if (limit < 0) {
    throw new PipelineError(
      'BAD_DURATION',
      `${subject} has within: ${limit} ms. Nothing happens after an entry and before it. Give zero or more.`,
    )
  }
  if ((per as Partial<WindowFn> | undefined)?.tiling !== true) {
    throw new PipelineError(
      'BAD_ENTRY_WINDOWS',
      `${subject} has ${per === undefined ? 'no windows' : `the windows ${per.description}`} for its entries. An entry is counted in one ` +
        'window, known by its time alone, so windows may neither overlap nor merge. Give per: fixedWindows(…), calendarDays(…) or, where ' +
        'the input is bounded, globalWindow().',
    )
  }
  return { per, limit }
}

/** The window of an entry. */
export function windowOfEntry({ per }: EntryWindows, at: Timestamp): Window {
  const [window] = per.assign(at, null)
  return window ?? GLOBAL_WINDOW
}

/** Until when entries of a window can still lead to something; never beyond the end of event time. */
export function closeOf({ limit }: EntryWindows, window: Window): Timestamp {
  return Math.min(maxTimestamp(window) + limit, maxTimestamp(GLOBAL_WINDOW))
}
