/**
 * Settled values of two runs, side by side.
 */
import { compareWindows, equalBytes, keyText, type PCollection, type Window } from '@tidemark/core'
import type { SettledOf } from './run-both-ways.ts'

/** The values of one window and key in two runs; undefined where a run has none. */
export interface Pair<V> {
  readonly window: Window
  readonly history: V | undefined
  readonly live: V | undefined
  /** Whether the canonical bytes are the same. */
  readonly same: boolean
}

/** Pairs the values of two results by window, and by what `key` makes of a value, in that order. */
export function pairs<V>(
  history: SettledOf<PCollection<V>>,
  live: SettledOf<PCollection<V>>,
  key: (value: V) => unknown = () => null,
): readonly Pair<V>[] {
  const found = new Map<string, { window: Window; history?: Entry<V>; live?: Entry<V> }>()
  for (const side of ['history', 'live'] as const) {
    for (const entry of (side === 'history' ? history : live).entries) {
      const { window, value } = entry
      const place = keyText([window.start, window.end, key(value)])
      found.set(place, { ...found.get(place), window, [side]: entry })
    }
  }
  return [...found.values()]
    .map((pair) => ({
      window: pair.window,
      history: pair.history?.value,
      live: pair.live?.value,
      same: pair.history !== undefined && pair.live !== undefined && equalBytes(pair.history.bytes, pair.live.bytes),
    }))
    .toSorted((a, b) => compareWindows(a.window, b.window))
}

type Entry<V> = SettledOf<PCollection<V>>['entries'][number]
