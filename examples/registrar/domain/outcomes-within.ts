/**
 * outcomesWithin: what has become of each beginning within a limit of time.
 *
 * Reports that get an answer, workflows that are finished, trials that are paid: each beginning gives its rows once, dated by the
 * beginning, when the limit has passed and the answer can no longer change. So the days of a cohort are those on which it began, and
 * what has had no outcome counts too. A cohort without a limit in time would never be known.
 */
import {
  composite,
  eventTimeTimer,
  PipelineError,
  statefulParDo,
  toMillis,
  valueState,
  withKeys,
  type PCollection,
  type PTransform,
  type Timestamp,
  type Duration,
} from '@tidemark/core'

/** An element and when it happened. */
export interface At<T> {
  readonly at: Timestamp
  readonly element: T
}

/** What begins, what belongs to it, and what is said in the end. */
export interface OutcomesWithin<T, Out> {
  /** What a beginning shares with what becomes of it. */
  readonly key: (element: T) => unknown
  readonly begins: (element: T) => boolean
  /** How long to wait; what comes exactly then is too late. */
  readonly within: Duration
  /** How long before the beginning something may have happened that belongs to it (not at all). */
  readonly before?: Duration
  /** What is said of a beginning, given what happened near it, in the order of time. */
  readonly outcome: (beginning: At<T>, near: readonly At<T>[]) => readonly Out[]
}

/** The open beginnings of a key, and what happened near them. Plain data. */
interface Watch<T> {
  readonly open: readonly At<T>[]
  readonly near: readonly At<T>[]
}

/**
 * Says of each beginning what became of it.
 *
 * **Contract** — What is near lies in `[beginning - before, beginning + within)`, the beginning itself among it. Rows have the beginning's
 * timestamp, and hold the watermark there until they come.
 *
 * **State** — per key, what happened within the limit; freed when nothing is open.
 */
export function outcomesWithin<T, Out>(
  name: string,
  options: OutcomesWithin<T, Out>,
): PTransform<PCollection<T>, PCollection<Out>> {
  const { key, begins, outcome } = options
  const within = toMillis(options.within)
  const before = options.before === undefined ? 0 : toMillis(options.before)
  if (within <= 0) {
    throw new PipelineError(
      'COHORT_WITHOUT_LIMIT',
      `outcomesWithin("${name}") waits for ${within} ms. Nothing could come of a beginning in no time. Give a limit above zero.`,
    )
  }
  return composite(name, (elements: PCollection<T>) =>
    elements.pipe(
      withKeys(key),
      statefulParDo('Outcomes', {
        state: { watch: valueState<Watch<T>>() },
        timers: { settle: eventTimeTimer(), forget: eventTimeTimer() },
        process({ value, timestamp, state, timers }): readonly Out[] {
          const { open, near } = state.watch.read() ?? { open: [], near: [] }
          const isBeginning = begins(value)
          const opened = isBeginning ? [...open, { at: timestamp, element: value }] : open
          const oldest = Math.min(timestamp, opened[0]?.at ?? timestamp) - before
          const kept = near.filter(({ at }) => at >= oldest)
          state.watch.write({ open: opened, near: [...kept, { at: timestamp, element: value }] })
          if (isBeginning && open.length === 0) waitFor(timestamp, timers.settle)
          if (opened.length === 0) timers.forget.set(timestamp + before, { outputTimestamp: 'none' })
          return []
        },
        onTimer: {
          settle({ timestamp, state, timers }): readonly Out[] {
            const { open, near } = state.watch.read()!
            const settled = open.filter(({ at }) => at === timestamp)
            const rest = open.slice(settled.length)
            const rows = settled.flatMap((beginning) => outcome(beginning, nearTo(beginning, near)))
            if (rest.length > 0) {
              state.watch.write({ open: rest, near })
              waitFor(rest[0]!.at, timers.settle)
            } else {
              // What may belong to a beginning that is still to come stays for as long as that.
              const last = near.at(-1)?.at ?? timestamp
              state.watch.write({ open: [], near })
              timers.forget.set(Math.max(last + before, timestamp + within), { outputTimestamp: 'none' })
            }
            return rows
          },
          forget({ state }): readonly Out[] {
            if (state.watch.read()?.open.length === 0) state.watch.clear()
            return []
          },
        },
      }),
    ),
  )

  function waitFor(
    at: Timestamp,
    timer: { set(timestamp: Timestamp, options: { readonly outputTimestamp: Timestamp }): void },
  ): void {
    timer.set(at + within, { outputTimestamp: at })
  }

  function nearTo(beginning: At<T>, near: readonly At<T>[]): readonly At<T>[] {
    return near.filter(({ at }) => at >= beginning.at - before && at < beginning.at + within)
  }
}
