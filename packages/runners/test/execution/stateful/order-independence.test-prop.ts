/**
 * An ordered step gives the answer of the reference evaluator, whatever the arrival: the same calls in the same order per key and
 * window, however elements are shuffled and bundled and wherever the watermark stops, as long as nothing is too late.
 */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  bagState,
  create,
  eventTimeTimer,
  fixedWindows,
  map,
  milliseconds,
  slidingWindows,
  statefulParDo,
  valueState,
  windowInto,
  type BagState,
  type KV,
  type WindowFn,
} from '@tidemark/core'
import { buildGraph } from '@tidemark/core/graph'
import { evaluate } from '../../../src/testing/evaluator/evaluate.ts'
import { StepUnderTest, type Call } from './step-under-test.ts'

/** What an element does: adds itself, and sets, clears or puts off timers. */
interface Act {
  readonly id: number
  readonly e?: number
  readonly f?: number
  readonly relative?: number
  readonly clear?: true
}

interface Element {
  readonly at: number
  readonly key: string
  readonly value: Act
}

interface Handles extends Omit<Call<string, Act>, 'state'> {
  readonly state: Call['state'] & { readonly bag: BagState<number> }
}

function perform({ value, window, state, timers }: Handles): void {
  const within = (time: number): number => Math.min(time, window.end - 1)
  state.bag.add(value.id)
  if (value.e !== undefined) timers.e.set(within(value.e))
  if (value.f !== undefined) timers.f.setAfter(milliseconds(value.f))
  if (value.relative !== undefined) {
    timers.e.setRelative(milliseconds(value.relative), value.id % 2 === 0 ? {} : { align: milliseconds(4) })
  }
  if (value.clear === true) timers.f.clear()
}

const line = (by: string, { key, window, timestamp, state }: Omit<Handles, 'value'>): string =>
  `${key} [${window.start}, ${window.end}) ${by}@${timestamp} ${state.bag.read().join()} ${state.count.read() ?? 0}`

// A timer that is set anew some times only, so that there is an end.
function* fire(by: 'e' | 'f', context: Handles): Generator<string> {
  const { state, timers, timestamp } = context
  const count = (state.count.read() ?? 0) + 1
  state.count.write(count)
  if (count < 4) timers[by === 'e' ? 'f' : 'e'].setAfter(milliseconds(3))
  if (count === 2) timers.e.set(timestamp - 2)
  if (count % 2 === 0) state.bag.clear()
  yield line(by, context)
}

const LOG = {
  state: { bag: bagState<number>(), count: valueState<number>() },
  timers: { e: eventTimeTimer(), f: eventTimeTimer() },
  orderBy: (value: Act) => value.id % 2,
  *process(context: Handles) {
    perform(context)
    yield line(`element ${context.value.id}`, context)
  },
  onTimer: {
    e: (context: Handles) => fire('e', context),
    f: (context: Handles) => fire('f', context),
  },
  *onWindowExpiration(context: Handles) {
    yield line('end', context)
  },
}

const elements = fc
  .array(
    fc.record({
      at: fc.integer({ min: -12, max: 40 }),
      key: fc.constantFrom('a', 'b', 'ä'),
      e: fc.option(fc.integer({ min: -15, max: 50 }), { nil: undefined }),
      f: fc.option(fc.integer({ min: 0, max: 15 }), { nil: undefined }),
      relative: fc.option(fc.integer({ min: 0, max: 15 }), { nil: undefined }),
      clear: fc.constantFrom(undefined, true as const),
    }),
    { maxLength: 12 },
  )
  .map((list) =>
    list.map(({ at, key, ...act }, id): Element => {
      const value = Object.fromEntries(Object.entries({ id, ...act }).filter(([, field]) => field !== undefined))
      return { at, key, value: value as unknown as Act }
    }),
  )

const windowings: Readonly<Record<string, WindowFn | undefined>> = {
  global: undefined,
  fixed: fixedWindows(milliseconds(10)),
  sliding: slidingWindows(milliseconds(10), milliseconds(5)),
}

function evaluated(list: readonly Element[], windowFn: WindowFn | undefined, lateness: number): readonly string[] {
  const input = create('Input', list, { timestamp: ({ at }) => at })
  const keyed = map(({ key, value }: Element): KV<string, Act> => [key, value])
  const stateful = statefulParDo(
    'Step',
    LOG as unknown as Parameters<typeof statefulParDo<string, Act, never, never>>[1],
  )
  const graph = buildGraph((root) => ({
    out:
      windowFn === undefined
        ? root.pipe(input, keyed, stateful)
        : root.pipe(
            input,
            keyed,
            windowInto<KV<string, Act>>(windowFn, {
              allowedLateness: milliseconds(lateness),
              accumulationMode: 'accumulating',
            }),
            stateful,
          ),
  }))
  return byPlace(evaluate(graph).rows['out']!.map(({ value }) => String(value)))
}

/** The lines of each key and window in their order; keys and windows in an order of their own. */
function byPlace(lines: readonly string[]): readonly string[] {
  const place = (text: string): string => text.slice(0, text.indexOf(')'))
  return lines.toSorted((a, b) => (place(a) < place(b) ? -1 : place(a) > place(b) ? 1 : 0))
}

describe('an ordered step', () => {
  it.each(Object.keys(windowings))(
    'calls as the reference evaluator does, whatever the arrival (%s windows)',
    (kind) => {
      const windowFn = windowings[kind]
      fc.assert(
        fc.property(
          elements,
          fc.integer({ min: 0, max: 6 }),
          fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 12, maxLength: 12 }),
          fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 12, maxLength: 12 }),
          (list, lateness, shuffle, pauses) => {
            const step = new StepUnderTest<string, Act>(LOG, windowFn === undefined ? {} : { windowFn, lateness })
            const slack = windowFn === undefined ? 0 : lateness
            const arriving = list.map((element, index) => ({ element, place: shuffle[index]! }))
            arriving.sort((a, b) => a.place - b.place)
            let bundle: Element[] = []
            for (const [index, { element }] of arriving.entries()) {
              bundle.push(element)
              if (pauses[index] === 0) continue
              step.feed(...bundle)
              bundle = []
              // As far as the elements to come allow.
              const rest = arriving.slice(index + 1).map((next) => next.element.at + slack)
              if (pauses[index]! > 1) step.advance(Math.min(60, ...rest) - (pauses[index]! - 2))
            }
            step.feed(...bundle)
            step.end()
            expect(step.left).toEqual([])
            expect(step.waiting()).toBe(0)
            expect(byPlace(step.emitted.map(({ value }) => String(value)))).toEqual(evaluated(list, windowFn, lateness))
          },
        ),
        { numRuns: 300 },
      )
    },
  )

  it('emits the same rows in the same order for every arrival, over all keys and windows', () => {
    fc.assert(
      fc.property(elements, fc.integer({ min: 0, max: 1000 }), (list, turn) => {
        const all = new StepUnderTest<string, Act>(LOG, { windowFn: slidingWindows(milliseconds(10), milliseconds(5)) })
        all.feed(...list)
        all.end()
        const turned = new StepUnderTest<string, Act>(LOG, {
          windowFn: slidingWindows(milliseconds(10), milliseconds(5)),
        })
        const cut = list.length === 0 ? 0 : turn % list.length
        for (const element of [...list.slice(cut), ...list.slice(0, cut)]) turned.feed(element)
        turned.end()
        expect(turned.emitted).toEqual(all.emitted)
      }),
      { numRuns: 300 },
    )
  })
})
