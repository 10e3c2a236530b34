/**
 * read: elements from a source, with their timestamps and the watermark.
 */
import type { Duration } from '@js-joda/core'
import { primitive, type PTransform } from '../model/ptransform.ts'
import { makeCollection } from '../model/apply.ts'
import type { PCollection, Root } from '../model/pcollection.ts'
import type { Source } from '../model/source.ts'
import type { EventTimeOrder, WatermarkStrategy } from '../model/watermark-strategy.ts'
import { DEFAULT_WINDOWING } from '../model/windowing-strategy.ts'
import type { Timestamp } from '../time/timestamp.ts'
import { toMillis } from '../time/duration.ts'

/** How a source's elements meet event time. */
export interface ReadOptions<T> {
  /** Event time of an element. An element for which it throws or gives no timestamp goes to the ledger as `dead-letter`. */
  readonly timestamp: (element: T) => Timestamp
  /** How a stream's watermark follows its elements; without it, the watermark stays at the beginning until the source is complete. History is read to its end and does not estimate: see `eventTimeOrder`. */
  readonly watermark?: WatermarkStrategy
  /** What a bounded source promises about order, so that a batch run closes windows as it goes. */
  readonly eventTimeOrder?: EventTimeOrder
  /** When the source took the element in; what the skew guard compares with. */
  readonly arrival?: (element: T) => Timestamp
  /** How far an element may lie ahead of its arrival (or of the live clock); further ahead it goes to the ledger as `future`. */
  readonly maxFuture?: Duration
  /** After how much silence of a split the watermark goes on without it. Never, when left out. */
  readonly idleAfter?: Duration
}

/** Payload of `read`. Lengths are milliseconds. */
export interface ReadPayload {
  readonly primitive: 'read'
  readonly source: Source<unknown>
  readonly timestamp: (element: unknown) => Timestamp
  readonly watermark: WatermarkStrategy | undefined
  readonly eventTimeOrder:
    { readonly disorder: number; readonly partition: ((split: string) => Timestamp) | undefined } | undefined
  readonly arrival: ((element: unknown) => Timestamp) | undefined
  readonly maxFuture: number | undefined
  readonly idleAfter: number | undefined
}

/**
 * Reads a source. Connectors wrap it: `readNdjson`, `fromObservable`.
 *
 * **Contract** — Every element is in the global window at its timestamp; malformed records go to the ledger.
 */
export function read<T>(name: string, source: Source<T>, options: ReadOptions<T>): PTransform<Root, PCollection<T>> {
  const order = options.eventTimeOrder
  const payload: ReadPayload = Object.freeze({
    primitive: 'read',
    source,
    timestamp: options.timestamp as (element: unknown) => Timestamp,
    watermark: options.watermark,
    eventTimeOrder: order && Object.freeze({ disorder: toMillis(order.disorder), partition: order.partition }),
    arrival: options.arrival as ((element: unknown) => Timestamp) | undefined,
    maxFuture: options.maxFuture && toMillis(options.maxFuture),
    idleAfter: options.idleAfter && toMillis(options.idleAfter),
  })
  return primitive(name, (root: Root) => {
    const [output] = root['~root'].add({
      name,
      named: true,
      payload,
      inputs: [],
      outputs: [{ windowing: DEFAULT_WINDOWING, bounded: source.bounded, panes: 'elements' }],
    })
    return makeCollection<T>(output!)
  })
}
