/**
 * deduplicate: of the copies of an element that come close together, one stays.
 *
 * Mirrored ports, retries and at-least-once delivery bring an element several times within a short while. Which of them are
 * copies is decided in the order of event time, never of arrival, so live and historical runs keep the same ones.
 */
import {
  checkChoice,
  checkOptions,
  composite,
  eventTimeTimer,
  flatMap,
  milliseconds,
  PipelineError,
  requireFunction,
  statefulParDo,
  valueState,
  withKeys,
  type OptionNames,
  type PCollection,
  type PTransform,
  type Timestamp,
  type Duration,
} from '@tidemark/core'
import { asBefore, groupAtOnce, requireAtOnce, type Emit } from '../emission/at-once.ts'
import { byTime, type Timed } from '../emission/timed.ts'

/** What {@link deduplicate} takes for a copy. */
export interface DeduplicateOptions<in T> {
  /** What an element shares with its copies: any key, such as a tuple of fields. */
  readonly key: (element: T) => unknown
  /** How far a copy may lie behind: a Duration of whole microseconds, or a number of them. */
  readonly within: Duration | number
  /** Event time in whole microseconds, where the element knows it finer than its timestamp, which is the millisecond it falls in. */
  readonly at?: (element: T) => number
  /**
   * What the distance of a copy is measured from; one of: `chain` (default: the one before it, kept or not, so a burst of any length
   * is one element), `anchored` (the last one kept, so a burst keeps one element per `within`).
   */
  readonly rule?: 'chain' | 'anchored'
  /** One of: `final` (default: once the watermark has passed), `at-once` (what comes first, taken back when the rule drops it after all). */
  readonly emit?: Emit
}

const OPTIONS: OptionNames<DeduplicateOptions<never>> = { key: true, within: true, at: true, rule: true, emit: true }

/**
 * Keeps the first element of each run of copies, by event time.
 *
 * **Contract** — Elements of one key are looked at by (timestamp, `at`, canonical bytes). One is dropped when it comes at most
 * `within` after the one that `rule` names; what is dropped is the result's by rule, and not in the ledger. Windows are looked at
 * apart: copies are found across the whole stream in the global window. `at` outside of the element's millisecond is an error
 * (code `AT_OUTSIDE_TIMESTAMP`). With `at-once` what comes out is changes with the last timestamp of the window, windows are tiling ones that end
 * (codes `WINDOWS_NOT_TILING`, `NEVER_FORGETS`), and equal elements of one time are in the ledger of the step `Copies` as `closed-window`.
 *
 * **Late data** — Ordering waits: an element leaves once the watermark has passed its timestamp and the allowed lateness, and one
 * later than that goes to the ledger as `too-late`. `at-once` does not wait, and takes elements until their window expires.
 *
 * **State** — the time of the last element of each key, until `within` has passed; with `at-once`, the elements of each window until it expires.
 *
 * ```ts
 * deduplicate('Dedupe', { key: (row: { id: string }) => row.id, within: 100 }).name // => 'Dedupe'
 * ```
 */
export function deduplicate<T>(
  name: string,
  options: DeduplicateOptions<T>,
): PTransform<PCollection<T>, PCollection<T>> {
  const subject = `deduplicate(${JSON.stringify(name)})`
  checkOptions(subject, options, OPTIONS)
  checkChoice(subject, 'rule', options.rule, ['chain', 'anchored'])
  checkChoice(subject, 'emit', options.emit, ['final', 'at-once'])
  requireFunction(subject, 'key', options.key)
  const { key, at, rule = 'chain' } = options
  const within = requireLength(name, options.within)
  // A key's next element that is not a copy comes after this many milliseconds at the latest: state may go then.
  const memory = milliseconds(Math.ceil(within / 1000))
  const timeOf = (element: T, timestamp: Timestamp): number =>
    at === undefined ? timestamp * 1000 : requireAt(name, at(element), timestamp)
  return composite(name, (elements: PCollection<T>) => {
    if (options.emit === 'at-once') {
      requireAtOnce(subject, elements)
      const grouped = groupAtOnce(elements, key, timeOf)
      return asBefore(elements, grouped.pipe(flatMap(([, all]) => keptOf(all, within, rule))))
    }
    return elements.pipe(
      withKeys(key),
      statefulParDo('Copies', {
        state: { last: valueState<number>() },
        timers: { forget: eventTimeTimer() },
        ...(at && { orderBy: at }),
        process({ value, timestamp, state, timers }): readonly T[] {
          const time = timeOf(value, timestamp)
          const last = state.last.read()
          const isCopy = last !== undefined && time - last <= within
          if (!isCopy || rule === 'chain') {
            state.last.write(time)
            // Nothing is emitted when it fires, so it must not hold the watermark back.
            timers.forget.setAfter(memory, { outputTimestamp: 'none' })
          }
          return isCopy ? [] : [value]
        },
        onTimer: {
          forget({ state }) {
            state.last.clear()
          },
        },
      }),
    )
  })
}

/** What the rule keeps of all elements of a key. */
function keptOf<T>(elements: readonly Timed<T>[], within: number, rule: 'chain' | 'anchored'): readonly T[] {
  if (elements.length === 1) return elements.map(({ element }) => element)
  const kept: T[] = []
  let last = -Infinity
  for (const { at, element } of byTime(elements)) {
    const isCopy = at - last <= within
    if (!isCopy) kept.push(element)
    if (!isCopy || rule === 'chain') last = at
  }
  return kept
}

function requireLength(name: string, within: Duration | number): number {
  const length = typeof within === 'number' ? within : toMicroseconds(within)
  if (Number.isSafeInteger(length) && length >= 0) return length
  throw new PipelineError(
    'BAD_DURATION',
    `deduplicate("${name}") has within: ${String(within)}. It is compared with event times in whole microseconds, so it must be ` +
      'whole and not negative. Give a Duration such as seconds(1), or a number of microseconds.',
  )
}

// Of what is no Duration, NaN.
function toMicroseconds(within: Partial<Duration> | null | undefined): number {
  return typeof within?.toNanos === 'function' ? within.toNanos() / 1000 : Number.NaN
}

function requireAt(name: string, at: number, timestamp: Timestamp): number {
  if (Math.floor(at / 1000) === timestamp) return at
  throw new PipelineError(
    'AT_OUTSIDE_TIMESTAMP',
    `deduplicate("${name}"): at gives ${at} for an element with timestamp ${timestamp}. It must be microseconds of the millisecond ` +
      `that the timestamp names (${timestamp * 1000} to ${timestamp * 1000 + 999}), or else the two would order elements differently. ` +
      'Give microseconds, and Math.floor(microseconds / 1000) as the timestamp at the source.',
  )
}
