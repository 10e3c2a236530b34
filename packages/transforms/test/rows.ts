/**
 * Rows to try transforms on, what a transform makes of them by the reference evaluator, and live with every row in a bundle of its own.
 *
 * The oracles of these tests are plain loops over the rows; assertSameAnswer says that runners agree with the evaluator.
 */
import {
  boundedOutOfOrderness,
  compareBytes,
  encodeValue,
  milliseconds,
  type LedgerEntry,
  type PCollection,
  type PTransform,
  type Window,
  type WindowedValue,
} from '@tidemark/core'
import { buildGraph } from '@tidemark/core/graph'
import { fromObservable, streamingRunner } from '@tidemark/runners/streaming'
import { evaluate, testStream } from '@tidemark/runners/testing'
import { Subject } from 'rxjs'

/** Something that happened. */
export interface Row {
  /** Comes first in canonical bytes, so that their order is not that of time. */
  readonly a?: number
  readonly id: string
  /** Milliseconds. */
  readonly at: number
  readonly value: number
}

/** When a row happened. */
export const timestamp = (row: Row): number => row.at

/** Rows of few ids, times and values, so that all of them come together in every way; the same for the same seed. */
export function rowsOf(seed: number, length: number, { ids = 4, span = 60, values = 3 } = {}): readonly Row[] {
  let state = seed >>> 0
  const below = (limit: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * limit)
  }
  return Array.from({ length }, () => ({
    a: below(3),
    id: `id ${below(ids)}`,
    at: below(span),
    value: below(values),
  }))
}

/** Every variant with forty seeds. */
export function* tries<V>(variants: readonly V[]): Generator<readonly [seed: number, variant: V]> {
  for (const variant of variants) for (let seed = 1; seed <= 40; seed += 1) yield [seed, variant]
}

/** Rows by (time, canonical bytes). */
export function inTime(rows: readonly Row[]): readonly Row[] {
  return rows.toSorted((a, b) => a.at - b.at || compareBytes(encodeValue(a), encodeValue(b)))
}

/** Rows by something they have in common, in the order of (time, canonical bytes). */
export function grouped<K>(rows: readonly Row[], by: (row: Row) => K): ReadonlyMap<K, readonly Row[]> {
  const groups = new Map<K, Row[]>()
  for (const row of inTime(rows)) groups.set(by(row), [...(groups.get(by(row)) ?? []), row])
  return groups
}

/** Values as text, sorted, so that lists of them can be compared whatever their order. */
export function shown(values: readonly unknown[]): readonly string[] {
  return values.map(textOf).toSorted()
}

/** A value as text, with fields in the order of their names: state does not keep any other. */
export function textOf(value: unknown): string {
  return JSON.stringify(value, (_, field: unknown) =>
    typeof field === 'object' && field !== null && !Array.isArray(field)
      ? Object.fromEntries(Object.entries(field).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : field,
  )
}

/** What a transform settles on, by what elements mean: `value @window start` of each, as text. */
export function settledIn(
  transform: PTransform<PCollection<Row>, PCollection<unknown>>,
  rows: readonly Row[],
): readonly string[] {
  const stream = testStream<Row>('Rows', { timestamp, bounded: true })
  const run = evaluate((root) => ({ out: root.pipe(stream, transform) }), { Rows: rows })
  const values = run.outputs.out.entries.flatMap(({ window, value, count }) =>
    Array.from({ length: count }, () => inWindow(window, value)),
  )
  return shown(values)
}

/** A value as it stands in {@link settledIn}. */
export function inWindow(window: Window | number, value: unknown): readonly unknown[] {
  return [typeof window === 'number' ? window : window.start, value]
}

/** The steps of a transform that may drift by the graph's own account. */
export function driftOf(transform: PTransform<PCollection<Row>, unknown>): readonly string[] {
  return graphOf(transform).steps.flatMap(({ path, drift }) => (drift.safe ? [] : [path]))
}

/** The graph of a transform of an unbounded collection of rows. */
export function graphOf(transform: PTransform<PCollection<Row>, unknown>): ReturnType<typeof buildGraph> {
  return buildGraph((root) => {
    const output = root.pipe(testStream<Row>('Rows', { timestamp }), transform)
    return (typeof output === 'object' && output !== null && '~ref' in output ? { output } : output) as never
  })
}

/** What comes out after each of the rows, and what then stood in the ledger. The end of the stream is not reached. */
export async function liveIn<T>(
  transform: PTransform<PCollection<Row>, PCollection<T>>,
  rows: readonly Row[],
  lateness = 0,
): Promise<{ readonly changes: readonly (readonly string[])[]; readonly ledger: readonly LedgerEntry[] }> {
  const rows$ = new Subject<Row>()
  const panes: WindowedValue<T>[] = []
  const ledger: LedgerEntry[] = []
  const job = streamingRunner({ bundleSize: 1, maxFuture: 'off' }).run((root) => ({
    out: root.pipe(
      fromObservable('Rows', rows$, { timestamp, watermark: boundedOutOfOrderness(milliseconds(lateness)) }),
      transform,
    ),
  }))
  job.outputs.out.subscribe((pane) => panes.push(pane))
  job.ledger.subscribe((entry) => ledger.push(entry))
  job.start()
  const changes = rows.map((row) => {
    rows$.next(row)
    return panes.splice(0).map(({ value, sign }) => `${sign < 0 ? '-' : '+'}${textOf(value)}`)
  })
  await job.stop()
  return { changes, ledger }
}
