/**
 * testStream: a stream for tests, as a transform to begin a pipeline with and as the writer of its part of a script.
 *
 * What happens to it is said event by event; nothing happens by itself (cf. Beam's TestStream). One script may write events of
 * several streams, so their order among each other is part of the test.
 */
import { checkOptions, map, pipe, PipelineError, read, toMillis } from '@tidemark/core'
import type { PCollection, PTransform, ReadOptions, Root, Timestamp, Duration } from '@tidemark/core'
import type {
  CompleteEvent,
  ElementsEvent,
  IdleEvent,
  ProcessingTimeEvent,
  ScriptRow,
  WatermarkEvent,
} from '../panes/script.ts'
import { testSource } from './test-source.ts'
import { bareElement, isTimestamped, type TimestampedElement } from './timestamped-element.ts'

/** What is known of a test stream. */
export interface TestStreamOptions<T> {
  /** When an element happened that is added without a time. Without it: at the current watermark. */
  readonly timestamp?: (element: T) => Timestamp
  /** Names of its splits (`['0']`). */
  readonly splits?: readonly string[]
  /** Whether it is known to end: then it may be grouped in the global window (false). */
  readonly bounded?: boolean
}

/** Writes the events of one split of a test stream, or of the stream as a whole. Each is data; nothing happens until a script is played. */
export interface StreamEvents<T> {
  /** One bundle of elements, each with its time by {@link timestamped}, by the stream's `timestamp`, or at the current watermark. */
  addElements(...elements: readonly (T | TimestampedElement<T>)[]): ElementsEvent
  /** One bundle of elements, all at one time. */
  addElementsAt(timestamp: Timestamp, ...elements: readonly T[]): ElementsEvent
  /** The watermark moves. Played, it throws when that would be back, or to the end of time. */
  advanceWatermarkTo(timestamp: Timestamp): WatermarkEvent
  /** Silence: the watermark goes on without it, until its next event. */
  markIdle(): IdleEvent
  /** The end. When all splits have come to it, the watermark moves to the end of time. */
  complete(): CompleteEvent
}

/**
 * A stream for tests: `root.pipe(clicks, …)` begins a pipeline with it.
 *
 * As a writer of events it stands for all of its splits; elements come from the first.
 */
export interface TestStream<T> extends PTransform<Root, PCollection<T>>, StreamEvents<T> {
  readonly splits: readonly string[]
  /** The events of one split; throws (code `UNKNOWN_SPLIT`) when the stream has none of that name. */
  split(name: string): StreamEvents<T>
}

/**
 * Makes a test stream.
 *
 * ```ts
 * const clicks = testStream<string>('Clicks')
 * const { outputs } = playScript((root) => ({ perMinute: root.pipe(clicks, clicksPerMinute) }), [
 *   clicks.addElementsAt(5_000, 'home', 'help'),
 *   clicks.advanceWatermarkTo(60_000),
 *   clicks.addElements('home'), // at 60,000: the current watermark
 *   clicks.complete(),
 * ])
 * ```
 */
export function testStream<T>(name: string, options: TestStreamOptions<T> = {}): TestStream<T> {
  checkOptions(`testStream(${JSON.stringify(name)})`, options, { timestamp: true, splits: true, bounded: true })
  const splits = Object.freeze([...(options.splits ?? ['0'])])
  requireSplits(name, splits)
  const source = testSource<T | TimestampedElement<T>>(
    name,
    splits,
    options.bounded ?? false,
    options.timestamp !== undefined,
  )
  const reading: ReadOptions<T | TimestampedElement<T>> = { timestamp: timestampBy(options.timestamp) }
  const transform = pipe(
    read(name, source, reading),
    map((element) => bareElement(element) as T),
  )
  return Object.freeze({
    ...transform,
    ...eventsOf<T>(name, undefined),
    splits,
    split: (split: string) => {
      if (!splits.includes(split)) throw unknownSplit(name, split, splits)
      return eventsOf<T>(name, split)
    },
  })
}

/** Processing time moves on. It starts at 0, the beginning of 1970. */
export function advanceProcessingTime(by: Duration): ProcessingTimeEvent {
  return Object.freeze({ processingTime: toMillis(by) })
}

function eventsOf<T>(stream: string, name: string | undefined): StreamEvents<T> {
  const split = name === undefined ? {} : { split: name }
  return Object.freeze<StreamEvents<T>>({
    addElements: (...elements) => Object.freeze({ elements: stream, ...split, rows: elements.map(rowOf) }),
    addElementsAt: (timestamp, ...elements) =>
      Object.freeze({ elements: stream, ...split, rows: elements.map((element) => [element, timestamp] as const) }),
    advanceWatermarkTo: (t) => Object.freeze({ watermark: stream, ...split, t }),
    markIdle: () => Object.freeze({ idle: stream, ...split }),
    complete: () => Object.freeze({ complete: stream, ...split }),
  })
}

function rowOf(element: unknown): ScriptRow {
  return isTimestamped(element) ? [element.element, element.timestamp] : [element]
}

/** Whoever plays a script gives every element a time, so only one that came in another way can be without. */
function timestampBy<T>(
  timestamp: ((element: T) => Timestamp) | undefined,
): (element: T | TimestampedElement<T>) => Timestamp {
  return (element) => {
    if (isTimestamped(element)) return element.timestamp
    return timestamp === undefined ? Number.NaN : timestamp(element)
  }
}

function requireSplits(name: string, splits: readonly string[]): void {
  if (splits.length > 0 && new Set(splits).size === splits.length && !splits.includes('')) return
  throw new PipelineError(
    'BAD_OPTION',
    `The splits of the test stream "${name}" are [${splits.join(', ')}]. Events name the split that they are about, so there must be one at ` +
      "least, and each a name of its own. Leave splits out for one named '0'.",
  )
}

/** The error of an event that names a split which the stream does not have (code `UNKNOWN_SPLIT`). */
export function unknownSplit(stream: string, split: string, splits: readonly string[]): PipelineError {
  return new PipelineError(
    'UNKNOWN_SPLIT',
    `The stream "${stream}" has no split "${split}"; its splits are [${splits.join(', ')}]. ` +
      `What happens to it would reach nothing. Name one of these, or make the stream with testStream('${stream}', { splits: […] }).`,
  )
}
