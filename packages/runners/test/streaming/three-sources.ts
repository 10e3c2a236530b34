/**
 * Three sources and what is computed from them; the tests of replays share it.
 *
 * Clicks and views come from observables when the pipeline is live, and from where they were kept when it is replayed; orders are a file
 * both times, with lines that are none.
 */
import {
  afterCount,
  afterProcessingTime,
  afterWatermark,
  boundedOutOfOrderness,
  combinePerKey,
  fixedWindows,
  flatten,
  map,
  minutes,
  processingTimeTimer,
  seconds,
  sessions,
  statefulParDo,
  valueState,
  windowInto,
  withKeys,
  type KV,
  type PCollection,
  type PTransform,
  type Root,
} from '@tidemark/core'
import { readNdjson } from '@tidemark/io/ndjson'
import { fromObservable, type OverflowOptions } from '@tidemark/runners/streaming'
import { count } from '@tidemark/transforms'
import type { Observable } from 'rxjs'
import { at } from './clicks.ts'

/** Something that was done on a page. */
export interface Act {
  readonly page: string
  readonly at: string
}

/** Something done at a time of day. */
export function act(time: string, page: string): Act {
  return { page, at: time }
}

/** What a source is in a pipeline. */
export type ActSource = PTransform<Root, PCollection<Act>>

/** The three of them. */
export interface ActSources {
  readonly clicks: ActSource
  readonly views: ActSource
  readonly orders: ActSource
}

/** How acts meet event time, live and when they are read again. */
export const actTime = {
  timestamp: (one: Act) => at(one.at),
  watermark: boundedOutOfOrderness(seconds(5)),
} as const

/** How views do: they may fall silent. */
export const viewTime = { ...actTime, idleAfter: seconds(20) } as const

/** Acts of an observable. What outruns the job is dropped unless stated otherwise. */
export function liveActs(
  name: string,
  acts$: Observable<Act>,
  time: typeof actTime | typeof viewTime = actTime,
  overflow: OverflowOptions = { overflow: 'drop' },
): ActSource {
  return fromObservable(name, acts$, { ...time, ...overflow })
}

/** Orders of a file. */
export function fileOrders(path: string): ActSource {
  return readNdjson<Act>('Orders', path, actTime)
}

/** The lines of a file of orders; two of them are none. */
export const ORDER_LINES: readonly string[] = [
  JSON.stringify(act('10:00:02', 'shop')),
  '{"page":',
  JSON.stringify(act('10:00:04', 'home')),
  'shop 10:00:05',
  JSON.stringify(act('10:02:10', 'shop')),
]

/**
 * Acts per page and minute, early by the clock and late one by one; visits as changes; and by a timer of the clock what was still done on
 * a page when nothing had come for five seconds. `seen` is called with each act on its way.
 */
export function actPipeline({ clicks, views, orders }: ActSources, seen: (one: Act) => void = () => undefined) {
  return (
    root: Root,
  ): {
    readonly perMinute: PCollection<KV<string, number>>
    readonly visits: PCollection<KV<string, number>>
    readonly pauses: PCollection<string>
  } => {
    const acts = flatten([root.pipe(clicks), root.pipe(views), root.pipe(orders)]).pipe(
      map((one) => {
        seen(one)
        return one
      }),
    )
    const perPage = withKeys((one: Act) => one.page)
    return {
      perMinute: acts.pipe(
        windowInto(fixedWindows(minutes(1)), {
          trigger: afterWatermark({ early: afterProcessingTime(seconds(10)), late: afterCount(1) }),
          allowedLateness: seconds(30),
          accumulationMode: 'accumulating',
        }),
        perPage,
        combinePerKey('PerMinute', count()),
      ),
      visits: acts.pipe(
        windowInto(sessions(seconds(30)), {
          trigger: afterWatermark({ early: afterCount(2), late: afterCount(1) }),
          allowedLateness: seconds(30),
          accumulationMode: 'retracting',
        }),
        perPage,
        combinePerKey('Visits', count()),
      ),
      pauses: acts.pipe(
        windowInto(fixedWindows(minutes(10))),
        perPage,
        statefulParDo('Pauses', {
          state: { last: valueState<string>() },
          timers: { pause: processingTimeTimer() },
          order: 'arrival',
          process({ value, state, timers }) {
            state.last.write(value.at)
            timers.pause.setRelative(seconds(5))
          },
          onTimer: {
            pause: ({ key, state }) => [`${key} since ${state.last.read()}`],
          },
        }),
      ),
    }
  }
}
