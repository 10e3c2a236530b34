/**
 * Two streams of any number of elements over a thousand hours of event time, and the joins of them, by name.
 */
import {
  asOfJoin,
  coGroupByKey,
  fixedWindows,
  hours,
  intervalJoin,
  minutes,
  windowInto,
  type KV,
  type PCollection,
} from '@tidemark/core'
import { windowJoin } from '@tidemark/transforms'
import { runEndless, sideOf, type Mark, type Side } from './endless-run.ts'

interface Sides {
  readonly left: Side
  readonly right: Side
}

const bounds = { before: minutes(5), after: minutes(10) }
const perHour = windowInto<KV<string, number>>(fixedWindows(hours(1)))
const windowed = ({ left, right }: Sides): Sides => ({ left: left.pipe(perHour), right: right.pipe(perHour) })

/** The joins. */
export const JOINS: Readonly<Record<string, (sides: Sides) => PCollection<unknown>>> = {
  interval: (sides) => intervalJoin('Join', sides, bounds),
  'interval-full': (sides) => intervalJoin('Join', sides, { ...bounds, type: 'full', lateness: minutes(10) }),
  'as-of': (sides) => asOfJoin('Join', sides, { maxAge: hours(1) }),
  'as-of-restate': (sides) => asOfJoin('Join', sides, { maxAge: hours(1), lateRows: 'restate', lateness: minutes(10) }),
  'as-of-freeze': (sides) => asOfJoin('Join', sides, { maxAge: hours(1), lateRows: 'freeze', lateness: minutes(10) }),
  window: (sides) => windowJoin('Join', windowed(sides), { type: 'full' }),
  'co-group': (sides) => coGroupByKey('Join', windowed(sides)),
}

/** Runs `elements` through the join `name`, calls `look` every hundred hours, and checks at the end that all are accounted for. */
export function run(name: string, elements: number, look: (mark: Mark) => void): void {
  const join = JOINS[name]
  if (join === undefined) throw new Error(`There is no join "${name}". There are ${Object.keys(JOINS).join(', ')}.`)
  runEndless((root) => join({ left: sideOf(root, 'L'), right: sideOf(root, 'R') }), elements, look)
}
