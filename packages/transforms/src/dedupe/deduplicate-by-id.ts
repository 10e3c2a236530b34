/**
 * deduplicateById: one element of each id stays, and whatever says something else under the same id is reported.
 *
 * At-least-once delivery and replays bring an element again, equal to the byte. A copy that differs is something else: a producer that
 * uses an id twice, or one that has changed its mind. It is never dropped in silence. Which one stays is decided by event time and bytes,
 * so live and historical runs keep the same one.
 */
import {
  checkChoice,
  checkOptions,
  composite,
  encodeValue,
  equalBytes,
  eventTimeTimer,
  flatMap,
  milliseconds,
  parDo,
  requireFunction,
  setState,
  statefulParDo,
  tagged,
  valueState,
  withKeys,
  type KV,
  type OptionNames,
  type PCollection,
  type PTransform,
  type SetState,
  type Duration,
  type ValueState,
} from '@tidemark/core'
import { asBefore, groupAtOnce, requireAtOnce, requireForgetting, type Emit } from '../emission/at-once.ts'
import { requireLength } from '../emission/length.ts'
import { byTime, type Timed } from '../emission/timed.ts'

/** Options of {@link deduplicateById}. */
export interface DeduplicateByIdOptions<in T, out K> {
  /** What an element has in common with its copies and with nothing else: any key. */
  readonly id: (element: T) => K
  /** How long an id stands for the element kept (until its window expires): what has the id later than that is another element. */
  readonly within?: Duration
  /** One of: `final` (default: once the watermark has passed), `at-once` (the first that comes, taken back for an earlier one). */
  readonly emit?: Emit
}

/** A copy that differs from the element kept. */
export interface Conflict<out T, out K> {
  readonly id: K
  readonly kept: T
  readonly other: T
}

/** What {@link deduplicateById} returns: elements, one of each id, and the copies that differ from them. */
export interface Deduplicated<out T, out K> {
  readonly kept: PCollection<T>
  readonly conflicts: PCollection<Conflict<T, K>>
}

const OPTIONS: OptionNames<DeduplicateByIdOptions<never, unknown>> = { id: true, within: true, emit: true }

/**
 * Keeps the first element of each id by (timestamp, canonical bytes), and reports each different copy once.
 *
 * **Contract** — Copies that equal the element kept, to the byte, are dropped: they are the result's by rule, and not in the ledger, but for
 * `at-once`, where the step `Copies` enters them as `closed-window`. Windows are looked at apart. Elements are plain data. With `at-once` what
 * comes out is changes with the last timestamp of the window, and windows are tiling ones (code `WINDOWS_NOT_TILING`).
 *
 * **Late data** — `final` waits for the allowed lateness, and what is later goes to the ledger as `too-late`; `at-once` waits for nothing, and
 * what comes after its window has expired goes there as `expired`.
 *
 * **State** — the element kept for each id, until `within` has passed or its window has expired. An unbounded collection in the global window
 * needs `within` (code `NEVER_FORGETS`).
 *
 * ```ts
 * deduplicateById('Technical', { id: (row: { id: string }) => row.id }).name // => 'Technical'
 * ```
 */
export function deduplicateById<T, const K>(
  name: string,
  options: DeduplicateByIdOptions<T, K>,
): PTransform<PCollection<T>, Deduplicated<T, K>> {
  const subject = `deduplicateById(${JSON.stringify(name)})`
  checkOptions(subject, options, OPTIONS)
  checkChoice(subject, 'emit', options.emit, ['final', 'at-once'])
  requireFunction(subject, 'id', options.id)
  const { id, emit = 'final' } = options
  const within = options.within === undefined ? Infinity : requireLength(subject, 'within', options.within)
  return composite(name, (elements: PCollection<T>) => {
    if (emit === 'at-once') {
      requireAtOnce(subject, elements)
      const grouped = groupAtOnce(elements, id, (_, timestamp) => timestamp)
      return {
        kept: asBefore(elements, grouped.pipe(flatMap((group) => verdictsOf(group, within).kept))),
        conflicts: asBefore(elements, grouped.pipe(flatMap((group) => verdictsOf(group, within).conflicts))),
      }
    }
    if (within === Infinity) requireForgetting(subject, elements, 'Give within, or use windows that end before it.')
    return elements.pipe(withKeys(id), inOrder<T, K>(within), split<T, K>())
  })
}

type Verdict<T, K> = { readonly kept: T } | { readonly conflict: Conflict<T, K> }

function inOrder<T, K>(within: number): PTransform<PCollection<KV<K, T>>, PCollection<Verdict<T, K>>> {
  const state = { kept: valueState<T>(), others: setState<T>() }
  // A timer that never fires would cost as much as all the rest of the step.
  if (within === Infinity) return statefulParDo('Ids', { state, process: (call) => verdictsIn<T, K>(call) })
  return statefulParDo('Ids', {
    state,
    timers: { forget: eventTimeTimer() },
    process(call): readonly Verdict<T, K>[] {
      // Nothing is emitted when it fires, so it must not hold the watermark back. At its time elements run first: they are copies still.
      if (call.state.kept.read() === undefined) {
        call.timers.forget.setAfter(milliseconds(within), { outputTimestamp: 'none' })
      }
      return verdictsIn<T, K>(call)
    },
    onTimer: {
      forget({ state: cells }) {
        cells.kept.clear()
        cells.others.clear()
      },
    },
  })
}

/** What is said of an element where the one that was kept of its id stands in a cell. */
function verdictsIn<T, K>({
  key,
  value,
  state: { kept, others },
}: {
  readonly key: K
  readonly value: T
  readonly state: { readonly kept: ValueState<T>; readonly others: SetState<T> }
}): readonly Verdict<T, K>[] {
  const first = kept.read()
  if (first === undefined) {
    kept.write(value)
    return [{ kept: value }]
  }
  if (equalBytes(encodeValue(first), encodeValue(value)) || !others.add(value)) return []
  return [{ conflict: { id: key, kept: first, other: value } }]
}

function split<T, K>(): PTransform<PCollection<Verdict<T, K>>, Deduplicated<T, K>> {
  return parDo({
    outputs: ['kept', 'conflicts'],
    process: (verdict: Verdict<T, K>) => [
      'kept' in verdict ? tagged('kept', verdict.kept) : tagged('conflicts', verdict.conflict),
    ],
  }) as PTransform<PCollection<Verdict<T, K>>, Deduplicated<T, K>>
}

/** The same of all elements of an id at once. */
function verdictsOf<T, K>(
  [id, elements]: KV<K, readonly Timed<T>[]>,
  within: number,
): { readonly kept: readonly T[]; readonly conflicts: readonly Conflict<T, K>[] } {
  // Most ids come once, and then there is nothing to compare.
  if (elements.length === 1) return { kept: elements.map(({ element }) => element), conflicts: [] }
  const kept: T[] = []
  const conflicts: Conflict<T, K>[] = []
  let first: { readonly at: number; readonly seen: readonly Uint8Array[] } | undefined
  for (const { at, element, bytes } of byTime(elements)) {
    if (first === undefined || at - first.at > within) {
      first = { at, seen: [bytes] }
      kept.push(element)
    } else if (!first.seen.some((other) => equalBytes(other, bytes))) {
      first = { at: first.at, seen: [...first.seen, bytes] }
      conflicts.push({ id, kept: kept.at(-1) as T, other: element })
    }
  }
  return { kept, conflicts }
}
