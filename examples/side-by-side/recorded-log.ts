/**
 * A recorded log: what files hold, with the order in which it arrived, so that it can be live again.
 *
 * History reads the files; the live stream is made of the same records in another order. Records that cannot be read are part of
 * the stream too: a stream has malformed records as a file has, and they end in the ledger in both.
 */
import {
  composite,
  map,
  type LedgerEntry,
  type PCollection,
  type PTransform,
  type Root,
  type Timestamp,
  type WatermarkStrategy,
} from '@tidemark/core'
import { batchRunner } from '@tidemark/runners/batch'
import { fromObservable, replayLog, type ReplaySpeed } from '@tidemark/runners/streaming'

/** A record that arrived: an element, or what could not be made one. */
export type Arrival<T> =
  { readonly at: Timestamp; readonly element: T } | { readonly at: Timestamp; readonly rejected: LedgerEntry }

/** The elements of a source in the order of its files, and what it rejected. */
export interface LoadedLog<T> {
  readonly elements: readonly T[]
  readonly rejected: readonly LedgerEntry[]
}

/** Reads a source to its end and keeps what it gives: the same connector that history runs on, so both see the same elements. */
export async function loadLog<T>(source: PTransform<Root, PCollection<T>>): Promise<LoadedLog<T>> {
  const { outputs, ledger } = await batchRunner({ progress: 'never' }).run((root) => ({ elements: root.pipe(source) }))
  return { elements: outputs.elements.map(({ value }) => value), rejected: ledger }
}

/** Says when each record of a log arrived. Where nobody knows, as for one that cannot be read, it is at the beginning. */
export function arrivalsOf<T>(
  { elements, rejected }: LoadedLog<T>,
  arrivedAt: (element: T) => Timestamp,
): readonly Arrival<T>[] {
  const arrivals = elements.map((element) => ({ at: arrivedAt(element), element }))
  const first = arrivals.reduce((earliest, { at }) => Math.min(earliest, at), Infinity)
  return [...rejected.map((entry) => ({ at: Number.isFinite(first) ? first : 0, rejected: entry })), ...arrivals]
}

/** How a log becomes a live stream. */
export interface LiveOptions<T> {
  readonly timestamp: (element: T) => Timestamp
  readonly watermark: WatermarkStrategy
  readonly speed: ReplaySpeed
  /** Called with every element as it arrives. */
  readonly onArrival?: (element: T) => void
}

/** Replays a log: elements come live, in the order of their arrival. */
export function liveSource<T>(
  name: string,
  arrivals: readonly Arrival<T>[],
  options: LiveOptions<T>,
): PTransform<Root, PCollection<T>> {
  const { watermark, speed, onArrival } = options
  const timestamp = (arrival: Arrival<T>): Timestamp => {
    if ('rejected' in arrival) throw new Error(describeRejection(arrival.rejected))
    onArrival?.(arrival.element)
    return options.timestamp(arrival.element)
  }
  const stream$ = replayLog(arrivals, { arrival: ({ at }) => at, speed })
  return composite(`Live${name}`, (root: Root) =>
    root.pipe(
      fromObservable(name, stream$, { timestamp, watermark }),
      map((arrival) => (arrival as { readonly element: T }).element),
    ),
  )
}

function describeRejection({ detail, position }: LedgerEntry): string {
  return position === undefined ? `${detail}` : `${detail} (${position.split}, ${position.unit} ${position.offset})`
}
