/**
 * Random pipelines with a step that maps, once by calls and once by a plain function: whatever stands above and below, both must mean
 * the same.
 */
import {
  afterCount,
  afterProcessingTime,
  afterWatermark,
  combinePerKey,
  filter,
  fixedWindows,
  flatMap,
  flatten,
  map,
  mapAsync,
  milliseconds,
  never,
  repeatedly,
  sessions,
  slidingWindows,
  windowInto,
  type AccumulationMode,
  type KV,
  type MapAsyncOptions,
  type PCollection,
  type PTransform,
  type Trigger,
  type WindowFn,
} from '@tidemark/core'
import { SUM } from '../panes/running-sum.ts'
import fc from 'fast-check'

/** An element: its time, its key, its number. */
export type Given = readonly [at: number, key: string, value: number]

type Keyed = PCollection<KV<string, number>>
type Step = PTransform<Keyed, Keyed>

/** What a pipeline is made of. */
export interface CallingSpec {
  readonly windowFn: WindowFn
  readonly trigger: Trigger
  readonly mode: AccumulationMode
  /** Where the calls stand: over elements, or over the panes of a grouping. */
  readonly over: 'elements' | 'panes'
  readonly order: 'input' | 'any'
  readonly cached: boolean
  readonly refuses: boolean
  readonly spread: boolean
  /** Whether the calls' output meets what has made no call. */
  readonly beside: boolean
  /** Groups again below, where panes may be. */
  readonly again: boolean
  readonly filtered: boolean
}

const TRIGGERS: readonly Trigger[] = [
  repeatedly(afterCount(2)),
  afterWatermark({ early: afterCount(1), late: afterCount(1) }),
  afterWatermark({ early: afterProcessingTime(milliseconds(5)), late: afterCount(2) }),
  never(),
]

/** Any pipeline. */
export const callingSpec: fc.Arbitrary<CallingSpec> = fc.record({
  windowFn: fc.constantFrom(
    fixedWindows(milliseconds(10)),
    slidingWindows(milliseconds(20), milliseconds(10)),
    sessions(milliseconds(8)),
  ),
  trigger: fc.constantFrom(...TRIGGERS),
  mode: fc.constantFrom('accumulating', 'discarding', 'retracting'),
  over: fc.constantFrom('elements', 'panes', 'panes'),
  order: fc.constantFrom('input', 'any'),
  cached: fc.boolean(),
  refuses: fc.boolean(),
  spread: fc.boolean(),
  beside: fc.boolean(),
  again: fc.boolean(),
  filtered: fc.boolean(),
})

/** Elements of three keys within 60 milliseconds. */
export const givenElements: fc.Arbitrary<readonly Given[]> = fc.array(
  fc.tuple(fc.nat(60), fc.constantFrom('a', 'b', 'c'), fc.integer({ min: -3, max: 5 })),
  { minLength: 1, maxLength: 12 },
)

/** What the step makes of an element; it has no answer for some. */
export type Answer = (element: KV<string, number>) => KV<string, number>

/** Ten times the number; where a spec says so, none for multiples of five. */
export function answerOf({ refuses }: CallingSpec): Answer {
  return ([key, value]) => {
    if (refuses && value % 5 === 0) throw new Error(`no answer for ${value}`)
    return [key, value * 10 + key.length]
  }
}

/** The step by calls. */
export function byCalls(
  spec: CallingSpec,
  fn: (element: KV<string, number>) => KV<string, number> | Promise<KV<string, number>>,
): Step {
  const options: MapAsyncOptions<KV<string, number>> = {
    order: spec.order,
    pure: true,
    onError: 'dead-letter',
    retry: 'off',
    ...(spec.cached && { cache: { key: (element) => element, expiresAfter: milliseconds(7), limit: 3 } }),
  }
  return mapAsync('Calls', fn, options)
}

/** The step by a plain function. */
export function byMap(spec: CallingSpec): Step {
  return map(answerOf(spec), { onError: 'dead-letter' })
}

/** A transform of the elements with such a step in it. */
export function around(spec: CallingSpec, step: Step): PTransform<PCollection<Given>, PCollection<unknown>> {
  return {
    name: 'Around',
    expand: (input) =>
      input.pipe(
        map(([, key, value]) => [key, value] as const),
        through(spec, step),
      ),
  }
}

function through(spec: CallingSpec, step: Step): PTransform<Keyed, PCollection<unknown>> {
  const { windowFn, trigger, mode, over, again, filtered } = spec
  // Discarding panes of a stateless step do not merge, and several panes are not grouped again unless they are changes.
  const whole = trigger.kind === 'never' || mode === 'retracting'
  const own = mode === 'discarding' && over === 'panes' ? never() : trigger
  const windowing = windowInto<KV<string, number>>(windowFn, {
    trigger: own,
    accumulationMode: mode,
    allowedLateness: milliseconds(5),
  })
  return {
    name: 'Through',
    expand: (input) => {
      const calls = withNeighbours(spec, step)
      if (over === 'elements') return input.pipe(calls, windowing, combinePerKey('Sum', SUM))
      const panes = input.pipe(windowing, combinePerKey('Sum', SUM), calls)
      const kept = filtered ? panes.pipe(filter(([, value]) => value % 20 !== 1)) : panes
      return again && whole ? kept.pipe(combinePerKey('Again', SUM)) : kept
    },
  }
}

function withNeighbours({ spread, beside }: CallingSpec, step: Step): Step {
  return {
    name: 'Neighbours',
    expand: (input) => {
      const all = spread
        ? input.pipe(flatMap(([key, value]) => [[key, value] as const, [key, value + 1] as const]))
        : input
      const answered = all.pipe(step)
      return beside ? flatten([answered, input]) : answered
    },
  }
}
