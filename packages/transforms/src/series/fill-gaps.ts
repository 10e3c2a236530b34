/**
 * fillGaps: a series of each key in which every window of a grid has something, be it the word that there is nothing.
 *
 * Missing is not zero: nobody was asked, or nobody answered. What a gap is filled with is stated, and for how long: without an end, a key
 * that has been heard of once would be filled for ever.
 */
import {
  checkOptions,
  composite,
  eventTimeTimer,
  globalWindow,
  IncompatibleWindowingError,
  maxTimestamp,
  PipelineError,
  requireTimestamp,
  statefulParDo,
  valueState,
  windowInto,
  type KV,
  type OptionNames,
  type PCollection,
  type PTransform,
  type Timestamp,
  type Duration,
  type Window,
  type WindowFn,
} from '@tidemark/core'
import { requireLength } from '../emission/length.ts'

/** What a gap is filled with; one of: `missing` (the word that there is nothing), `previous` (the last value before), `{ constant }`. */
export type Fill<V> = 'missing' | 'previous' | { readonly constant: V }

/** What a window of the grid has: a value that was there, a word that there was none, or what it was filled with. */
export type Filled<V, F> =
  | { readonly is: 'value'; readonly value: V }
  | (F extends 'missing'
      ? { readonly is: 'missing'; readonly value: null }
      : F extends 'previous'
        ? { readonly is: 'previous'; readonly value: V }
        : { readonly is: 'constant'; readonly value: V })

/** Options of {@link fillGaps}. */
export interface FillGapsOptions<F> {
  /** The windows that are to have something: fixed or calendar ones. */
  readonly grid: WindowFn
  /** How long gaps are filled after the window of the last value. When it has passed, the key is forgotten. */
  readonly upTo: Duration
  /** Where filling ends in any case: no window that starts then or later is filled. */
  readonly until?: Timestamp
  /** One of: `missing` (default), `previous`, `{ constant }`. */
  readonly fill?: F
}

const OPTIONS: OptionNames<FillGapsOptions<unknown>> = { grid: true, upTo: true, until: true, fill: true }

/** The last value of a key, and how far its series has been filled. */
interface Last<V> {
  readonly value: V
  /** No window is filled that ends after this. */
  readonly end: Timestamp
}

/**
 * Fills the windows of `grid` in which a key has no value.
 *
 * **Contract** — Which window a value is in is said by its timestamp. A window is filled when it has no value, some window before it has one, and
 * it ends at most `upTo` after the last of those. Nothing comes before the first value of a key: that it exists is not known. Values pass with
 * their timestamps; what is filled in has the last one of its window. Windows are those of the grid from here on.
 *
 * **Late data** — A window is filled once the watermark has passed it and the allowed lateness; what is later goes to the ledger as `too-late`.
 *
 * **State** — the last value of each key, for `upTo`.
 *
 * ```ts
 * fillGaps('PerHour', { grid: fixedWindows(hours(1)), upTo: hours(24) }).name // => 'PerHour'
 * ```
 */
export function fillGaps<K, V, const F extends Fill<V> = 'missing'>(
  name: string,
  options: FillGapsOptions<F>,
): PTransform<PCollection<KV<K, V>>, PCollection<KV<K, Filled<V, F>>>> {
  const subject = `fillGaps(${JSON.stringify(name)})`
  checkOptions(subject, options, OPTIONS)
  const { grid, until = Infinity } = options
  requireGrid(subject, grid)
  if (options.until !== undefined) requireTimestamp(options.until, `The option until of ${subject}`)
  const filling = fillingOf<V>(subject, options.fill ?? 'missing')
  const upTo = requireLength(subject, 'upTo', options.upTo)
  type Filling = { readonly is: 'value' | 'missing' | 'previous' | 'constant'; readonly value: V | null }
  return composite(name, (series: PCollection<KV<K, V>>) =>
    series.pipe(
      windowInto(globalWindow()),
      statefulParDo('Gaps', {
        state: { last: valueState<Last<V>>() },
        timers: { fill: eventTimeTimer() },
        process({ key, value, timestamp, state, timers }): readonly KV<K, Filling>[] {
          const { end } = windowAt(grid, timestamp)
          state.last.write({ value, end: end + upTo })
          // At its own time an element runs before a timer: whoever has a value in the next window puts the timer off once more.
          timers.fill.set(maxTimestamp(windowAt(grid, end)))
          return [[key, { is: 'value', value }]]
        },
        onTimer: {
          fill({ key, timestamp, state, timers }): readonly KV<K, Filling>[] {
            const last = state.last.read()
            const { start, end } = windowAt(grid, timestamp)
            if (last === undefined || end > last.end || start >= until) {
              state.last.clear()
              return []
            }
            timers.fill.set(maxTimestamp(windowAt(grid, end)))
            return [[key, filling(last.value)]]
          },
        },
      }),
      windowInto(grid),
    ),
  ) as unknown as PTransform<PCollection<KV<K, V>>, PCollection<KV<K, Filled<V, F>>>>
}

function fillingOf<V>(
  subject: string,
  fill: Fill<V>,
): (previous: V) => { readonly is: 'missing' | 'previous' | 'constant'; readonly value: V | null } {
  if (fill === 'missing') return () => ({ is: 'missing', value: null })
  if (fill === 'previous') return (value) => ({ is: 'previous', value })
  if (typeof fill === 'object' && fill !== null && Object.hasOwn(fill, 'constant')) {
    return () => ({ is: 'constant', value: fill.constant })
  }
  throw new PipelineError(
    'BAD_OPTION',
    `The option fill of ${subject} is ${JSON.stringify(fill)}, so nobody could say what stands in a gap. Use 'missing', 'previous' or { constant: value }.`,
  )
}

/** The window of a tiling grid that holds a time. */
function windowAt(grid: WindowFn, timestamp: Timestamp): Window {
  return grid.assign(timestamp, undefined)[0]!
}

function requireGrid(subject: string, grid: WindowFn): void {
  const { tiling, kind, description } = (grid as Partial<WindowFn> | undefined) ?? {}
  if (tiling === true && kind !== 'global') return
  throw new IncompatibleWindowingError(
    'BAD_GRID',
    `The grid of ${subject} is ${description ?? 'no window function'}. A gap is a window that time alone says should be there, so the grid must tile it. ` +
      'Use fixedWindows(…) or calendar windows.',
  )
}
