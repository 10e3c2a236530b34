/**
 * Every step of joins, side inputs and calls, and rounds of keys that never come back: what is kept of them must be nothing in the end.
 */
import {
  afterCount,
  afterWatermark,
  asMap,
  asOfJoin,
  asSingleton,
  combinePerKey,
  fixedWindows,
  intervalJoin,
  map,
  mapAsync,
  milliseconds,
  windowInto,
  type KV,
  type LateRows,
  type PCollection,
} from '@tidemark/core'
import { count, lookupJoin, sum, windowJoin } from '@tidemark/transforms'
import { TwoSources, type Element, type Keyed, type OfTwo } from './two-sources.ts'

/** Event time of a round: far more than any step here waits. */
const ROUND = 1000

const windows = windowInto<KV<string, number>>(fixedWindows(milliseconds(10)))
const lateness = milliseconds(10)

/** Sums that are taken back whenever they change. */
const changing = (input: Keyed): Keyed =>
  input.pipe(
    windowInto(fixedWindows(milliseconds(10)), {
      trigger: afterWatermark({ early: afterCount(1), late: afterCount(1) }),
      allowedLateness: lateness,
      accumulationMode: 'retracting',
    }),
    combinePerKey('Sum', sum()),
  )

const asOf =
  (lateRows: LateRows, prepare: (rows: Keyed) => Keyed = (rows) => rows): OfTwo =>
  (left, right) =>
    asOfJoin('Join', { left, right: prepare(right) }, { lateRows, maxAge: milliseconds(20), lateness })

const interval =
  (prepare: (rows: Keyed) => Keyed = (rows) => rows): OfTwo =>
  (left, right) =>
    intervalJoin(
      'Join',
      { left, right: prepare(right) },
      { before: milliseconds(15), after: milliseconds(15), lateness, type: 'full' },
    )

const withViews: OfTwo = (left, right) => {
  const total: PCollection<KV<string, number>> = right.pipe(
    windows,
    map(([, value]: KV<string, number>) => ['all', value] as const),
    combinePerKey('Count', count()),
  )
  const side = {
    rates: right.pipe(windows, asMap('Rates')),
    total: total.pipe(asSingleton('Total', { default: ['all', 0] as KV<string, number> })),
  }
  type Seen = { readonly rates: ReadonlyMap<string, number>; readonly total: KV<string, number> }
  const look = map(
    ([key, value]: KV<string, number>, { rates, total: [, all] }: Seen) =>
      [key, value, rates.get(key) ?? null, all] as const,
    {
      side,
    },
  )
  return left.pipe(windows, look)
}

/** The steps, by name. */
export const steps: Readonly<Record<string, OfTwo>> = {
  'interval join': interval(),
  'interval join of changes': interval(changing),
  'as-of join': asOf('wait'),
  'as-of join of changes': asOf('wait', changing),
  'as-of join that freezes': asOf('freeze'),
  'as-of join that restates': asOf('restate'),
  'window join': (left, right) =>
    windowJoin('Join', { left: left.pipe(windows), right: right.pipe(windows) }, { type: 'full' }),
  'side inputs': withViews,
  calls: (left) => left.pipe(mapAsync('Call', (element: KV<string, number>) => element)),
  'look-ups': (left) => left.pipe(lookupJoin('Look', (key) => key, { cache: { expiresAfter: milliseconds(50) } })),
}

/** An engine over a step that goes through rounds. */
export class Rounds {
  readonly run: TwoSources
  /** Elements that came out. */
  elements = 0
  #round = 0

  constructor(of: OfTwo) {
    this.run = new TwoSources(of, { onOutput: (_, values) => void (this.elements += values.length) })
  }

  /** Gives elements of so many new keys to both sides, a third of them late, a third on one side only; then time passes. */
  next(keys: number): this {
    const start = this.#round++ * ROUND
    const element = (index: number, side: number): Element => [
      start + 20 + ((index * 7 + side) % 30),
      `${this.#round} ${index}`,
      index,
    ]
    const all = Array.from({ length: keys }, (_, index) => index)
    const { run } = this
    run.left(...all.filter((index) => index % 3 !== 0).map((index) => element(index, 0)))
    this.answer()
    run.to(start + 25)
    run.right(...all.filter((index) => index % 3 !== 1).map((index) => element(index, 5)))
    this.answer()
    run.to(start + ROUND)
    return this
  }

  /** Answers all calls, in an order of their own. */
  answer(): void {
    for (const step of this.run.engine.asyncSteps) {
      for (const { id, element } of step.takeRequests(Infinity).toReversed())
        step.complete(id, { ok: true, answer: (element as KV<string, number>)[0] })
    }
  }
}
