/**
 * Two streams of any number of elements over a thousand hours of event time, and the joins of them, by name.
 *
 * A tenth of the elements has keys that come and go, so that keys have to be forgotten too; the others share a hundred. Both
 * streams are out of order by half a minute. What is looked at on the way is all that an engine keeps: the size of its snapshot.
 */
import {
  asOfJoin,
  boundedOutOfOrderness,
  coGroupByKey,
  fixedWindows,
  hours,
  intervalJoin,
  map,
  minutes,
  read,
  seconds,
  windowInto,
  type KV,
  type PCollection,
  type PullSource,
  type Root,
} from '@tidemark/core'
import { buildGraph } from '@tidemark/core/graph'
import { windowJoin } from '@tidemark/transforms'
import { Engine } from '../../packages/runners/src/execution/engine.ts'

/** Hours of event time. */
const HOURS = 1000
const SPAN = HOURS * 3_600_000
const BUNDLE = 500

/** An element: its time, its key, its number. */
type Element = readonly [at: number, key: string, value: number]
type Side = PCollection<KV<string, number>>
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

/** What an engine has come to after some hours. */
export interface Mark {
  readonly hour: number
  /** Rows that have come out. */
  readonly rows: number
  /** Rows that wait in state at the join. */
  readonly waiting: number
  /** Bytes of a snapshot: all that is kept. */
  readonly state: number
}

/** Runs `elements` through the join `name`, calls `look` every hundred hours, and checks at the end that all are accounted for. */
export function run(name: string, elements: number, look: (mark: Mark) => void): void {
  let rows = 0
  const join = JOINS[name]
  if (join === undefined) throw new Error(`There is no join "${name}". There are ${Object.keys(JOINS).join(', ')}.`)
  const graph = buildGraph((root) => ({ out: join({ left: sideOf(root, 'L'), right: sideOf(root, 'R') }) }))
  const engine = new Engine(graph, { onOutput: (_, values) => void (rows += values.length) })
  const [left, right] = engine.inputs
  for (const input of engine.inputs) input.openSplits(['0'])
  const elementAt = stream(elements)
  let next = HOURS / 10
  for (let start = 0; start < elements; start += 2 * BUNDLE) {
    const sides: readonly [Element[], Element[]] = [[], []]
    for (let index = start; index < Math.min(elements, start + 2 * BUNDLE); index++)
      sides[index % 2]!.push(elementAt(index))
    for (const [input, side] of [left!, right!].entries()) {
      const batch = { elements: sides[input]!, rejected: [], position: null, bytes: 0, done: false }
      side.offer('0', { ...batch, offsets: sides[input]!.map((_, offset) => start / 2 + offset) })
    }
    const hour = ((start + 2 * BUNDLE) / elements) * HOURS
    if (hour < next || hour >= HOURS) continue
    next += HOURS / 10
    const waiting = engine.counters().reduce((sum, counters) => sum + counters.waiting, 0)
    look({ hour: Math.floor(hour), rows, waiting, state: engine.snapshot().length })
  }
  for (const input of engine.inputs) input.complete('0')
  engine.assertConserved()
  const waiting = engine.counters().reduce((sum, counters) => sum + counters.waiting, 0)
  look({ hour: HOURS, rows, waiting, state: engine.snapshot().length })
}

/** The element of each number; pseudo-random, and the same every time. */
function stream(elements: number): (index: number) => Element {
  return (index) => {
    const chance = Math.imul(index + 1, 0x9e3779b1) >>> 0
    const at = Math.max(0, Math.floor((index * SPAN) / elements) - (chance % 30_000))
    const key = chance % 10 === 0 ? `once-${Math.floor(index / 50)}` : `key-${(chance >>> 8) % 100}`
    return [at, key, index]
  }
}

function sideOf(root: Root, name: string): Side {
  return root.pipe(
    read(name, described, { timestamp: ([at]) => at, watermark: boundedOutOfOrderness(seconds(30)) }),
    map(([, key, value]) => [key, value] as const),
  )
}

const described: PullSource<Element> = {
  mode: 'pull',
  description: 'a stream of any length',
  bounded: false,
  unit: 'element',
  splits: () => Promise.resolve([]),
  open: () => {
    throw new Error('A source that is only described is never opened.')
  },
}
