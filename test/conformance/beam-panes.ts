/**
 * Panes as the vectors write them, and ours in the same form: for comparison by key and window.
 */
import { GLOBAL_WINDOW, type LedgerReason, type PaneTiming } from '@tidemark/core'
import type { OutputAt, PaneResult } from '@tidemark/runners/testing'
import { timeOf, windowOf, type BeamTime, type BeamWindow } from './beam-time.ts'

/** What Beam says of a pane, and what we do. */
export interface BeamPane {
  readonly at: number
  readonly key?: string
  readonly window: BeamWindow
  readonly timestamp: BeamTime
  readonly timing: 'EARLY' | 'ON_TIME' | 'LATE' | 'UNKNOWN'
  readonly index: number
  readonly nonSpeculativeIndex: number
  readonly first: boolean
  readonly last: boolean
}

/** How many elements of expired and of closed windows a grouping has dropped. */
export interface BeamDropped {
  readonly lateness: number
  readonly closedWindow: number
}

/** Texts of panes by key and window, in order. Equal records say the same of panes. */
export type PanesByWindow = Readonly<Record<string, readonly string[]>>

/** The panes of a vector; `contentOf` gives what else a pane says, such as its values. */
export function panesOf<P extends BeamPane>(panes: readonly P[], contentOf: (pane: P) => unknown): PanesByWindow {
  return byWindow(
    panes.map((pane) => {
      const { at, timing, index, nonSpeculativeIndex, first, last } = pane
      const place = placeOf(pane.key, windowOf(pane.window))
      return [
        place,
        JSON.stringify([at, contentOf(pane), timeOf(pane.timestamp), timing, index, nonSpeculativeIndex, first, last]),
      ]
    }),
  )
}

/** Our panes; `keyOf` and `contentOf` look into the element. */
export function ourPanes(
  outputs: readonly OutputAt[],
  keyOf: (value: unknown) => string | undefined,
  contentOf: (value: unknown) => unknown,
): PanesByWindow {
  return byWindow(
    outputs.map(({ at, element: { value, window, timestamp, pane } }) => {
      const { timing, index, nonSpeculativeIndex, isFirst, isLast } = pane
      const rest = [TIMINGS[timing], index, nonSpeculativeIndex, isFirst, isLast]
      return [placeOf(keyOf(value), window), JSON.stringify([at, contentOf(value), timestamp, ...rest])]
    }),
  )
}

/** How many elements and windows our ledger says a grouping has dropped. */
export function ourDropped({ ledger }: PaneResult, step: string): BeamDropped {
  const count = (reason: LedgerReason): number =>
    ledger.filter((entry) => entry.step === step && entry.reason === reason).length
  return { lateness: count('expired'), closedWindow: count('closed-window') }
}

/** Sorts the values of a pane as the vectors do: panes of panes by their text. */
export function sorted(values: readonly unknown[]): readonly unknown[] {
  return values
    .map((value) => (Array.isArray(value) ? sorted(value) : value))
    .toSorted((a, b) =>
      typeof a === 'number' && typeof b === 'number' ? a - b : JSON.stringify(a) < JSON.stringify(b) ? -1 : 1,
    )
}

const TIMINGS: Readonly<Record<PaneTiming, BeamPane['timing']>> = {
  early: 'EARLY',
  'on-time': 'ON_TIME',
  late: 'LATE',
  unknown: 'UNKNOWN',
}

function placeOf(key: string | undefined, { start, end }: { readonly start: number; readonly end: number }): string {
  return `${key ?? ''} ${start === GLOBAL_WINDOW.start ? 'global' : `[${start}, ${end})`}`
}

function byWindow(panes: readonly (readonly [place: string, text: string])[]): PanesByWindow {
  const places: Record<string, string[]> = {}
  for (const [place, text] of panes.toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
    (places[place] ??= []).push(text)
  return places
}
