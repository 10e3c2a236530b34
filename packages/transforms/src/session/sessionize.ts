/**
 * sessionize: the sessions of each key, with when they began and ended and what was in them.
 *
 * A composite over session windows, so lateness, merging and panes are those of a grouping: a late element may join two sessions to one.
 */
import {
  checkOptions,
  combinePerKey,
  composite,
  groupByKey,
  map,
  parDo,
  requireFunction,
  sessions,
  windowInto,
  type CombineFn,
  type KV,
  type OptionNames,
  type PCollection,
  type PTransform,
  type Timestamp,
  type Duration,
} from '@tidemark/core'
import { byTime, type Timed } from '../emission/timed.ts'
import { spanOf, type Span } from './span.ts'

/** A session: when it was, and how many elements it had. */
export interface SessionSpan<out K> {
  readonly key: K
  /** Timestamp of the first element. */
  readonly start: Timestamp
  /** Timestamp of the last element: the window ends the gap later. */
  readonly end: Timestamp
  readonly count: number
  /** Milliseconds from the first element to the last. */
  readonly duration: number
}

/** A session with its elements, in the order of (timestamp, canonical bytes). */
export interface Session<out K, out T> extends SessionSpan<K> {
  readonly elements: readonly T[]
}

/** A session with what its elements come to. */
export interface SessionValue<out K, out Out> extends SessionSpan<K> {
  readonly value: Out
}

/** Options of {@link sessionize}. */
export interface SessionizeOptions<in T, out K> {
  /** Whose sessions they are: any key. */
  readonly key: (element: T) => K
  /** How long nothing happens until a session is over: elements exactly so far apart are in two. */
  readonly gap: Duration
}

/** The same with a combiner in place of the elements. */
export interface SessionizeCombining<T, K, In, Acc, Out> extends SessionizeOptions<T, K> {
  /** What the elements of a session come to: only that is kept, and no list of them. */
  readonly combine: CombineFn<In, Acc, Out>
}

const OPTIONS: OptionNames<SessionizeCombining<never, unknown, never, never, unknown>> = {
  key: true,
  gap: true,
  combine: true,
}

/**
 * Finds the sessions of each key.
 *
 * **Contract** — Elements that follow each other in less than `gap` are in one session. With `combine`, what they come to stands in the place
 * of the list. Trigger, lateness and accumulation are those of the input; windows are the sessions from here on.
 *
 * **Late data** — As of a grouping in session windows: a late element extends a session or joins two. What comes after a session has expired
 * goes to the ledger, with a note (`session-split`) when it would have joined it.
 *
 * **State** — of each session its elements, or one accumulator with `combine`, until it expires.
 *
 * ```ts
 * sessionize('Visits', { key: (hit: { user: string }) => hit.user, gap: minutes(30) }).name // => 'Visits'
 * ```
 */
export function sessionize<T extends In, const K, In, Acc, Out>(
  name: string,
  options: SessionizeCombining<T, K, In, Acc, Out>,
): PTransform<PCollection<T>, PCollection<SessionValue<K, Out>>>
export function sessionize<T, const K>(
  name: string,
  options: SessionizeOptions<T, K>,
): PTransform<PCollection<T>, PCollection<Session<K, T>>>
export function sessionize<T, K>(
  name: string,
  options: SessionizeOptions<T, K> & Partial<SessionizeCombining<T, K, T, unknown, unknown>>,
): PTransform<PCollection<T>, PCollection<SessionSpan<K>>> {
  const subject = `sessionize(${JSON.stringify(name)})`
  checkOptions(subject, options, OPTIONS)
  requireFunction(subject, 'key', options.key)
  const { key, gap, combine } = options
  const windows = sessions(gap)
  return composite(name, (elements: PCollection<T>) => {
    const timed = elements.pipe(
      windowInto(windows),
      parDo({
        process: (element: T, { timestamp }): readonly KV<K, Timed<T>>[] => [
          [key(element), { at: timestamp, element }],
        ],
      }),
    )
    if (combine === undefined) return timed.pipe(groupByKey('Elements'), map(sessionOf))
    return timed.pipe(combinePerKey('Sessions', spanOf(combine)), map(sessionValue))
  })
}

function sessionOf<T, K>([key, elements]: KV<K, readonly Timed<T>[]>): Session<K, T> {
  const sorted = byTime(elements)
  const start = sorted[0]!.at
  const end = sorted.at(-1)!.at
  return {
    key,
    start,
    end,
    count: sorted.length,
    duration: end - start,
    elements: sorted.map(({ element }) => element),
  }
}

function sessionValue<K, Out>([key, { start, end, count, value }]: KV<K, Span<Out>>): SessionValue<K, Out> {
  return { key, start, end, count, duration: end - start, value }
}
