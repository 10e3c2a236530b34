/**
 * Deviations: where we differ from Beam by decision. A vector is excused through this list and in no other way.
 *
 * Beam's extreme times are mapped in beam-time.ts (`sentinels`); nothing is excused for them.
 */

/** What the list looks at of a vector. */
export interface Excusable {
  readonly id: string
  readonly quirks?: readonly string[]
  readonly timeSorted?: boolean
}

/** One decision to differ. */
export interface Deviation {
  /** Quirk of the vectors, or the rule that is different. */
  readonly name: string
  readonly reason: string
  /** Whether a vector may depend on it. */
  readonly concerns: (vector: Excusable) => boolean
  /** What must be the same all the same, out of what a vector says or we say. */
  readonly kept?: (said: unknown) => unknown
}

const quirk = (name: string, reason: string, unmarked: readonly string[] = []): Deviation => ({
  name,
  reason,
  concerns: ({ id, quirks = [] }) => quirks.includes(name) || unmarked.includes(id),
})

const only = (name: string, reason: string, ids: readonly string[]): Deviation => ({
  name,
  reason,
  concerns: ({ id }) => ids.includes(id),
})

/** All deviations. The first that concerns a vector counts. */
export const DEVIATIONS: readonly Deviation[] = [
  quirk('negative-time', 'windows of times before the epoch are found by floor, so that they hold the element'),
  quirk('dst-gap-day', 'a day without midnight starts at its first instant, and days do not overlap'),
  quirk(
    'align-before-offset',
    'a clock before the offset of an alignment is rounded up to the next multiple, like any other',
    ['o-1b952876e4', 'o-765fc0a377'],
  ),
  quirk('new-windows-merge', 'sessions that are all new start without a past, and fire on time'),
  {
    name: 'time-sorted-timers',
    reason:
      'a step in order of event time has one clock for elements and timers, the input watermark less the lateness; what is due at ' +
      'one time is ordered by bytes, not by arrival; relative timers count from the element. When each element runs is as in Beam',
    concerns: ({ timeSorted }) => timeSorted === true,
    kept: elementCalls,
  },
  only(
    'timer-domains',
    'event-time timers that a processing-time timer sets and that are due fire before the next processing-time timer',
    ['s-12b0adbcc6', 's-6af343bc33'],
  ),
  only(
    'timer-after-expiry',
    'an event-time timer beyond the expiry of its window is refused even without output timestamp; Beam forgets it in silence',
    ['s-a7bd5cc25b'],
  ),
]

/** When the elements of each key and window ran, and with which timestamp. */
function elementCalls(said: unknown): unknown {
  const { calls } = said as { readonly calls: Readonly<Record<string, readonly string[]>> }
  return Object.entries(calls).map(([place, texts]) => [
    place,
    texts
      .map((text) => JSON.parse(text) as readonly [at: number, by: string, timestamp: number])
      .filter(([, by]) => by === 'element')
      .map(([at, , timestamp]) => [at, timestamp]),
  ])
}
