/**
 * Test streams, and what the engine and the reference evaluator make of their scripts.
 */
import {
  afterCount,
  afterProcessingTime,
  afterWatermark,
  combinePerKey,
  composite,
  create,
  fixedWindows,
  flatten,
  groupByKey,
  MAX_TIMESTAMP,
  milliseconds,
  parDo,
  pipe,
  read,
  seconds,
  windowInto,
  withKeys,
  type PCollection,
  type Root,
} from '@tidemark/core'
import { memorySource } from '@tidemark/io/memory'
import { batchRunner } from '@tidemark/runners/batch'
import {
  advanceProcessingTime,
  evaluatePanes,
  playScript,
  testStream,
  timestamped,
  type Script,
  type TracedResult,
} from '@tidemark/runners/testing'
import { describe, expect, it } from 'vitest'
import { SUM } from '../panes/running-sum.ts'

const numbers = testStream<number>('Numbers')
const perTen = pipe(
  windowInto<number>(fixedWindows(milliseconds(10)), {
    trigger: afterWatermark({ early: afterCount(3), late: afterCount(1) }),
    allowedLateness: milliseconds(5),
    accumulationMode: 'accumulating',
  }),
  withKeys(() => 'all'),
  combinePerKey('Sum', SUM),
)
const pipeline = (root: Root) => ({ sums: root.pipe(numbers, perTen) })
const elements = (root: Root) => ({ out: root.pipe(numbers) })

/** Both players, as every script must come to the same in both. */
const PLAYERS = { 'the engine': playScript, 'the reference evaluator': evaluatePanes } as const
const players = Object.entries(PLAYERS)

const inShort = ({ outputs }: TracedResult<{ sums: PCollection<readonly [string, number]> }>) =>
  outputs.sums.map(({ at, element: { value, pane } }) => [at, pane.timing, value[1]])
const timesOf = ({ outputs }: TracedResult<{ out: PCollection<number> }>) =>
  outputs.out.map(({ element: { value, timestamp } }) => [value, timestamp])

describe.each(players)('a script, played to %s,', (_, play) => {
  it('runs each event to quiescence, and traces panes and ledger to it (statement 77)', () => {
    const result = play(pipeline, [
      numbers.addElementsAt(1, 1, 2),
      numbers.addElementsAt(2, 4),
      numbers.advanceWatermarkTo(10),
      numbers.addElementsAt(3, 8),
      numbers.advanceWatermarkTo(15),
      numbers.addElementsAt(4, 16),
    ])
    expect(inShort(result)).toEqual([
      [1, 'early', 7],
      [2, 'on-time', 7],
      [3, 'late', 15],
    ])
    expect(result.ledger.map(({ at, reason, element }) => [at, reason, element])).toEqual([[5, 'expired', ['all', 16]]])
  })

  it('takes the current watermark for an element without a time (statement 77)', () => {
    const result = play(elements, [
      numbers.advanceWatermarkTo(7),
      numbers.addElements(1, timestamped(2, 3), 4),
      numbers.advanceWatermarkTo(9),
      numbers.addElements(8),
    ])
    expect(timesOf(result)).toEqual([
      [1, 7],
      [2, 3],
      [4, 7],
      [8, 9],
    ])
  })

  it('takes the time of the stream where that says one', () => {
    const timed = testStream<number>('Numbers', { timestamp: (number) => number * 10 })
    const result = play((root: Root) => ({ out: root.pipe(timed) }), [timed.addElements(1, timestamped(2, 3))])
    expect(timesOf(result)).toEqual([
      [1, 10],
      [2, 3],
    ])
  })

  it('takes the watermark of a split for its elements, or that of the stream where it is ahead', () => {
    const split = testStream<number>('Numbers', { splits: ['a', 'b'] })
    const result = play(
      (root: Root) => ({ out: root.pipe(split) }),
      [
        split.advanceWatermarkTo(5),
        split.split('a').advanceWatermarkTo(8),
        split.split('a').addElements(1),
        split.split('b').addElements(2),
        split.split('b').markIdle(),
        split.split('a').advanceWatermarkTo(9),
        split.split('b').addElements(3),
      ],
    )
    expect(timesOf(result)).toEqual([
      [1, 8],
      [2, 5],
      [3, 9],
    ])
  })

  it('follows the least watermark of splits that are neither silent nor complete', () => {
    const split = testStream<number>('Numbers', { splits: ['a', 'b', 'c'] })
    const [a, b, c] = ['a', 'b', 'c'].map((name) => split.split(name))
    const result = play(
      (root: Root) => ({ sums: root.pipe(split, perTen) }),
      [
        a!.addElementsAt(1, 1),
        a!.advanceWatermarkTo(10),
        b!.markIdle(),
        c!.complete(),
        b!.addElementsAt(2, 2),
        b!.advanceWatermarkTo(20),
      ],
    )
    expect(inShort(result)).toEqual([
      [3, 'on-time', 1],
      [4, 'late', 3],
    ])
  })

  it('moves the watermark to the end of time when all splits are complete, and not before', () => {
    const split = testStream<number>('Numbers', { splits: ['a', 'b'] })
    const [a, b] = ['a', 'b'].map((name) => split.split(name))
    const script = [split.addElementsAt(1, 1), a!.complete(), b!.complete()]
    const result = play((root: Root) => ({ sums: root.pipe(split, perTen) }), script)
    expect(inShort(result)).toEqual([[2, 'on-time', 1]])
  })

  it('moves processing time on, from 0', () => {
    const byClock = pipe(
      windowInto<number>(fixedWindows(seconds(60)), {
        trigger: afterWatermark({ early: afterProcessingTime(seconds(10)) }),
        allowedLateness: milliseconds(0),
        accumulationMode: 'accumulating',
      }),
      withKeys(() => 'all'),
      combinePerKey('Sum', SUM),
    )
    const result = play(
      (root: Root) => ({ sums: root.pipe(numbers, byClock) }),
      [
        numbers.addElementsAt(1, 1),
        advanceProcessingTime(seconds(10)),
        numbers.addElementsAt(2, 2),
        advanceProcessingTime(milliseconds(1)),
      ],
    )
    expect(inShort(result)).toEqual([[3, 'early', 3]])
  })

  it('takes several streams in the order that it gives, in composites too', () => {
    const others = testStream<number>('Others')
    const shop = composite('Shop', (root: Root) => root.pipe(others))
    const both = (root: Root) => ({
      groups: flatten([root.pipe(numbers), root.pipe(shop)]).pipe(
        windowInto(fixedWindows(milliseconds(10))),
        withKeys(() => 'all'),
        groupByKey('Group'),
      ),
    })
    const script: Script = [
      numbers.addElementsAt(1, 1),
      others.addElementsAt(2, 2),
      numbers.complete(),
      { watermark: 'Shop/Others', t: 10 },
    ]
    const { outputs } = play(both, script)
    expect(outputs.groups.map(({ at, element }) => [at, element.value])).toEqual([[3, ['all', [1, 2]]]])
  })

  it('feeds a read step by its path, which says the times of its elements itself', () => {
    const reading = (root: Root) => ({
      out: root.pipe(read('Numbers', memorySource<number>([]), { timestamp: (number) => number })),
    })
    expect(timesOf(play(reading, [{ elements: 'Numbers', rows: [[7], [8, 8]] }]))).toEqual([
      [7, 7],
      [8, 8],
    ])
    expect(() => play(reading, [{ elements: 'Numbers', rows: [[7, 8]] }])).toThrow(
      /happened at 1970-01-01T00:00:00.008Z, but by the step's own/,
    )
  })

  it('gives the elements of create steps before its first event', () => {
    const { outputs } = play((root: Root) => ({ out: root.pipe(create('Created', [3, 1])) }), [])
    expect(outputs.out.map(({ at, element }) => [at, element.value])).toEqual([
      [-1, 3],
      [-1, 1],
    ])
  })

  it.each([
    ['back', [numbers.advanceWatermarkTo(9), numbers.advanceWatermarkTo(8)], /Event 1 .* back from .*009Z to .*008Z/],
    ['to the end of time', [numbers.advanceWatermarkTo(MAX_TIMESTAMP)], /Event 0 .* to the end of time/],
    ['to what is no timestamp', [numbers.advanceWatermarkTo(1.5)], /moves the watermark of "Numbers" to 1.5/],
  ])('is refused when it moves the watermark %s (statement 77)', (__, script, message) => {
    const error = expect.objectContaining({ code: 'BAD_SCRIPT', message: expect.stringMatching(message) as string })
    expect(() => play(elements, script)).toThrow(error as Error)
  })

  it.each([
    [
      'anything after completion',
      [numbers.complete(), numbers.addElementsAt(1, 1)],
      /all of it is complete|split "0" is complete/,
    ],
    ['an element at no timestamp', [numbers.addElementsAt(0.5, 1)], /has the time 0.5/],
    ['a split that there is none of', [{ idle: 'Numbers', split: 'z' }], /no split "z"; its splits are \[0\]/],
    [
      'a stream that is not read',
      [{ complete: 'Elsewhere' }],
      /no read step of the pipeline has that path; there are \[Numbers\]/,
    ],
    ['a clock that goes back', [{ processingTime: -1 }], /moves processing time on by -1 ms/],
  ])('is refused when it has %s', (__, script: Script, message) => {
    const error = expect.objectContaining({ code: 'BAD_SCRIPT', message: expect.stringMatching(message) as string })
    expect(() => play(elements, script)).toThrow(error as Error)
  })

  it('is refused when it names a stream that is read twice', () => {
    const twice = (root: Root) => ({ a: root.pipe(numbers), b: root.apply('Again', numbers) })
    expect(play(twice, [{ complete: 'Again/Numbers' }]).ledger).toEqual([])
    // By its path the first one is meant.
    expect(play(twice, [numbers.complete()]).ledger).toEqual([])
    const nested = (root: Root) => ({ a: root.apply('One', numbers), b: root.apply('Two', numbers) })
    expect(() => play(nested, [numbers.complete()])).toThrow(
      /reads 2 times. Give the path of one: \[One\/Numbers, Two\/Numbers\]/,
    )
  })
})

describe('the engine, played to,', () => {
  it('tells what outputs have settled on so far', () => {
    const { settled } = playScript(pipeline, [
      numbers.addElementsAt(1, 1),
      numbers.addElementsAt(12, 2),
      numbers.advanceWatermarkTo(10),
    ])
    expect(settled.sums.entries.map(({ value, window }) => [value, window])).toEqual([
      [['all', 1], { start: 0, end: 10 }],
    ])
  })

  it('sets up parDos and tears them down, and refuses to wait for one', () => {
    const calls: string[] = []
    const doFn = {
      setup: () => void calls.push('setup'),
      process: (number: number) => [number],
      teardown: () => void calls.push('teardown'),
    }
    playScript((root: Root) => ({ out: root.pipe(numbers, parDo(doFn)) }), [numbers.addElementsAt(1, 1)])
    expect(calls).toEqual(['setup', 'teardown'])
    const slow = { ...doFn, setup: () => Promise.resolve() }
    const error = expect.objectContaining({ code: 'ASYNC_SETUP' })
    expect(() => playScript((root: Root) => ({ out: root.pipe(numbers, parDo(slow)) }), [])).toThrow(error as Error)
  })
})

describe('a test stream', () => {
  it('has nothing to read for a runner', async () => {
    const bounded = testStream<number>('Numbers', { bounded: true })
    const run = batchRunner({ progress: 'never' }).run((root) => ({ out: root.pipe(bounded) }))
    await expect(run).rejects.toMatchObject({ code: 'TEST_STREAM' })
  })

  it('may be grouped in the global window only when it is bounded', () => {
    const bounded = testStream<number>('Numbers', { bounded: true })
    const group = pipe(
      withKeys((number: number) => number),
      groupByKey('Group'),
    )
    const result = playScript(
      (root) => ({ out: root.pipe(bounded, group) }),
      [bounded.addElementsAt(5, 1), bounded.complete()],
    )
    expect(result.outputs.out.map(({ element }) => element.value)).toEqual([[1, [1]]])
    expect(() => playScript((root) => ({ out: root.pipe(numbers, group) }), [])).toThrow(/unbounded/)
  })

  it('has splits of names that differ, and knows no others', () => {
    expect(() => testStream('Numbers', { splits: [] })).toThrow(/one at least, and each a name of its own/)
    expect(() => testStream('Numbers', { splits: ['a', 'a'] })).toThrow(/one at least, and each a name of its own/)
    expect(() => numbers.split('1')).toThrow(/no split "1"; its splits are \[0\]/)
  })

  it('writes events as data', () => {
    expect(numbers.addElements(1, timestamped(2, 5))).toEqual({ elements: 'Numbers', rows: [[1], [2, 5]] })
    expect(numbers.split('0').markIdle()).toEqual({ idle: 'Numbers', split: '0' })
    expect(advanceProcessingTime(seconds(1))).toEqual({ processingTime: 1000 })
  })
})
