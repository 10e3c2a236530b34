/**
 * A stream of any number of elements over a thousand hours of event time, and the transforms that keep something of it, by name.
 */
import {
  afterCount,
  afterWatermark,
  combinePerKey,
  fixedWindows,
  hours,
  map,
  minutes,
  seconds,
  windowInto,
  type KV,
  type PCollection,
  type WindowFn,
} from '@tidemark/core'
import {
  count,
  deduplicate,
  deduplicateById,
  fillGaps,
  latestPerKey,
  over,
  pivot,
  ratePerSecond,
  runningTotals,
  sampleByHash,
  sessionize,
  sum,
} from '@tidemark/transforms'
import { runEndless, sideOf, type Mark, type Side } from './endless-run.ts'

type Element = KV<string, number>

const key = ([name]: Element): string => name
const value = ([, number]: Element): number => number % 1000
const perHour = windowInto<Element>(fixedWindows(hours(1)))
// What is said at once is said anew with every element, so windows are short, and late elements are taken back and forth.
const inWindows = (windows: WindowFn) =>
  windowInto<Element>(windows, {
    trigger: afterWatermark({ late: afterCount(1) }),
    allowedLateness: minutes(10),
    accumulationMode: 'retracting',
  })
const atOnce = inWindows(fixedWindows(minutes(5)))

/** The transforms. */
export const TRANSFORMS: Readonly<Record<string, (elements: Side) => PCollection<unknown>>> = {
  deduplicate: (elements) => elements.pipe(deduplicate('Step', { key, within: seconds(20) })),
  'deduplicate-at-once': (elements) =>
    elements.pipe(atOnce, deduplicate('Step', { key, within: seconds(20), emit: 'at-once' })),
  'deduplicate-by-id': (elements) =>
    elements.pipe(deduplicateById('Step', { id: ([name, number]) => `${name} ${number >> 1}`, within: hours(1) })).kept,
  'deduplicate-by-id-at-once': (elements) =>
    elements.pipe(
      atOnce,
      deduplicateById('Step', { id: ([name, number]) => `${name} ${number >> 1}`, emit: 'at-once' }),
    ).kept,
  sessionize: (elements) => elements.pipe(sessionize('Step', { key, gap: minutes(5) })),
  'sessionize-combining': (elements) =>
    elements.pipe(sessionize('Step', { key, gap: minutes(5), combine: over(value, sum()) })),
  pivot: (elements) =>
    elements.pipe(
      perHour,
      pivot('Step', { row: key, columns: ['0', '1'], column: ([, number]) => String(number % 2), value, cell: sum() }),
    ),
  'running-totals': (elements) =>
    elements.pipe(runningTotals('Step', { key, combine: over(value, sum()), per: fixedWindows(hours(1)) })),
  'rate-per-second': (elements) => elements.pipe(perHour, combinePerKey('Count', count()), ratePerSecond()),
  'fill-gaps': (elements) =>
    elements.pipe(
      perHour,
      combinePerKey('Count', count()),
      fillGaps('Step', { grid: fixedWindows(hours(1)), upTo: hours(6) }),
    ),
  'sample-by-hash': (elements) =>
    elements.pipe(sampleByHash({ key, rate: 0.5 }), perHour, combinePerKey('Count', count())),
  latest: (elements) => elements.pipe(perHour, latestPerKey('Step')),
  'latest-at-once': (elements) =>
    elements.pipe(inWindows(fixedWindows(hours(1))), latestPerKey('Step', { emit: 'at-once' }), map(key)),
}

/** Runs `elements` through the transform `name`, calls `look` every hundred hours, and checks at the end that all are accounted for. */
export function runTransform(name: string, elements: number, look: (mark: Mark) => void): void {
  const transform = TRANSFORMS[name]
  if (transform === undefined) {
    throw new Error(`There is no transform "${name}". There are ${Object.keys(TRANSFORMS).join(', ')}.`)
  }
  runEndless((root) => transform(sideOf(root, 'Elements')), elements, look)
}
