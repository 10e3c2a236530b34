/**
 * The promise as a test of one's own pipelines: what keeps it passes in every variety, and what breaks it is found and shown.
 */
import {
  afterCount,
  afterProcessingTime,
  afterWatermark,
  boundedOutOfOrderness,
  coGroupByKey,
  combineGlobally,
  combinePerKey,
  composite,
  eventTimeTimer,
  fixedWindows,
  groupByKey,
  map,
  milliseconds,
  minutes,
  parDo,
  pipe,
  read,
  seconds,
  sessions,
  slidingWindows,
  statefulParDo,
  valueState,
  windowInto,
  withKeys,
  write,
  type CombineFn,
  type KV,
  type PCollection,
  type Root,
} from '@tidemark/core'
import { memorySink, memorySource } from '@tidemark/io/memory'
import { assertSameAnswer, SameAnswerError, testStream, timestamped } from '@tidemark/runners/testing'
import { count, mean, sum, top } from '@tidemark/transforms'
import { describe, expect, it } from 'vitest'
import { runningSum } from '../panes/running-sum.ts'

interface Order {
  readonly user: string
  readonly amount: number
  readonly at: number
}

const orders: readonly Order[] = Array.from({ length: 24 }, (_, index) => ({
  user: index % 3 === 0 ? 'ann' : 'bob',
  amount: (index * 7) % 11,
  at: index * 4000 + ((index * 1733) % 3000),
}))
const timestamp = (order: Order) => order.at
const keyed = map((order: Order) => [order.user, order.amount] as const)
const panes = {
  trigger: afterWatermark({ early: afterProcessingTime(seconds(10)), late: afterCount(1) }),
  allowedLateness: seconds(30),
} as const

/** Keeps the input that was added last, and says that order does not matter. */
const lastSeen: CombineFn<number, number, number> = {
  name: 'last',
  orderFree: true,
  createAccumulator: () => 0,
  addInput: (_, input) => input,
  mergeAccumulators: (_, other) => other,
  extractOutput: (accumulator) => accumulator,
}

function errorOf(act: () => unknown): SameAnswerError {
  try {
    act()
  } catch (error) {
    if (error instanceof SameAnswerError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

describe('a drift-safe transform has one answer:', () => {
  it.each([
    [
      'sums in sliding windows, accumulating',
      pipe(
        keyed,
        windowInto<KV<string, number>>(slidingWindows(seconds(20), seconds(10)), {
          ...panes,
          accumulationMode: 'accumulating',
        }),
        combinePerKey('Sum', sum()),
      ),
    ],
    [
      'lists in sessions, accumulating',
      pipe(
        keyed,
        windowInto<KV<string, number>>(sessions(seconds(6)), { ...panes, accumulationMode: 'accumulating' }),
        groupByKey('Group'),
      ),
    ],
    [
      'counts, discarding',
      pipe(
        keyed,
        windowInto<KV<string, number>>(fixedWindows(seconds(30)), { ...panes, accumulationMode: 'discarding' }),
        combinePerKey('Count', count()),
      ),
    ],
    [
      'the best of the sums of each user, by changes through two groupings',
      pipe(
        keyed,
        windowInto<KV<string, number>>(fixedWindows(minutes(1)), { ...panes, accumulationMode: 'retracting' }),
        combinePerKey('Sum', sum()),
        withKeys(([user]: KV<string, number>) => user.length),
        map(([length, [, total]]: KV<number, KV<string, number>>) => [length, total] as const),
        combinePerKey('Best', top(1)),
      ),
    ],
    [
      'a stateful step in the order of event time',
      pipe(
        keyed,
        windowInto<KV<string, number>>(fixedWindows(seconds(30)), { ...panes, accumulationMode: 'accumulating' }),
        runningSum('event-time'),
      ),
    ],
  ])('%s', (_, transform) => {
    const tried = assertSameAnswer(transform, orders, { timestamp, runs: 60 })
    expect(tried).toMatchObject({ runs: 60, seed: 1 })
    // Every variety was tried, or the answer says little.
    for (const kind of ['batch', 'live', 'dropping', 'restored', 'sharded'] as const)
      expect(tried[kind]).toBeGreaterThan(0)
    expect(tried.incomparable).toBeLessThanOrEqual(tried.dropping)
    expect(tried.batch + tried.live).toBe(60)
  })

  it('a mean in the global window, of a bounded input', () => {
    const means = pipe(
      map((order: Order) => order.amount),
      combineGlobally('Mean', mean()),
    )
    expect(() => assertSameAnswer(means, orders, { timestamp, bounded: true, runs: 30 })).not.toThrow()
    expect(() => assertSameAnswer(means, orders, { timestamp, runs: 30 })).toThrow(/unbounded/)
  })

  it('no drops where none are wanted, and no restores', () => {
    const transform = pipe(
      keyed,
      windowInto<KV<string, number>>(fixedWindows(seconds(30))),
      combinePerKey('Sum', sum()),
    )
    const tried = assertSameAnswer(transform, orders, { timestamp, drops: false, restores: false, runs: 40, seed: 100 })
    expect(tried).toMatchObject({ restored: 0, seed: 100 })
  })
})

describe('a pipeline has one answer', () => {
  it('with its own sources, which are not opened, and its sinks, which are not written to', () => {
    const written = memorySink<unknown>()
    const closed = { ...memorySource<Order>([]), open: () => expect.fail('the source was opened') }
    const windowed = windowInto<Order>(fixedWindows(seconds(30)), {
      allowedLateness: seconds(5),
      accumulationMode: 'accumulating',
    })
    const pipeline = (root: Root) => {
      const read$ = (name: string, bound: number) =>
        root.pipe(
          read(name, closed, { timestamp, watermark: boundedOutOfOrderness(milliseconds(bound)) }),
          windowed,
          withKeys((order) => order.user),
        )
      const joined = coGroupByKey('Join', { web: read$('Web', 2000), shop: read$('Shop', 0) })
      joined.pipe(write('Sink', written))
      return { joined }
    }
    const tried = assertSameAnswer(pipeline, { Web: orders.slice(0, 14), Shop: orders.slice(14) }, { runs: 40 })
    expect(tried.dropping).toBeGreaterThan(0)
  })

  it('over elements that carry their times', () => {
    const numbers = testStream<number>('Numbers')
    const sums = pipe(
      windowInto<number>(fixedWindows(seconds(1))),
      withKeys(() => 'all'),
      combinePerKey('Sum', sum()),
    )
    const given = [timestamped(1, 500), timestamped(2, 1500), timestamped(4, 700)]
    expect(() =>
      assertSameAnswer((root) => ({ sums: root.pipe(numbers, sums) }), { Numbers: given }, { runs: 20 }),
    ).not.toThrow()
    expect(() => assertSameAnswer(sums, [1, 2], { runs: 20 })).toThrow(
      expect.objectContaining({ code: 'NO_TIMESTAMP' }) as Error,
    )
  })
})

describe('a broken promise is found and shown:', () => {
  const latest = (combineFn: CombineFn<number, number, number>) =>
    pipe(
      keyed,
      windowInto<KV<string, number>>(fixedWindows(minutes(1))),
      combinePerKey('Latest', combineFn),
      map(([user, n]: KV<string, number>) => `${user}: ${n}`),
    )

  it('a combiner that keeps the last input, with the two elements that are enough', () => {
    const three = [
      { user: 'ann', amount: 1, at: 1000 },
      { user: 'ann', amount: 2, at: 2000 },
      { user: 'bob', amount: 3, at: 3000 },
    ]
    const error = errorOf(() => assertSameAnswer(latest(lastSeen), three, { timestamp, seed: 4 }))
    const replay = `{ seed: ${error.seed}, runs: 1 }`
    expect(error.message).toBe(
      [
        `The answer depends on how the elements arrive (seed ${error.seed}): output "answer" settles on something else than its elements mean, first at step "Latest".`,
        '',
        'The elements, 2 of 3:',
        '  #1  1970-01-01T00:00:01.000Z  { user: ann, amount: 1, at: 1000 }',
        '  #2  1970-01-01T00:00:02.000Z  { user: ann, amount: 2, at: 2000 }',
        '',
        'What happens, in batch:',
        '  1. "Elements" brings #2, #1',
        '  2. every source is complete',
        '',
        'What "Latest" (combines with last) settles on:',
        '  this run       ann=1 in [1970-01-01T00:00:00.000Z, 1970-01-01T00:01:00.000Z)',
        '  the elements   ann=2 in [1970-01-01T00:00:00.000Z, 1970-01-01T00:01:00.000Z)',
        '',
        'By its description the step is drift-safe, so it is a promise to the library that is broken: "last" is declared orderFree, and its output ' +
          'depends on order, or on how inputs are parted. checkCombineFnLaws of @tidemark/core/testing says which law it breaks.',
        '',
        `To try it again, alone: assertSameAnswer(…, …, ${replay}), with the other options as they are.`,
      ].join('\n'),
    )
    expect(error).toMatchObject({ code: 'SAME_ANSWER', step: 'Latest' })
    // The same call finds the same, and the replay finds it at once.
    expect(errorOf(() => assertSameAnswer(latest(lastSeen), three, { timestamp, seed: 4 })).message).toBe(error.message)
    expect(
      errorOf(() => assertSameAnswer(latest(lastSeen), three, { timestamp, seed: error.seed, runs: 1 })).message,
    ).toBe(error.message)
  })

  it('a step that numbers elements as they arrive', () => {
    const numbered = () => {
      let count = 0
      return parDo({ process: (order: Order) => [`${order.user} ${++count}`] })
    }
    const error = errorOf(() =>
      assertSameAnswer(
        (root) => ({ out: root.pipe(testStream<Order>('Orders', { timestamp })).apply('Number', numbered()) }),
        { Orders: orders },
      ),
    )
    expect(error.step).toBe('Number')
    expect(error.message).toContain('must depend on nothing but the element: not on what came before')
  })

  it('a function that keeps something from one run to the next', () => {
    let count = 0
    const counting = map(() => ++count)
    const error = errorOf(() => assertSameAnswer(counting, orders.slice(0, 2), { timestamp: () => 0 }))
    expect(error.message).toContain('The elements, 1 of 2:')
    expect(error.message).toContain('not on what came before, a clock, chance, or anything outside')
  })

  it('state that depends on arrival, where the graph says so only when asked', () => {
    const transform = pipe(
      keyed,
      windowInto<KV<string, number>>(fixedWindows(minutes(1))),
      composite('Only', (input: PCollection<KV<string, number>>) =>
        input.pipe(
          statefulParDo('First', {
            order: 'arrival',
            state: { seen: valueState<boolean>() },
            process({ key, value, state }) {
              if (state.seen.read() === true) return []
              state.seen.write(true)
              return [[key, value] as const]
            },
          }),
        ),
      ),
    )
    expect(() => assertSameAnswer(transform, orders, { timestamp })).toThrow(
      expect.objectContaining({
        code: 'MAY_DRIFT',
        step: 'Only/First',
        message: expect.stringContaining('arrival-ordered-state at "Only/First"') as string,
      }) as Error,
    )
    const error = errorOf(() => assertSameAnswer(transform, orders, { timestamp, outputs: ['answer'] }))
    expect(error.message).toContain(
      'The graph says itself that this step may drift: arrival-ordered-state at "Only/First".',
    )
    expect(error.message).toMatch(
      /What "Only\/First" \(statefulParDo\) settles on:\n {2}this run .*\n {2}the elements /,
    )
  })

  it('one that shows live only, with the events that are needed', () => {
    // Late panes pass nothing on, so late elements are missing.
    const lateOnly = pipe(
      keyed,
      windowInto<KV<string, number>>(fixedWindows(minutes(1)), { ...panes, accumulationMode: 'accumulating' }),
      combinePerKey('Sum', sum()),
      parDo({
        readsPane: true,
        process: ([user, total]: KV<string, number>, { pane }) => (pane.timing === 'late' ? [] : [`${user} ${total}`]),
      }),
    )
    expect(() => assertSameAnswer(lateOnly, orders, { timestamp })).toThrow(
      expect.objectContaining({ code: 'MAY_DRIFT' }) as Error,
    )
    const error = errorOf(() => assertSameAnswer(lateOnly, orders, { timestamp, outputs: ['answer'], restores: false }))
    expect(error.message).toContain('What happens, in a live run:')
    expect(error.message).toMatch(/\d\. the watermark of "Elements" moves to 1970-01-01T00:0\d/)
    expect(error.message.match(/brings/g)!.length).toBeLessThanOrEqual(2)
  })

  it('a run that fails for one arrival, with its error', () => {
    let before: number | undefined
    const inOrder = () => {
      before = undefined
      return map((order: Order) => {
        if (before !== undefined && order.at < before) throw new Error(`${order.at} after ${before}`)
        before = order.at
        return order.at
      })
    }
    const error = errorOf(() =>
      assertSameAnswer((root) => ({ out: root.pipe(testStream<Order>('Orders', { timestamp }), inOrder()) }), {
        Orders: orders,
      }),
    )
    expect(error.message).toMatch(/^A run fails where the reference evaluator has an answer \(seed \d+\): .*Map#2/)
    expect(error.cause).toMatchObject({ code: 'USER_CODE' })
    expect(error.message).toContain('The elements, 2 of 24:')
  })

  it('an error of the pipeline for any arrival is thrown as it is', () => {
    const failing = map((): number => {
      throw new Error('never')
    })
    expect(() => assertSameAnswer(failing, orders, { timestamp })).toThrow(
      expect.objectContaining({ code: 'USER_CODE' }) as Error,
    )
  })
})

describe('what cannot be tried is refused:', () => {
  const numbers = testStream<number>('Numbers', { timestamp: (number) => number })
  const pipeline = (root: Root) => ({ out: root.pipe(numbers) })

  it.each([
    ['sources without elements', {}, {}, 'NO_ELEMENTS'],
    ['elements of no source', { Numbers: [1], Others: [2] }, {}, 'NO_SUCH_STREAM'],
    ['outputs that there are none of', { Numbers: [1] }, { outputs: ['sums'] }, 'UNKNOWN_OUTPUT'],
    ['no output at all', { Numbers: [1] }, { outputs: [] }, 'UNKNOWN_OUTPUT'],
    ['no run', { Numbers: [1] }, { runs: 0 }, 'BAD_OPTION'],
    ['a seed that counts nothing', { Numbers: [1] }, { seed: 0.5 }, 'BAD_OPTION'],
  ])('%s', (_, given, options, code) => {
    expect(() => assertSameAnswer(pipeline, given, options)).toThrow(expect.objectContaining({ code }) as Error)
  })

  it('but not an empty data set', () => {
    expect(assertSameAnswer(pipeline, { Numbers: [] }, { runs: 5 }).runs).toBe(5)
  })
})

describe('timers and state', () => {
  it('have one answer in the order of event time', () => {
    const abandoned = composite('Abandoned', (input: PCollection<Order>) =>
      input.pipe(
        keyed,
        windowInto(fixedWindows(minutes(1)), { allowedLateness: seconds(20), accumulationMode: 'accumulating' }),
        statefulParDo('Idle', {
          state: { last: valueState<number>() },
          timers: { idle: eventTimeTimer() },
          process({ value, state, timers }) {
            state.last.write(value)
            timers.idle.setAfter(seconds(5))
          },
          onTimer: { idle: ({ key, state }) => [[key, state.last.read() ?? 0] as const] },
        }),
      ),
    )
    const tried = assertSameAnswer(abandoned, orders, { timestamp, runs: 60 })
    expect(tried.restored).toBeGreaterThan(0)
  })
})
