/**
 * A pipeline with every kind of keyed step, and what a run of it comes to, whatever the number of its shards; the tests of both runners
 * share it.
 */
import {
  combineGlobally,
  combinePerKey,
  encodeValue,
  eventTimeTimer,
  fixedWindows,
  flatten,
  groupByKey,
  map,
  minutes,
  seconds,
  sessions,
  setState,
  statefulParDo,
  windowInto,
  withKeys,
  type PCollection,
  type PTransform,
  type Root,
  type WindowedValue,
} from '@tidemark/core'
import type { Outputs } from '@tidemark/core/graph'
import { count, sum } from '@tidemark/transforms'

/** An element of the pipeline. */
export interface Reading {
  readonly sensor: string
  readonly at: number
  readonly value: number
}

/** Readings of 40 sensors in an order that is not that of time: every seventh comes 90 seconds late. */
export const READINGS: readonly Reading[] = Array.from({ length: 600 }, (_, index) => ({
  sensor: `s${(index * 17) % 40}`,
  at: index * 1_000 - (index % 7 === 0 ? 90_000 : 0) + 100_000,
  value: (index * 31) % 100,
}))

/** Groups, sessions, lists, state with timers, groups of groups, and one grouping without a key. */
export function shardedPipeline(readings: PTransform<Root, PCollection<Reading>>) {
  return (root: Root) => {
    const perSensor = root.pipe(
      readings,
      windowInto(fixedWindows(minutes(1))),
      withKeys((one) => one.sensor),
    )
    const sums = perSensor.pipe(
      map(([sensor, one]) => [sensor, one.value] as const),
      combinePerKey('Sums', sum()),
    )
    const ends = perSensor.pipe(
      statefulParDo('Ends', {
        state: { values: setState<number>() },
        timers: { end: eventTimeTimer() },
        process({ value, state, timers, window }) {
          state.values.add(value.value)
          timers.end.set(window.end - 1)
        },
        onTimer: {
          *end({ key, state }) {
            yield [key, [...state.values.read()].length] as const
          },
        },
      }),
    )
    return {
      sums,
      ends,
      lists: perSensor.pipe(groupByKey('Lists')),
      visits: perSensor.pipe(windowInto(sessions(seconds(20))), combinePerKey('Visits', count())),
      decades: flatten([sums, ends]).pipe(
        map(([sensor, total]) => [sensor.slice(0, 2), total] as const),
        combinePerKey('Decades', sum()),
      ),
      all: sums.pipe(
        map(([, total]) => total),
        combineGlobally('All', sum()),
      ),
    }
  }
}

/** The elements of outputs with all that is said of them, as multisets: in an order that depends on nothing but them. */
export function multisets(outputs: {
  readonly [N in keyof Outputs]: readonly WindowedValue<unknown>[]
}): Readonly<Record<string, readonly string[]>> {
  const written = (values: readonly WindowedValue<unknown>[]): readonly string[] =>
    values
      .map(({ value, timestamp, window, pane, sign }) =>
        Buffer.from(encodeValue([value, timestamp, [window.start, window.end], { ...pane }, sign])).toString('hex'),
      )
      .toSorted()
  return Object.fromEntries(Object.entries(outputs).map(([name, values]) => [name, written(values)]))
}
