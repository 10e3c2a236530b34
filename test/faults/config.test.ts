/**
 * I2, I3, I5 and I6: pipelines that could not work are refused when they are built.
 */
import {
  afterProcessingTime,
  boundedOutOfOrderness,
  coGroupByKey,
  combineGlobally,
  combinePerKey,
  composite,
  fixedWindows,
  flatten,
  globalWindow,
  groupByKey,
  map,
  milliseconds,
  read,
  reshuffle,
  sessions,
  slidingWindows,
  statefulParDo,
  windowInto,
  afterCount,
  repeatedly,
  type KV,
  type PCollection,
  type Root,
  type WindowFn,
} from '@tidemark/core'
import { calendarDays } from '@tidemark/core/calendar'
import { buildGraph, type Outputs, type PipelineGraph } from '@tidemark/core/graph'
import { count, deduplicate } from '@tidemark/transforms'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ByHand, described, numbers } from './by-hand.ts'

const built = (pipeline: (root: Root) => Outputs): PipelineGraph => buildGraph(pipeline)
const keyed = (root: Root): PCollection<KV<string, number>> => numbers(root)

describe('I2: a length of time that cannot be', () => {
  const length = fc.oneof(fc.integer({ max: 0 }), fc.constant(-0))

  it('I2: no window has a size, gap or period of zero or below', () => {
    fc.assert(
      fc.property(length, (millis) => {
        const none = milliseconds(millis)
        const one = milliseconds(1)
        for (const make of [
          () => fixedWindows(none),
          () => sessions(none),
          () => slidingWindows(none, one),
          () => slidingWindows(one, none),
        ])
          expect(make).toThrow(expect.objectContaining({ code: 'BAD_DURATION' }))
        expect(() => calendarDays({ zone: 'UTC', every: millis })).toThrow(
          expect.objectContaining({ code: 'BAD_CALENDAR' }),
        )
      }),
    )
  })

  it('I2: nothing waits for less than no time, and the error names the step', () => {
    fc.assert(
      fc.property(fc.integer({ max: -1 }), (millis) => {
        const below = milliseconds(millis)
        const lateness = (root: Root) => ({
          out: keyed(root).pipe(
            composite('Outer', (input: PCollection<KV<string, number>>) =>
              input.pipe(windowInto(globalWindow(), { allowedLateness: below, accumulationMode: 'discarding' })),
            ),
          ),
        })
        expect(() => built(lateness)).toThrow(
          expect.objectContaining({ code: 'BAD_DURATION', step: 'Outer/WindowInto' }),
        )
        for (const option of ['maxFuture', 'idleAfter']) {
          expect(() => built((root) => ({ out: numbers(root, { [option]: below }) }))).toThrow(
            expect.objectContaining({
              code: 'BAD_DURATION',
              step: 'In',
              message: expect.stringContaining(option) as string,
            }),
          )
        }
        expect(() => numbersWith({ eventTimeOrder: { disorder: below } })).toThrow(
          expect.objectContaining({ code: 'BAD_DURATION', step: 'In' }),
        )
        expect(() => statefulParDo('State', { state: {}, lateness: below, process: () => [] })).toThrow(
          expect.objectContaining({ code: 'BAD_DURATION', step: 'State' }),
        )
        expect(() => boundedOutOfOrderness(below)).toThrow(expect.objectContaining({ code: 'BAD_DURATION' }))
        expect(() => afterProcessingTime(below)).toThrow(expect.objectContaining({ code: 'BAD_DURATION' }))
      }),
      { numRuns: 50 },
    )
  })

  const LENGTHS: readonly (readonly [string, (length: never) => unknown])[] = [
    ['the lateness of windowInto', (l) => built((root) => ({ out: windowed(root, l) }))],
    ['the lateness of statefulParDo', (l) => statefulParDo('S', { state: {}, lateness: l, process: () => [] })],
    ['maxFuture of read', (l) => numbersWith({ maxFuture: l })],
    ['idleAfter of read', (l) => numbersWith({ idleAfter: l })],
    ['disorder of read', (l) => numbersWith({ eventTimeOrder: { disorder: l } })],
    ['the size of windows', (l) => fixedWindows(l)],
    ['the offset of windows', (l) => fixedWindows(milliseconds(1), l)],
    ['the gap of sessions', (l) => sessions(l)],
    ['a period', (l) => slidingWindows(milliseconds(1), l)],
    ['the bound of a watermark', (l) => boundedOutOfOrderness(l)],
    ['the delay of a trigger', (l) => afterProcessingTime(l)],
    ['the length of deduplicate', (l) => deduplicate('D', { key: String, within: l })],
  ]

  it.each(LENGTHS)(
    'I2: %s is a Duration: NaN, text and null are none, nor is a bare number taken for one',
    (name, make) => {
      const bare = name.includes('deduplicate') ? [] : [5000, 0]
      for (const wrong of [Number.NaN, 'PT5S', null, ...bare])
        expect(() => make(wrong as never)).toThrow(expect.objectContaining({ code: 'BAD_DURATION' }))
    },
  )

  it('I2: a period longer than the size is lawful, as in Beam: what falls into the gap is in the ledger', () => {
    const gaps = slidingWindows(milliseconds(2), milliseconds(5))
    const run = new ByHand((root) => numbers(root).pipe(windowInto(gaps), combinePerKey('Count', count())))
    run.offer([0, 'a', 1], [1, 'a', 1], [2, 'a', 1], [4, 'a', 1], [5, 'a', 1]).complete()
    expect(run.take()).toEqual(['[0,2) a=2 on-time', '[5,7) a=1 on-time'])
    expect(run.entries()).toEqual(['no-window a=1', 'no-window a=1'])
  })

  it('I2: windows so long or so many that they could not be computed are refused', () => {
    expect(() => slidingWindows(milliseconds(10_000_000), milliseconds(1))).toThrow(
      expect.objectContaining({ code: 'TOO_MANY_WINDOWS' }),
    )
    expect(() => fixedWindows(milliseconds(2 ** 53))).toThrow(expect.objectContaining({ code: 'BAD_DURATION' }))
  })

  it.each([undefined, null, {}, 'fixed', afterCount(1)])('I2: %s assigns no windows', (windowFn) => {
    expect(() => windowInto(windowFn as WindowFn)).toThrow(expect.objectContaining({ code: 'BAD_WINDOW_FN' }))
  })
})

describe('I3: names of steps', () => {
  it('I3: two steps of one name are refused, with the name and what to do', () => {
    const twice = (root: Root) => {
      const windowed = keyed(root).pipe(windowInto(fixedWindows(milliseconds(1))))
      return { a: windowed.pipe(combinePerKey('Count', count())), b: windowed.pipe(combinePerKey('Count', count())) }
    }
    expect(() => built(twice)).toThrow(
      expect.objectContaining({
        code: 'DUPLICATE_STEP_NAME',
        step: 'Count',
        message: expect.stringMatching(/Apply one of them under another name: collection\.apply\(/) as string,
      }),
    )
    expect(() => built((root) => ({ a: numbers(root), b: numbers(root) }))).toThrow(
      expect.objectContaining({ code: 'DUPLICATE_STEP_NAME', step: 'In' }),
    )
  })

  it('I3: one name in two scopes, or given anew, is two names', () => {
    const twice = (root: Root) => {
      const perMinute = composite('PerMinute', (input: PCollection<KV<string, number>>) =>
        input.pipe(windowInto(fixedWindows(milliseconds(1))), combinePerKey('Count', count())),
      )
      const input = keyed(root)
      return { a: input.pipe(perMinute), b: input.apply('Again', perMinute) }
    }
    expect(built(twice).steps.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['PerMinute/Count', 'Again/Count']),
    )
  })

  const NAMELESS: readonly (readonly [string, (name: never) => unknown])[] = [
    ['statefulParDo', (name) => statefulParDo(name, { state: {}, process: () => [] })],
    ['groupByKey', (name) => groupByKey(name)],
    ['combinePerKey', (name) => combinePerKey(name, count())],
    ['combineGlobally', (name) => combineGlobally(name, count())],
    ['deduplicate', (name) => deduplicate(name, { key: String, within: 1 })],
    ['read', (name) => read(name, described(), { timestamp: () => 0 })],
    ['composite', (name) => composite(name, (input: PCollection<number>) => input)],
  ]

  it.each(NAMELESS)('I3: %s, which state or a scope is named after, cannot go without', (_, make) => {
    for (const nothing of [undefined, null, 5])
      expect(() => make(nothing as never)).toThrow(expect.objectContaining({ code: 'BAD_STEP_NAME' }))
  })

  it.each(['', 'a/b', 'a#2'])('I3: "%s" is no name', (name) => {
    expect(() =>
      built((root) => ({
        out: keyed(root).pipe(windowInto(fixedWindows(milliseconds(1))), combinePerKey(name, count())),
      })),
    ).toThrow(expect.objectContaining({ code: 'BAD_STEP_NAME' }))
  })
})

describe('I5: an unbounded collection in the global window', () => {
  const GROUPINGS: Readonly<Record<string, (input: PCollection<KV<string, number>>) => PCollection<unknown>>> = {
    groupByKey: (input) => input.pipe(groupByKey('Group')),
    combinePerKey: (input) => input.pipe(combinePerKey('Count', count())),
    combineGlobally: (input) => input.pipe(combineGlobally('Count', count())),
    coGroupByKey: (input) => coGroupByKey('Group', { a: input, b: input.pipe(reshuffle()) }),
  }

  it.each(Object.entries(GROUPINGS))(
    'I5: is not grouped by %s without a trigger, as nothing would ever come',
    (_, group) => {
      expect(() => built((root) => ({ out: group(keyed(root)) }))).toThrow(
        expect.objectContaining({
          code: 'NEVER_FIRES',
          message: expect.stringMatching(/Apply windowInto\(fixedWindows\(…\)\) before it, or a trigger/) as string,
        }),
      )
      expect(() => built((root) => ({ out: group(keyed(root).pipe(windowInto(globalWindow()))) }))).toThrow(
        expect.objectContaining({ code: 'NEVER_FIRES' }),
      )
    },
  )

  it.each(Object.entries(GROUPINGS))('I5: is grouped by %s with windows, or with a trigger', (_, group) => {
    expect(() =>
      built((root) => ({ out: group(keyed(root).pipe(windowInto(fixedWindows(milliseconds(1))))) })),
    ).not.toThrow()
    const trigger = repeatedly(afterCount(1))
    expect(() =>
      built((root) => ({
        out: group(
          keyed(root).pipe(
            windowInto(globalWindow(), { trigger, allowedLateness: milliseconds(0), accumulationMode: 'retracting' }),
          ),
        ),
      })),
    ).not.toThrow()
  })
})

describe('I6: a graph that is none', () => {
  it('I6: a collection of another pipeline is refused, built before or at the same time', () => {
    let elsewhere: PCollection<KV<string, number>> | undefined
    built((root) => ({ out: (elsewhere = keyed(root)) }))
    const foreign = expect.objectContaining({ code: 'FOREIGN_COLLECTION' }) as Error
    expect(() => built((root) => ({ out: flatten([keyed(root), elsewhere!]) }))).toThrow(foreign)
    expect(() => built((root) => ({ out: coGroupByKey('G', { a: keyed(root), b: elsewhere! }) }))).toThrow(foreign)
    expect(() => built(() => ({ out: elsewhere!.pipe(map(String)) }))).toThrow(foreign)
    expect(() => built(() => ({ out: elsewhere! }))).toThrow(expect.objectContaining({ code: 'NOT_AN_OUTPUT' }))
    built((outer) => {
      const own = keyed(outer)
      expect(() => built((inner) => ({ out: flatten([keyed(inner), own]) }))).toThrow(foreign)
      return { own }
    })
  })

  it('I6: a cycle cannot be made: what a step would read is not there yet', () => {
    const cycle = (root: Root) => {
      const made: PCollection<KV<string, number>>[] = []
      const input = flatten([keyed(root), made[0]!])
      made.push(input.pipe(map(([key, value]) => [key, value + 1] as const)))
      return { out: input }
    }
    expect(() => built(cycle)).toThrow(
      expect.objectContaining({
        code: 'NOT_A_COLLECTION',
        message: expect.stringMatching(/Input 1 of flatten is undefined .* a graph has no loops/) as string,
      }),
    )
    expect(() => built((root) => ({ out: coGroupByKey('G', { a: keyed(root), b: undefined! }) }))).toThrow(
      expect.objectContaining({ code: 'NOT_A_COLLECTION' }),
    )
  })

  it('I6: a cycle through a graph built before meets a finished graph', () => {
    let kept: PCollection<KV<string, number>> | undefined
    const pipeline = (root: Root) => {
      const input = kept === undefined ? keyed(root) : flatten([keyed(root), kept])
      kept = input.pipe(reshuffle())
      return { out: kept }
    }
    built(pipeline)
    expect(() => built(pipeline)).toThrow(expect.objectContaining({ code: 'FOREIGN_COLLECTION' }))
  })

  it('I6: every step of a graph reads what was made before it', () => {
    const graph = built((root) => {
      const input = keyed(root).pipe(windowInto(fixedWindows(milliseconds(1))))
      return { out: coGroupByKey('G', { a: input, b: flatten([input, input.pipe(reshuffle())]) }) }
    })
    for (const step of graph.steps)
      for (const input of step.inputs) expect(graph.collections[input]!.step).toBeLessThan(step.id)
  })
})

function windowed(root: Root, allowedLateness: never): PCollection<KV<string, number>> {
  return keyed(root).pipe(windowInto(globalWindow(), { allowedLateness, accumulationMode: 'discarding' }))
}

function numbersWith(options: object): PipelineGraph {
  return built((root) => ({ out: numbers(root, options) }))
}
