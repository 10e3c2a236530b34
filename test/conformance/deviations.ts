/**
 * Deviations: where we differ from Beam by decision. A vector is excused through this list and in no other way, and by as little
 * as can be said: by the windows of Beam, with which it must agree, or but for what must be kept.
 *
 * Beam's extreme times are mapped in beam-time.ts (`sentinels`); nothing is excused for them.
 */

import { beamWindowFnOf } from './beam-windows.ts'
import type { WindowsOf } from './beam-settings.ts'

/** What the list looks at of a vector. */
export interface Excusable {
  readonly id: string
  readonly quirks?: readonly string[]
  readonly timeSorted?: boolean
  readonly kind?: string
}

/** One decision to differ. */
export interface Deviation {
  /** Quirk of the vectors, or the rule that is different. */
  readonly name: string
  readonly reason: string
  /** Whether a vector may depend on it. */
  readonly concerns: (vector: Excusable) => boolean
  /** The windows of Beam, where the difference is in them alone: with these, the vector must agree. */
  readonly windows?: WindowsOf
  /** What must be the same all the same, out of what a vector says or we say. */
  readonly kept?: (said: unknown) => unknown
}

const quirk = (name: string, reason: string, more: Partial<Deviation> = {}): Deviation => ({
  name,
  reason,
  concerns: ({ quirks = [] }) => quirks.includes(name),
  ...more,
})

const only = (name: string, reason: string, ids: readonly string[], kept?: Deviation['kept']): Deviation => ({
  name,
  reason,
  concerns: ({ id }) => ids.includes(id),
  ...(kept && { kept }),
})

/** Vectors that depend on `align-before-offset` and are not marked. */
const UNMARKED_ALIGNMENTS = ['o-1b952876e4', 'o-765fc0a377']

/** Vectors that depend on `negative-time` and are not marked: the earliest side window begins before the epoch. */
const UNMARKED_NEGATIVE_TIMES = ['o-4713ab3d61']

/** All deviations. */
export const DEVIATIONS: readonly Deviation[] = [
  quirk('negative-time', 'windows of times before the epoch are found by floor, so that they hold the element', {
    concerns: ({ id, quirks = [] }) => quirks.includes('negative-time') || UNMARKED_NEGATIVE_TIMES.includes(id),
    windows: beamWindowFnOf,
  }),
  {
    name: 'side-input-gone',
    reason:
      'a side window is forgotten when no element of an open main window can see it, and an element that comes later goes to the ledger ' +
      'as `expired`; Beam keeps side windows for ever. What came in time saw the same, and groupings below emit the same',
    concerns: ({ kind }) => kind === 'sideInput',
    kept: whatCameInTime,
  },
  quirk('dst-gap-day', 'a day without midnight starts at its first instant, and days do not overlap', {
    windows: beamWindowFnOf,
  }),
  quirk(
    'align-before-offset',
    'a clock before the offset of an alignment is rounded up to the next multiple, like any other',
    {
      concerns: ({ id, quirks = [] }) => quirks.includes('align-before-offset') || UNMARKED_ALIGNMENTS.includes(id),
    },
  ),
  quirk('new-windows-merge', 'sessions that are all new start without a past, and fire on time'),
  {
    name: 'time-sorted-timers',
    reason:
      'a step in order of event time has one clock for elements and timers, the input watermark less the lateness, where Beam ' +
      'lets due elements take those along that are not due yet, and timers wait for them; elements of one timestamp are ordered by ' +
      'bytes, not by arrival; relative timers count from the element. Which elements run, and in which order, is as in Beam',
    concerns: ({ timeSorted }) => timeSorted === true,
    kept: elementsInOrder,
  },
  only(
    'timer-domains',
    'event-time timers that a processing-time timer sets and that are due fire before the next processing-time timer',
    ['s-12b0adbcc6', 's-6af343bc33'],
    elementsInOrder,
  ),
  only(
    'timer-after-expiry',
    'an event-time timer beyond the expiry of its window is refused even without output timestamp; Beam forgets it in silence',
    ['s-a7bd5cc25b'],
  ),
]

/** What the elements saw that came in time, and the panes below. */
function whatCameInTime(said: unknown): unknown {
  const { outputs, panes } = said as { readonly outputs: { readonly inTime: unknown }; readonly panes: unknown }
  return [outputs.inTime, panes]
}

/** The timestamps of the elements of each key and window, in the order in which they ran, and how many were dropped. */
function elementsInOrder(said: unknown): unknown {
  const { calls, dropped } = said as {
    readonly calls: Readonly<Record<string, readonly string[]>>
    readonly dropped: number
  }
  const order = Object.entries(calls).map(([place, texts]) => [
    place,
    texts
      .map((text) => JSON.parse(text) as readonly [at: number, by: string, timestamp: number])
      .filter(([, by]) => by === 'element')
      .map(([, , timestamp]) => timestamp),
  ])
  return [order, dropped]
}

/** What Beam refuses and we accept, by Beam's word for it. */
export interface Acceptance {
  readonly rejected: string
  readonly reason: string
  /** The vectors, where not all of that word. */
  readonly ids?: readonly string[]
}

/** All that Beam refuses and we accept. */
export const ACCEPTANCES: readonly Acceptance[] = [
  {
    rejected: 'bad-window',
    reason: 'an offset is taken modulo size or period: windows shifted by a whole period are the same windows',
    ids: ['r-1d092425f2', 'r-30a9f8957a', 'r-34a81f8c84', 'r-7a7f2a5ae7', 'r-dca08d0e83'],
  },
  { rejected: 'no-window', reason: 'an element between sliding windows goes to the ledger as `no-window`' },
  {
    rejected: 'once-trigger-required',
    reason: 'any trigger can be a part of another; early and late firings repeat, whatever they are',
    ids: ['r-3bac158865', 'r-9c7eb335e8', 'r-b64243af1f'],
  },
  { rejected: 'one-subtrigger', reason: 'a trigger of one part is that part', ids: ['r-e5c8ba09ac'] },
  {
    rejected: 'combine-defaults',
    reason: 'there is no choice to refuse: an empty input has a result in the global window only',
  },
  { rejected: 'test-stream', reason: 'a watermark that would move back stays where it is' },
  {
    rejected: 'element-after-window-end',
    reason:
      'an element whose timestamp lies beyond its window counts for that window, and gives the pane its last timestamp',
  },
]
