/**
 * read: elements from a source, with their timestamps and the watermark.
 */
import type { Duration } from '@js-joda/core'
import { checkOptions, requireFunction, type OptionNames } from '../error/check-options.ts'
import { PipelineError } from '../error/pipeline-error.ts'
import { primitive, type PTransform } from '../model/ptransform.ts'
import { makeCollection } from '../model/apply.ts'
import type { PCollection, Root } from '../model/pcollection.ts'
import type { Source } from '../model/source.ts'
import type { EventTimeOrder, WatermarkStrategy } from '../model/watermark-strategy.ts'
import { DEFAULT_WINDOWING } from '../model/windowing-strategy.ts'
import { isTimestamp, type Timestamp } from '../time/timestamp.ts'
import type { TimestampRange } from '../time/timestamp-range.ts'
import { requireNotNegative } from '../time/duration.ts'

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
  /**
   * Which timestamps can be meant: an element with another goes to the ledger as `dead-letter` with `TS_RANGE`. One of: `off` (default;
   * readers of files expect {@link PLAUSIBLE_TIMESTAMPS}), a range.
   */
  readonly timestampRange?: TimestampRange | 'off'
  /** After how much silence of a split the watermark goes on without it. Never, when left out. */
  readonly idleAfter?: Duration
}

/** The names of {@link ReadOptions}, for connectors that have them beside options of their own. */
export const READ_OPTIONS: OptionNames<ReadOptions<never>> = Object.freeze({
  timestamp: true,
  watermark: true,
  eventTimeOrder: true,
  arrival: true,
  maxFuture: true,
  timestampRange: true,
  idleAfter: true,
})

const ORDER_OPTIONS: OptionNames<EventTimeOrder> = { disorder: true, partition: true }

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
  readonly timestampRange: TimestampRange | undefined
  readonly idleAfter: number | undefined
}

/**
 * Reads a source. Connectors wrap it: `readNdjson`, `fromObservable`.
 *
 * **Contract** — Every element is in the global window at its timestamp; malformed records go to the ledger.
 */
export function read<T>(name: string, source: Source<T>, options: ReadOptions<T>): PTransform<Root, PCollection<T>> {
  const subject = `read(${JSON.stringify(name)})`
  checkOptions(subject, options, READ_OPTIONS)
  requireFunction(subject, 'timestamp', options.timestamp)
  requireStrategy(subject, options.watermark)
  const order = options.eventTimeOrder
  if (order !== undefined) checkOptions(`eventTimeOrder of ${subject}`, order, ORDER_OPTIONS)
  const length = (what: string, duration: Duration): number =>
    requireNotNegative(duration, `The ${what} of ${subject}`, name)
  const { maxFuture, idleAfter } = options
  const payload: ReadPayload = Object.freeze({
    primitive: 'read',
    source,
    timestamp: options.timestamp as (element: unknown) => Timestamp,
    watermark: options.watermark,
    eventTimeOrder:
      order && Object.freeze({ disorder: length('disorder', order.disorder), partition: order.partition }),
    arrival: options.arrival as ((element: unknown) => Timestamp) | undefined,
    maxFuture: maxFuture === undefined ? undefined : length('maxFuture', maxFuture),
    timestampRange: requireRange(subject, options.timestampRange),
    idleAfter: idleAfter === undefined ? undefined : length('idleAfter', idleAfter),
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

// A strategy is data, so that snapshots and replays know it; one that ran ahead of its elements would make all of them late.
function requireStrategy(subject: string, watermark: WatermarkStrategy | undefined): void {
  if (watermark === undefined) return
  const { kind, bound } = watermark as Partial<WatermarkStrategy>
  if (kind === 'bounded-out-of-orderness' && Number.isSafeInteger(bound) && (bound ?? -1) >= 0) return
  throw new PipelineError(
    'BAD_OPTION',
    `The watermark of ${subject} is no strategy that stays behind the elements. Estimates that run ahead make elements late. ` +
      'Use boundedOutOfOrderness(seconds(5)) or monotonousTimestamps().',
  )
}

function requireRange(subject: string, range: TimestampRange | 'off' | undefined): TimestampRange | undefined {
  if (range === undefined || range === 'off') return undefined
  checkOptions(`timestampRange of ${subject}`, range, { start: true, end: true })
  const { start, end } = range
  if (isTimestamp(start) && isTimestamp(end) && start < end) return Object.freeze({ start, end })
  throw new PipelineError(
    'BAD_OPTION',
    `The timestampRange of ${subject} goes from ${start} to ${end}, so it holds no timestamp. ` +
      "Give two timestamps, such as { start: Date.UTC(1970, 0), end: Date.UTC(2100, 0) }, or 'off'.",
  )
}
