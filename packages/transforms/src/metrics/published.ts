/**
 * Published values: what a metric says, and how far it can be relied on at the moment.
 *
 * A value alone is a function of its rows. Whether it may still change, who has not been heard yet and what was said before depend on the run, so
 * they are put on at the edge, from what the runner tells: the pane of the value, and the progress of the sources.
 */
import { formatWindow, keyText, type Timestamp, type WindowedValue } from '@tidemark/core'
import type { MetricValue, Slice } from './metric-value.ts'

/** How far a value can be relied on; one of: `provisional` (may change), `finalized` (will not, by itself), `restated` (replaces a final one). */
export type MetricStatus = 'provisional' | 'finalized' | 'restated'

/** The watermark of a source and of its splits: what an explanation of a runner lists. */
export interface SourceProgress {
  /** The step that reads the source. */
  readonly step: string
  readonly watermark: Timestamp
  readonly splits: readonly {
    readonly id: string
    readonly watermark: Timestamp
    /** One of: `read`, `idle` (silent), `complete`. */
    readonly state: 'read' | 'idle' | 'complete'
  }[]
  /** How many splits are complete and not listed (0). */
  readonly completeSplits?: number
}

/** How far a run has come. */
export interface Progress {
  /** The watermark at the metric. */
  readonly watermark: Timestamp
  /** The sources that the metric depends on; `explain` of a job lists them. */
  readonly sources?: readonly SourceProgress[]
  /** Who should be heard: names of source steps (`EPP`), or of splits (`EPP/registry-1`). */
  readonly expected?: readonly string[]
}

/** Who has been heard up to the end of a window. */
export interface Completeness {
  /** Splits whose watermark has passed the end of the window, as `step/split`. */
  readonly passed: readonly string[]
  /** Splits that are waited for. */
  readonly behind: readonly string[]
  /** Splits that are silent, and were not waited for. */
  readonly silent: readonly string[]
  /** Expected sources and splits that are not there at all, or silent. */
  readonly missing: readonly string[]
  /** Whether all have passed, none is silent, and none is missing. */
  readonly isComplete: boolean
}

/** A value of a metric as consumers get it. */
export interface PublishedValue<out Value = unknown, out S = Slice> extends MetricValue<Value, S> {
  readonly status: MetricStatus
  /** Counts what has been final of this window and slice: 1 for the first such value and the provisional ones before it, 2 for its first restatement. */
  readonly version: number
  readonly watermark: Timestamp
  readonly completeness: Completeness
  /** The value that this one takes back, where it differs. */
  readonly replaces?: Value | null
  /** Why a final value was restated. */
  readonly reason?: string
}

/**
 * Puts a value that a run has emitted into the terms of its consumers.
 *
 * **Contract** — `before` is what was published of its window and slice last. A pane that is the last of its window is `finalized`, any other
 * `provisional`. Pure: it asks no clock.
 */
export function published<Value, S>(
  pane: Pick<WindowedValue<MetricValue<Value, S>>, 'value' | 'pane'>,
  progress: Progress,
  before?: PublishedValue<Value | null, S>,
): PublishedValue<Value, S> {
  const { value } = pane
  return {
    ...value,
    status: pane.pane.isLast ? 'finalized' : 'provisional',
    version: before?.version ?? 1,
    watermark: progress.watermark,
    completeness: completenessOf(value.window.end, progress),
    ...(before !== undefined && !sameValue(before.value, value.value) && { replaces: before.value }),
  }
}

/** Who has been heard up to an instant. */
export function completenessOf(end: Timestamp, { sources = [], expected = [] }: Progress): Completeness {
  const splits = sources.flatMap(({ step, splits: own }) =>
    own.map((split) => ({ ...split, name: `${step}/${split.id}`, step })),
  )
  const hasPassed = ({ state, watermark }: (typeof splits)[number]): boolean => state === 'complete' || watermark >= end
  const names = (list: readonly (typeof splits)[number][]): readonly string[] => list.map(({ name }) => name).toSorted()
  const passed = splits.filter(hasPassed)
  const silent = splits.filter((split) => split.state === 'idle' && !hasPassed(split))
  const behind = splits.filter((split) => split.state === 'read' && !hasPassed(split))
  const heard = new Set([...passed, ...behind].flatMap(({ name, step }) => [name, step]))
  for (const { step, completeSplits = 0 } of sources) if (completeSplits > 0) heard.add(step)
  const missing = expected.filter((name) => !heard.has(name)).toSorted()
  return {
    passed: names(passed),
    behind: names(behind),
    silent: names(silent),
    missing,
    isComplete: behind.length === 0 && silent.length === 0 && missing.length === 0,
  }
}

/** Remembers what was last published of each window and slice: for an edge that takes panes as they come. */
export class PublishedBoard<Value = unknown, S = Slice> {
  readonly #last = new Map<string, PublishedValue<Value | null, S>>()

  /** Publishes a pane. What a merge of sessions or a retraction takes back (sign -1) is taken off the board, and gives undefined. */
  take(pane: WindowedValue<MetricValue<Value, S>>, progress: Progress): PublishedValue<Value, S> | undefined {
    const name = nameOf(pane.value)
    const before = this.#last.get(name)
    if (pane.sign === -1) return undefined
    const next = published(pane, progress, before)
    this.#last.set(name, next)
    return next
  }

  /** Puts restated values on the board. */
  restate(values: readonly PublishedValue<Value | null, S>[]): void {
    for (const value of values) this.#last.set(nameOf(value), value)
  }

  /** What was last published of each window and slice. */
  values(): readonly PublishedValue<Value | null, S>[] {
    return [...this.#last.values()]
  }

  /** Forgets windows that ended before an instant, so that a board of a live job does not grow for ever. */
  forget(before: Timestamp): void {
    for (const [name, { window }] of this.#last) if (window.end <= before) this.#last.delete(name)
  }
}

/** Window and slice as text: values of one metric with equal ones replace each other. */
export function nameOf({ window, slice }: Pick<MetricValue<unknown, unknown>, 'window' | 'slice'>): string {
  return `${formatWindow(window)} ${keyText(slice)}`
}

/** Whether two values are the same in canonical bytes. */
export function sameValue(a: unknown, b: unknown): boolean {
  return keyText([a]) === keyText([b])
}
