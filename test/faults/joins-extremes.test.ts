/**
 * J15 to J18: elements at the ends of time, far more pairs than elements, one collection on both sides of a join, and changes, also of what
 * never came.
 */
import {
  afterCount,
  afterWatermark,
  asOfJoin,
  boundedOutOfOrderness,
  combinePerKey,
  END_OF_GLOBAL_WINDOW,
  fixedWindows,
  map,
  MAX_TIMESTAMP,
  milliseconds,
  MIN_TIMESTAMP,
  sessions,
  windowInto,
  write,
  groupByKey,
  repeatedly,
  type KV,
  type LateRows,
  type PCollection,
  type Sink,
  type WindowFn,
} from '@tidemark/core'
import { evaluatePanes, type ScriptEvent } from '@tidemark/runners/testing'
import { sum, windowJoin } from '@tidemark/transforms'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { asOf, faultOf, interval, joins } from './joins-of-two.ts'
import { shown, TwoSources, type Element, type Keyed, type OfTwo } from './two-sources.ts'

describe('J16: far more pairs than elements', () => {
  // Mutation: packages/runners/src/execution/join/join-writer.ts: `return this.#length === FULL` → `return this.#length === 16 * FULL`
  it('J16: come in bundles of bounded size, and are all there', () => {
    let pairs = 0
    let most = 0
    const run = new TwoSources(interval({ before: 1000, after: 1000, type: 'inner' }), {
      onOutput: (_, values) => {
        pairs += values.length
        most = Math.max(most, values.length)
      },
    })
    const many = Array.from({ length: 700 }, (_, at): Element => [at, 'a', at])
    run.left(...many).right(...many)
    run.end()
    expect(pairs).toBe(490_000)
    expect(most).toBe(4096)
  })

  it('J16: though elements are the same: each is as many as it comes', () => {
    const run = new TwoSources(interval({ type: 'inner' }))
    run.left([1, 'a', 1], [1, 'a', 1]).right([1, 'a', 7], [1, 'a', 7])
    expect(run.end()).toEqual(Array.from({ length: 4 }, () => 'a: 1+7 @1'))
  })
})

describe('J15: elements at the ends of time, and bounds as long as time', () => {
  const times = [
    MIN_TIMESTAMP,
    MIN_TIMESTAMP + 1,
    -1,
    0,
    5,
    Date.UTC(2099, 0),
    END_OF_GLOBAL_WINDOW - 1,
    END_OF_GLOBAL_WINDOW,
    MAX_TIMESTAMP - 1,
    MAX_TIMESTAMP,
  ]
  const length = fc.constantFrom(0, 1, 5, 8.64e15 - 1, 8.64e15, 2 ** 53 - 1)
  const event = fc.tuple(
    fc.constantFrom('L' as const, 'R' as const),
    fc.constantFrom('element' as const, 'watermark' as const),
    fc.constantFrom(...times),
    fc.constantFrom('a', 'b'),
    fc.nat(9),
  )
  type Lengths = Readonly<Record<'before' | 'after' | 'lateness', number>>
  const asOfAged =
    (lateRows: LateRows) =>
    ({ before, lateness }: Lengths): OfTwo =>
    (left, right) =>
      asOfJoin('Join', { left, right }, { lateRows, maxAge: milliseconds(before), lateness: milliseconds(lateness) })

  const agedJoins: readonly (readonly [name: string, of: (lengths: Lengths) => OfTwo])[] = [
    ['an interval join', (lengths) => interval(lengths)],
    ['an as-of join', asOfAged('wait')],
    ['an as-of join that freezes', asOfAged('freeze')],
    ['an as-of join that restates', asOfAged('restate')],
  ]

  // Mutation: packages/runners/src/execution/join/as-of-answers.ts: `time - rows.times[found]! <= this.#maxAge` → `time - rows.times[found]! < this.#maxAge`
  // Mutation: packages/runners/src/execution/join/interval-join.ts: `if (timestamp < times[input]!) {` → `if (timestamp + 1 < times[input]!) {`
  it('J15: are joined as by the evaluator, or are in the ledger as with it', () => {
    const lengths = fc.record({ before: length, after: length, lateness: length })
    for (const [name, of] of agedJoins) {
      fc.assert(
        fc.property(fc.array(event, { maxLength: 12 }), lengths, (events, given) => {
          const run = new TwoSources(of(given))
          const script = playTo(run, events)
          const seen = run.end()
          const { outputs, ledger } = evaluatePanes(run.graph, script)
          expect([name, seen.toSorted()]).toEqual([
            name,
            outputs['out']!.map(({ element }) => shown(element)).toSorted(),
          ])
          const left = ledger.map(({ reason, timestamp }) => `${reason} ${timestamp}`)
          const own = run.ledger.map(({ reason, timestamp }) => `${reason} ${timestamp}`)
          expect([name, own.toSorted()]).toEqual([name, left.toSorted()])
        }),
        { numRuns: 150, seed: 1 },
      )
    }
  })

  type Event = readonly [source: 'L' | 'R', what: 'element' | 'watermark', at: number, key: string, value: number]

  /** Does to an engine what the events say, and says it as a script; ends both sources in the script. */
  function playTo(run: TwoSources, events: readonly Event[]): readonly ScriptEvent[] {
    const watermarks = { L: MIN_TIMESTAMP, R: MIN_TIMESTAMP }
    const script: ScriptEvent[] = []
    for (const [source, what, at, key, value] of events) {
      const element = [at, key, value] as const
      if (what === 'element') {
        if (source === 'L') run.left(element)
        else run.right(element)
        script.push({ elements: source, rows: [[element, at]] })
      } else if (at > watermarks[source] && at < MAX_TIMESTAMP) {
        watermarks[source] = at
        run.input(source).advanceWatermark('0', at)
        script.push({ watermark: source, t: at })
      }
    }
    return [...script, { complete: 'L' }, { complete: 'R' }]
  }
})

describe('J17: one collection on both sides', () => {
  it('J17: is refused by joins of time, as every element would meet itself', () => {
    expect(faultOf(() => new TwoSources((left) => interval()(left, left))).code).toBe('SAME_INPUT_TWICE')
    expect(faultOf(() => new TwoSources((left) => asOf()(left, left))).code).toBe('SAME_INPUT_TWICE')
  })

  const event = fc.tuple(fc.integer({ min: 0, max: 60 }), fc.constantFrom('a', 'b'), fc.nat(5))
  const itself: OfTwo = (left) => map((element: KV<string, number>) => element).expand(left)

  const withItself: readonly (readonly [name: string, of: OfTwo])[] = [
    ['an interval join', (left, right) => interval({ before: 4, after: 2 })(left, itself(left, right) as Keyed)],
    ['an as-of join', (left, right) => asOf('wait', 2)(left, itself(left, right) as Keyed)],
    ['an as-of join that freezes', (left, right) => asOf('freeze', 2)(left, itself(left, right) as Keyed)],
    ['an as-of join that restates', (left, right) => asOf('restate', 2)(left, itself(left, right) as Keyed)],
    [
      'a window join',
      (left, right) => {
        const windows = windowInto<KV<string, number>>(sessions(milliseconds(3)))
        return windowJoin('Join', { left: left.pipe(windows), right: (itself(left, right) as Keyed).pipe(windows) })
      },
    ],
  ]

  // Mutation: packages/runners/src/execution/plan/diamonds.ts: `if (ofInputs.filter((ids) => ids.has(id)).length > 1) meeting.add(id)` → `;`
  it('J17: by way of a map, settles on the same and drops the same, however its elements are bundled', () => {
    const outcome = (of: OfTwo, bundles: readonly (readonly Element[])[]): unknown => {
      const run = new TwoSources(of, { settled: true }, { watermark: boundedOutOfOrderness(milliseconds(3)) })
      for (const bundle of bundles) run.left(...bundle)
      run.end()
      const settled = run.engine.settled('out').entries.map(({ window, value, count }) => [window, value, count])
      return [settled, run.entries().toSorted()]
    }
    for (const [name, of] of withItself) {
      fc.assert(
        fc.property(fc.array(event, { maxLength: 20 }), fc.integer({ min: 2, max: 7 }), (events, size) => {
          const elements = events.map(([at, key, value], index): Element => [at + index, key, value])
          const bundles = Array.from({ length: Math.ceil(elements.length / size) }, (_, index) =>
            elements.slice(index * size, (index + 1) * size),
          )
          const byOne = outcome(
            of,
            elements.map((element) => [element]),
          )
          expect([name, outcome(of, [elements])]).toEqual([name, byOne])
          expect([name, outcome(of, bundles)]).toEqual([name, byOne])
        }),
        { numRuns: 100, seed: 1 },
      )
    }
  })
})

describe('J18: changes', () => {
  const sums =
    (accumulationMode: 'accumulating' | 'discarding' | 'retracting', lateness = 20) =>
    (input: Keyed): Keyed =>
      input.pipe(
        windowInto(fixedWindows(milliseconds(10)), {
          trigger: afterWatermark({ early: afterCount(1), late: afterCount(1) }),
          allowedLateness: milliseconds(lateness),
          accumulationMode,
          onTime: 'if-non-empty',
        }),
        combinePerKey('Sum', sum()),
      )

  it('J18: are asked for: panes that are none would each be an element, and are refused', () => {
    for (const [name, of] of joins.slice(0, 4)) {
      for (const mode of ['accumulating', 'discarding'] as const) {
        const left = faultOf(() => new TwoSources((l, r) => of(sums(mode)(l), r)))
        const right = faultOf(() => new TwoSources((l, r) => of(l, sums(mode)(r))))
        expect([name, [left.code, right.code]]).toEqual([name, ['SEVERAL_PANES', 'SEVERAL_PANES']])
      }
    }
  })

  it('J18: take back pairs, and let those come out alone that have no partner left', () => {
    const run = new TwoSources((left, right) =>
      interval({ before: 9, after: 9, type: 'left' })(left, sums('retracting')(right)),
    )
    run.left([9, 'a', 1]).right([1, 'a', 2])
    expect(run.take()).toEqual(['a: 1+2 @9'])
    run.right([2, 'a', 3])
    expect(run.take()).toEqual(['-a: 1+2 @9', 'a: 1+5 @9'])
    expect(run.end()).toEqual([])
  })

  const unsteady: readonly (readonly [name: string, of: OfTwo])[] = [
    ['an interval join', interval({ type: 'inner' })],
    ['an as-of join', asOf('wait')],
  ]

  // Mutation: packages/runners/src/execution/join/interval-changes.ts: `for (let missing = side.changes!.counts[place]!; missing < 0; missing++) {` → `for (let missing = 0; missing < 0; missing++) {`
  // Mutation: packages/runners/src/execution/join/as-of-notes.ts: `for (let left = count; left > 0; left--) {` → `for (let left = 0; left > 0; left--) {`
  it('J18: of what never came, as a function is unsteady, are in the ledger when their time has passed', () => {
    for (const [name, of] of unsteady) {
      let calls = 0
      const run = new TwoSources((left, right) => {
        const counted = map(([key, value]: KV<string, number>) => [key, value * 100 + ++calls] as const)
        return of(left, sums('retracting')(right).pipe(counted))
      })
      run.right([1, 'a', 2]).right([1, 'a', 3]).left([9, 'a', 1])
      const seen = run.end()
      // 201 stands for ever, as what was to take it back is another element, 202.
      const missed = run.ledger.filter(({ reason }) => reason === 'too-late')
      expect([name, ...missed.map(({ element }) => element)]).toEqual([name, ['a', 202]])
      expect(missed[0]?.detail).toMatch(
        /takes back an element that has not come|never had in time the row that this takes back/,
      )
      expect([name, ...seen.filter((text) => text.includes('503'))]).toEqual([name, 'a: 1+503 @9'])
    }
  })

  /** Changes of an as-of join, of which each is another element. */
  const restated: OfTwo = (left, right) => {
    let calls = 0
    const rows = asOf('restate', 10)(left, right) as PCollection<KV<string, unknown>>
    return rows.pipe(map(([key]: KV<string, unknown>) => [key, ++calls] as const))
  }
  const retracting = (windowFn: WindowFn) =>
    windowInto<KV<string, number>>(windowFn, {
      trigger: repeatedly(afterCount(1)),
      allowedLateness: milliseconds(10),
      accumulationMode: 'retracting',
    })
  const final: Sink<KV<string, number>, 'final'> = {
    takes: 'final',
    description: 'final',
    open: () => {
      throw new Error('The test opens no sink.')
    },
  }
  const below: readonly (readonly [name: string, step: string, of: (rows: Keyed) => PCollection<unknown>])[] = [
    ['a list', 'Group', (rows) => rows.pipe(retracting(fixedWindows(milliseconds(10))), groupByKey('Group'))],
    ['sessions', 'Group', (rows) => rows.pipe(retracting(sessions(milliseconds(10))), groupByKey('Group'))],
    [
      'a final result',
      'Final',
      (rows) => {
        rows.pipe(write('Final', final))
        return rows
      },
    ],
  ]

  // Mutation: packages/runners/src/execution/grouping/list-reducer.ts: `if (index < 0) throw unknownChange('a value')` → `;`
  // Mutation: packages/runners/src/execution/sink/net-elements.ts: `if (net.count > 0) return net` → `if (net.count !== 0) return net`
  it('J18: of what never came end a run whose lists, sessions or final results would be wrong: UNKNOWN_CHANGE, with the step', () => {
    for (const [name, step, of] of below) {
      const fault = faultOf(() => {
        const run = new TwoSources((left, right) => of(restated(left, right) as Keyed))
        run.left([1, 'a', 1]).to(5).right([0, 'a', 7]).end()
      })
      expect([name, fault.code, fault.step]).toEqual([name, 'UNKNOWN_CHANGE', step])
    }
  })
})
