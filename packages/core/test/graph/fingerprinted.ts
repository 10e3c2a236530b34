/**
 * The programs whose fingerprints are compared: one windowed grouping, one stateful step, and what changes them.
 */
import { calendarDays } from '../../src/calendar/calendar-windows.ts'
import {
  buildGraph,
  describeGraph,
  graphFingerprint,
  type GraphDescription,
  type Pipeline,
} from '../../src/graph/index.ts'
import {
  afterCount,
  afterWatermark,
  bagState,
  combinePerKey,
  customWindows,
  fixedWindows,
  hours,
  jsonCoder,
  map,
  minutes,
  statefulParDo,
  valueState,
  windowInto,
  type CombineFn,
  type PCollection,
  type PTransform,
  type Root,
  type WindowFn,
  type WindowingOptions,
} from '../../src/index.ts'
import { orders, type Order } from '../described-source.ts'
import { largest } from './largest.ts'

/** What a pipeline returns. */
export type Outputs = Readonly<Record<string, PCollection<unknown>>>

/** Several panes: late ones after that on time. */
export const late = {
  trigger: afterWatermark({ late: afterCount(1) }),
  allowedLateness: hours(1),
  accumulationMode: 'accumulating',
} as const satisfies WindowingOptions
/** A coder with an id of its own. */
export const json = jsonCoder<number>()
/** A sink that is only described. */
export const sink = {
  description: 'nowhere',
  open: () => {
    throw new Error('never opened')
  },
}

/** An order as key and value. */
export const ofOrder = (order: Order): readonly [string, number] => [order.region, order.amount]
/** Elements of the groupings below. */
export type Keyed = PCollection<readonly [string, number]>
/** The grouping that is changed. */
export const max = (name = 'Max', fn: CombineFn<number, number, number> = largest): PTransform<Keyed, Keyed> =>
  combinePerKey<string, number, number, number>(name, fn)

/** The program that is changed below: the largest order per region and minute, with one unnamed step before. */
export const program =
  (
    windowFn: WindowFn = fixedWindows(minutes(1)),
    options: WindowingOptions = late,
    group: PTransform<Keyed, PCollection<unknown>> = max(),
  ): Pipeline<Outputs> =>
  (root: Root) => ({ out: orders(root).pipe(windowInto(windowFn, options), map(ofOrder), group) })

/** A program with cells, changed by what is given. */
export const stateful = (change: object = {}): Pipeline<Outputs> =>
  program(
    undefined,
    late,
    statefulParDo('Carts', {
      state: { items: bagState<number>(), last: valueState<number>() },
      process() {},
      ...change,
    } as never),
  )

/** Keyed orders in fixed windows. */
export const keyed = (root: Root): Keyed => orders(root).pipe(windowInto(fixedWindows(minutes(1))), map(ofOrder))
/** The description of a pipeline. */
export const describes = (pipeline: Pipeline<Outputs>): GraphDescription => describeGraph(buildGraph(pipeline))
/** The fingerprint of a pipeline. */
export const fingerprint = (pipeline: Pipeline<Outputs>): string => graphFingerprint(buildGraph(pipeline))

/** Custom windows with parameters. */
export const shifts = (description: string): WindowFn =>
  customWindows({ name: 'shifts', description, assign: (t) => [{ start: t, end: t + 1 }] })
/** Calendar windows. */
export const berlin = calendarDays({ zone: 'Europe/Berlin' })
/** Calendar windows as another edition of the zone rules, or another zone, would describe them. */
export const withRules = (rules: string, zone = 'Europe/Berlin'): WindowFn => ({
  ...berlin,
  description: berlin.description.replace(/zone=.*\)/, `zone=${zone}, rules=${rules})`),
})

/** Two branches that differ by their source only. */
export const twice = (root: Root): { readonly a: Keyed; readonly b: Keyed } => ({
  a: orders(root, 'A').pipe(map(ofOrder)),
  b: orders(root, 'B').pipe(map(ofOrder)),
})
