/**
 * One answer, three ways: a transform over the same events in batch, live and out of order, and by the reference evaluator.
 */
import {
  boundedOutOfOrderness,
  hours,
  toMillis,
  type PCollection,
  type PTransform,
  type Timestamp,
} from '@tidemark/core'
import { readMemory } from '@tidemark/io/memory'
import { batchRunner } from '@tidemark/runners/batch'
import { streamingRunner } from '@tidemark/runners/streaming'
import { assertSameAnswer, evaluate } from '@tidemark/runners/testing'
import { expect } from 'vitest'
import { seededRandom } from '../../examples/side-by-side/seeded-random.ts'

/** A row of a result, and what it is dated by. */
export interface Dated<T> {
  readonly value: T
  readonly timestamp: Timestamp
}

/** How far behind others an event may come in the live run. */
const DISORDER = hours(12)

/** Expects a transform to give the answer in batch, live and by the evaluator, and the same settled result however its events come. */
export async function expectAnswer<E extends { readonly event_ts: Timestamp }, T, A>(
  transform: PTransform<PCollection<E>, PCollection<T>>,
  events: readonly E[],
  answer: (rows: readonly Dated<T>[]) => A,
  expected: A,
  runs = 12,
): Promise<void> {
  const timestamp = ({ event_ts }: E): Timestamp => event_ts
  const watermark = boundedOutOfOrderness(DISORDER)
  const { outputs } = await batchRunner({ progress: 'never' }).run((root) => ({
    rows: root.pipe(readMemory('Events', events, { timestamp, watermark }), transform),
  }))
  expect(answer(outputs.rows), 'in batch').toEqual(expected)

  const job = streamingRunner({ maxFuture: 'off', bundleSize: 3 }).run((root) => ({
    rows: root.pipe(readMemory('Events', disordered(events), { timestamp, watermark }), transform),
  }))
  const live: Dated<T>[] = []
  job.outputs.rows.subscribe((row) => live.push(row))
  await job.done
  expect([...job.ledgerCounts], 'nothing may be dropped').toEqual([])
  expect(answer(live), 'live').toEqual(expected)

  const { rows } = evaluate(
    (root) => ({ rows: root.pipe(readMemory('Events', [] as E[], { timestamp, watermark }), transform) }),
    { Events: events },
  )
  expect(answer(rows.rows as readonly Dated<T>[]), 'by the evaluator').toEqual(expected)
  if (runs > 0) assertSameAnswer(transform, events, { timestamp, runs, seed: 6 })
}

/** The events as they may come: each up to that much later than it happened. */
function disordered<E extends { readonly event_ts: Timestamp }>(events: readonly E[]): readonly E[] {
  const random = seededRandom(11)
  return events
    .map((event) => ({ event, arrival: event.event_ts + random() * toMillis(DISORDER) }))
    .toSorted((a, b) => a.arrival - b.arrival)
    .map(({ event }) => event)
}

/** The month in UTC that an instant is in, such as `2026-01`. */
export function monthOf(timestamp: Timestamp): string {
  return new Date(timestamp).toISOString().slice(0, 7)
}

/** Sums a figure of rows by name; names whose sum is 0 are left out. */
export function sums<T>(
  rows: readonly T[],
  nameOf: (row: T) => string | undefined,
  figureOf: (row: T) => number = () => 1,
): Readonly<Record<string, number>> {
  const totals = new Map<string, number>()
  for (const row of rows) {
    const name = nameOf(row)
    if (name !== undefined) totals.set(name, (totals.get(name) ?? 0) + figureOf(row))
  }
  return Object.fromEntries([...totals].filter(([, total]) => total !== 0).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

/** Milliseconds of an instant such as `2026-01-31T23:59:59Z`. */
export function at(instant: string): Timestamp {
  return Date.parse(instant)
}
