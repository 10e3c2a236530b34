/**
 * funnel: how far each entity comes through ordered steps, within a limit from the first.
 *
 * An entity is looked at once for each window in which it enters, however often it does: what is asked of a window is how many entities
 * entered in it, and how many of those got further. So the figures of a window never depend on those of another one.
 */
import {
  checkOptions,
  composite,
  eventTimeTimer,
  filter,
  globalWindow,
  mapState,
  maxTimestamp,
  requireFunction,
  statefulParDo,
  windowInto,
  withKeys,
} from '@tidemark/core'
import type { KV, OptionNames, PCollection, PTransform, Timestamp, Duration, Window, WindowFn } from '@tidemark/core'
import { closeOf, entryWindows, windowOfEntry } from './entry-windows.ts'
import { advance, type Paths } from './funnel-paths.ts'
import { readSteps, type FunnelSteps } from './funnel-steps.ts'

/** What {@link funnel} and funnelCounts follow. */
export type FunnelOptions<T, K, S extends string> = FunnelSteps<T, S> & {
  /** Whose steps: any key. */
  readonly entity: (element: T) => K
  /** How long after the first step of a path the others count, the last moment included. */
  readonly within: Duration
  /** The windows in which entities are counted, by the time of their first step: `calendarDays({ zone })`. */
  readonly per: WindowFn
}

/** How far an entity came from its entries of one window. */
export interface FunnelProgress<out S extends string> {
  /** The last step that it reached. */
  readonly furthest: S
  /** How many steps it reached: 1 for the entry alone. */
  readonly reached: number
  /** When it took each of them. Of several ways, the first one to the end, else the one with the latest entry. */
  readonly times: readonly Timestamp[]
}

const OPTIONS: OptionNames<FunnelOptions<never, never, never>> = {
  steps: true,
  step: true,
  entity: true,
  within: true,
  per: true,
}

interface Open {
  readonly window: Window
  readonly paths: Paths
}

/**
 * Follows each entity through the steps, in the order of event time, and says how far it came.
 *
 * **Contract** — For each entity and each window of `per` in which it takes the first step, one result, in that window. Step `k` is reached
 * if elements of the entity are the steps 1 to `k`, one each, in the order of time, the first of them in the window and the last at
 * most `within` after it. Steps between that are repeated, of another order or unknown do not matter. Elements of one timestamp may be
 * in the order of the steps. Refused: `WITHOUT_LIMIT`, `BAD_STEPS`, `BAD_ENTRY_WINDOWS`.
 *
 * **Late data** — A result comes when the watermark has passed the window by `within` and the allowed lateness, and holds the watermark at
 * the end of the window until then.
 *
 * **State** — per entity and open window at most a time for each pair of steps; freed `within` after the window.
 *
 * ```ts
 * const options = { entity: () => 'all', steps: ['visit', 'paid'], step: () => 'visit', within: days(1), per: globalWindow() } as const
 * funnel('Sales', options).name // => 'Sales'
 * ```
 */
export function funnel<T, K, const S extends string>(
  name: string,
  options: FunnelOptions<T, K, S>,
): PTransform<PCollection<T>, PCollection<KV<K, FunnelProgress<S>>>> {
  const subject = `funnel(${JSON.stringify(name)})`
  checkOptions(subject, options, OPTIONS)
  const entity = requireFunction(subject, 'The option entity', options.entity)
  const { names, stepsOf } = readSteps(subject, options)
  const entries = entryWindows(subject, options.per, options.within)
  const last = names.length - 1
  return composite(name, (elements: PCollection<T>) =>
    elements.pipe(
      filter((element) => stepsOf(element).length > 0),
      windowInto(globalWindow()),
      withKeys(entity),
      statefulParDo('Paths', {
        state: { open: mapState<Timestamp, Open>() },
        timers: { close: eventTimeTimer() },
        orderBy: (element: T) => stepsOf(element)[0],
        process({ value, timestamp, state, timers }): void {
          const steps = stepsOf(value)
          const entry = steps[0] === 0 ? windowOfEntry(entries, timestamp) : undefined
          const open = state.open.entries()
          for (const [start, { window, paths }] of open) {
            const next = advance(paths, steps, timestamp, entries.limit, last, start === entry?.start)
            if (next !== paths) state.open.put(start, { window, paths: next })
          }
          if (entry === undefined || open.some(([start]) => start === entry.start)) return
          state.open.put(entry.start, { window: { start: entry.start, end: entry.end }, paths: [[timestamp]] })
          // Windows open in the order of time, so a timer that is set already is for an earlier one.
          if (open.length === 0) timers.close.set(closeOf(entries, entry), { outputTimestamp: maxTimestamp(entry) })
        },
        onTimer: {
          close({ key, state, timers }): readonly KV<K, FunnelProgress<S>>[] {
            const open = state.open.entries().toSorted(([a], [b]) => a - b)
            const [[start, { paths }], following] = open as [(typeof open)[0], (typeof open)[0] | undefined]
            state.open.remove(start)
            if (following !== undefined) {
              const { window } = following[1]
              timers.close.set(closeOf(entries, window), { outputTimestamp: maxTimestamp(window) })
            }
            return [[key, { furthest: names[paths.length - 1]!, reached: paths.length, times: paths.at(-1)! }]]
          },
        },
      }),
      windowInto(entries.per),
    ),
  )
}
