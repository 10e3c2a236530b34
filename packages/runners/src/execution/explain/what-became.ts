/**
 * What became of a key and window: its entries in the ledger, and what it has settled on.
 */
import { isMerging, keyText, type LedgerEntry, type Window } from '@tidemark/core'
import type { PipelineGraph, Step } from '@tidemark/core/graph'
import type { SettledEntry, SettledResult } from '../../settled/settled-result.ts'
import { isKeyed } from './explained-step.ts'

/** Ledger entries of a key and window at a step; of all keys where the elements of the step have none. */
export function entriesOf(
  ledger: readonly LedgerEntry[],
  step: Step,
  key: unknown,
  window: Window,
): readonly LedgerEntry[] {
  return ledger.filter((entry) => {
    if (entry.step !== step.path || entry.window === undefined) return false
    if (entry.window.start >= window.end || entry.window.end <= window.start) return false
    return !isKeyed(step) || sameKey(entry.element, key)
  })
}

/** What a grouping has settled on for one key. */
export class SettledValues {
  readonly #entries: readonly SettledEntry[]
  readonly #keyed: boolean

  private constructor(entries: readonly SettledEntry[], keyed: boolean) {
    this.#entries = entries
    this.#keyed = keyed
  }

  /** `undefined` of a step that is no grouping, no named output, or whose settled result is not kept. */
  static of(
    step: Step,
    key: unknown,
    settledOf: (collection: number) => SettledResult | undefined,
  ): SettledValues | undefined {
    if (step.payload.primitive !== 'combinePerKey' && step.payload.primitive !== 'groupByKey') return undefined
    const keyed = isKeyed(step)
    const entries = settledOf(step.outputs[0]!)?.entries.filter(({ value }) => !keyed || sameKey(value, key))
    return entries && new SettledValues(entries, keyed)
  }

  /** The first window of a result that has an instant in common with `window`, by its end. */
  overlapping(window: Window): Window | undefined {
    const entry = this.#entries.find((other) => other.window.start < window.end && other.window.end > window.start)
    return entry && { start: entry.window.start, end: entry.window.end }
  }

  /** The values of a window. */
  in({ start, end }: Window): readonly unknown[] {
    return this.#entries
      .filter((entry) => entry.window.start === start && entry.window.end === end)
      .map(({ value }) => (this.#keyed ? (value as readonly unknown[])[1] : value))
  }
}

/**
 * The window that is meant where a step keeps none that was asked for: of sessions that are gone, the first that has settled and
 * overlaps it.
 */
export function meantWindow(
  graph: PipelineGraph,
  step: Step,
  window: Window,
  settled: SettledValues | undefined,
): Window {
  const merging = isMerging(graph.collections[step.inputs[0]!]!.windowing)
  return (merging ? settled?.overlapping(window) : undefined) ?? window
}

function sameKey(pair: unknown, key: unknown): boolean {
  const [own] = pair as readonly unknown[]
  return own === key || keyText(own) === keyText(key)
}
