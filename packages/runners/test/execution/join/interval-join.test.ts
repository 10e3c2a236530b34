/**
 * intervalJoin in the engine, by hand: who meets whom, when what has no partner comes out, and what is too late. Left elements at `l` meet
 * right ones from `l - before` to `l + after`.
 */
import {
  boundedOutOfOrderness,
  fixedWindows,
  intervalJoin,
  map,
  MAX_TIMESTAMP,
  milliseconds,
  MIN_TIMESTAMP,
  slidingWindows,
  windowInto,
  type JoinType,
} from '@tidemark/core'
import { describe, expect, it } from 'vitest'
import { numbers, Scripted } from '../scripted.ts'
import { JoinedRun, shownPair, type Joining, type Numbers } from './joined.ts'

const near = { before: 2, after: 5 } as const
const TYPES: readonly JoinType[] = ['inner', 'left', 'right', 'full']

describe('elements meet', () => {
  // Mutation: packages/runners/src/execution/join/interval-elements.ts: `if (other > last) break` → `if (other >= last) break`
  it('from before to after, ends included, and come out together at the later of their times', () => {
    const run = new JoinedRun(near)
    expect(run.left([10, 1]).pairs()).toEqual([])
    expect(run.right([7, 2], [8, 3], [15, 4], [16, 5]).pairs()).toEqual(['1+3 @10', '1+4 @15'])
    expect(run.left([14, 6]).pairs()).toEqual(['6+4 @15', '6+5 @16'])
    expect(run.end()).toEqual([])
  })

  it('whichever comes first, in any order of time', () => {
    const run = new JoinedRun(near)
    run.right([15, 1], [3, 2], [9, 3])
    expect(run.left([10, 4], [4, 5], [11, 6]).pairs()).toEqual([
      '4+3 @10',
      '4+1 @15',
      '5+2 @4',
      '5+3 @9',
      '6+3 @11',
      '6+1 @15',
    ])
  })

  it.each<[string, Joining, readonly string[]]>([
    ['after it only, with before below zero', { before: -2, after: 5 }, ['1+12 @12', '1+15 @15']],
    ['before it only, with after below zero', { before: 5, after: -2 }, ['1+5 @10', '1+8 @10']],
    ['at one instant, with an interval of no length', { before: -1, after: 1 }, ['1+11 @11']],
    ['at the same time, without bounds of any length', {}, ['1+10 @10']],
  ])('%s', (_, joining, expected) => {
    const run = new JoinedRun(joining)
    run.right(...[4, 5, 8, 9, 10, 11, 12, 15, 16].map((at) => [at, at] as const))
    expect(run.left([10, 1]).pairs()).toEqual(expected)
  })

  it('each with each, equal ones too', () => {
    const run = new JoinedRun(near)
    run.left([10, 1], [10, 1])
    expect(run.right([10, 2], [10, 2], [10, 3]).pairs()).toHaveLength(6)
    run.end()
    expect(run.settled()).toEqual(['all k={"left":1,"right":2} x4', 'all k={"left":1,"right":3} x2'])
  })

  it('of one key only: keys are equal when their canonical bytes are, and null is a key', () => {
    const keyed = (side: Numbers): Numbers =>
      side.pipe(map(([key, value]) => [JSON.parse(key) as never, value] as const))
    const run = new JoinedRun(near, {}, keyed)
    run.left([10, 1, 'null'], [10, 2, '0'], [10, 3, '{"a":1,"b":2}'], [10, 4, '"0"'])
    run.right([10, 5, 'null'], [10, 6, '-0'], [10, 7, '{"b":2,"a":1}'], [10, 8, '1'])
    expect(run.pairs()).toEqual(['null 1+5 @10', '0 2+6 @10', '{"a":1,"b":2} 3+7 @10'])
  })

  it('by the bytes of their key coder', () => {
    const lower = {
      id: 'lower',
      encode: (key: string) => new TextEncoder().encode(key.toLowerCase()),
      decode: (bytes: Uint8Array) => new TextDecoder().decode(bytes),
    }
    for (const shards of [1, 2, 8]) {
      const run = new Scripted(
        (root) => ({
          out: intervalJoin(
            'Join',
            { left: numbers(root, {}, 'L'), right: numbers(root, {}, 'R') },
            { before: milliseconds(0), after: milliseconds(0), keyCoder: lower },
          ),
        }),
        { shards },
      )
      run.offerTo('L', [1, 'EU', 1]).offerTo('R', [1, 'eu', 2], [1, 'us', 3])
      expect(run.outputs['out']!.map(shownPair)).toEqual(['"eu" 1+2 @1'])
    }
  })

  it('by time alone: an element in two windows is two elements, and pairs are in the global window', () => {
    const windowed = (side: Numbers): Numbers =>
      side.pipe(windowInto(slidingWindows(milliseconds(10), milliseconds(5))))
    const run = new JoinedRun(near, {}, windowed)
    run.left([10, 1]).right([11, 2])
    expect(run.end()).toHaveLength(4)
    expect(run.settled()).toEqual(['all k={"left":1,"right":2} x4'])
  })
})

describe('an element without a partner', () => {
  it.each<[JoinType, readonly string[]]>([
    ['inner', ['1+2 @11']],
    ['left', ['1+2 @11', '3+- @40']],
    ['right', ['-+4 @60', '1+2 @11']],
    ['full', ['-+4 @60', '1+2 @11', '3+- @40']],
  ])('comes out alone as the type says (%s)', (type, expected) => {
    const run = new JoinedRun({ ...near, type })
    run.left([10, 1], [40, 3]).right([11, 2], [60, 4])
    run.end()
    expect(run.settled()).toEqual(
      expected.map((pair) => {
        const [left, right] = pair
          .split(' ')[0]!
          .split('+')
          .map((side) => (side === '-' ? null : Number(side)))
        return `all k=${JSON.stringify({ left, right })}`
      }),
    )
  })

  // Mutation: packages/runners/src/execution/join/interval-elements.ts: `side.timestamps[end]! + ahead < time` → `side.timestamps[end]! + ahead <= time`
  it('comes out when the clock of the other side is past all that could meet it, and not before', () => {
    const run = new JoinedRun({ ...near, type: 'full' })
    run.left([10, 1]).right([20, 2])
    expect(run.to(22, 15)).toEqual([])
    expect(run.to(22, 16)).toEqual(['1+- @10'])
    expect(run.to(23, 16)).toEqual(['-+2 @20'])
  })

  it('waits for the lateness of the other side, and not of its own', () => {
    const run = new Scripted((root) => ({
      out: intervalJoin(
        'Join',
        {
          left: numbers(root, {}, 'L').pipe(lateBy(30)),
          right: numbers(root, {}, 'R').pipe(lateBy(3)),
        },
        { before: milliseconds(2), after: milliseconds(5), type: 'full' },
      ),
    }))
    run.offerTo('L', [10, 'k', 1]).offerTo('R', [20, 'k', 2])
    const to = (name: string, at: number): readonly string[] => {
      run.watermark(at, name)
      return run.outputs['out']!.splice(0).map(shownPair)
    }
    expect(to('R', 18)).toEqual([])
    expect(to('R', 19)).toEqual(['1+- @10'])
    expect(to('L', 52)).toEqual([])
    expect(to('L', 53)).toEqual(['-+2 @20'])
  })

  // Mutation: packages/runners/src/execution/join/interval-records.ts: `Math.min(openLeft, openRight))` → `Infinity)`
  it('holds the output watermark at its time until it is known; one that has met another does not', () => {
    const run = new JoinedRun({ ...near, type: 'left' })
    run.left([10, 1], [12, 2])
    run.to(12)
    expect(run.outputWatermark).toBe(10)
    expect(run.right([7, 9], [13, 3]).pairs()).toEqual(['1+3 @13', '2+3 @13'])
    expect(run.outputWatermark).toBe(12)
    run.left([16, 4])
    run.to(20, 19)
    expect(run.outputWatermark).toBe(16)
    expect(run.to(22, 22)).toEqual(['4+- @16'])
    expect(run.outputWatermark).toBe(22)
  })

  it('that comes late leaves the output watermark where it is until then, and is taken by what is below', () => {
    const run = new JoinedRun({ ...near, type: 'left', lateness: 5 })
    run.to(20)
    expect(run.outputWatermark).toBe(20)
    run.left([16, 1])
    expect([run.to(26), run.outputWatermark]).toEqual([[], 20])
    expect([run.to(27), run.outputWatermark]).toEqual([['1+- @16'], 27])
  })

  it('comes out at once where no partner can come any more, and is not kept', () => {
    const run = new JoinedRun({ ...near, type: 'left' })
    run.to(0, 30)
    expect(run.left([24, 1], [25, 2]).pairs()).toEqual(['1+- @24'])
    run.input('R').complete('0')
    expect(run.pairs()).toEqual(['2+- @25'])
    expect(run.left([90, 3]).pairs()).toEqual(['3+- @90'])
    expect(run.engine.explain('k', { start: 0, end: 10 }, 'Join').status).not.toBe('open')
  })
})

const lateBy = (lateness: number) =>
  windowInto<readonly [string, number]>(fixedWindows(milliseconds(10)), {
    allowedLateness: milliseconds(lateness),
    accumulationMode: 'accumulating',
  })

describe('an element is taken', () => {
  // Mutation: packages/runners/src/execution/join/interval-join.ts: `if (timestamp < times[input]!) {` → `if (timestamp <= times[input]!) {`
  it('until the watermark of its side has passed its time by more than the lateness', () => {
    const run = new JoinedRun({ ...near, lateness: 3 })
    run.watermark(13, 'L').watermark(24, 'R')
    run.left([10, 1], [9, 2]).right([21, 3], [20, 4])
    expect(run.entries()).toEqual(['too-late k=2 all', 'too-late k=4 all'])
    expect(run.ledger.map(({ detail, watermark }) => [watermark, detail])).toEqual([
      [
        13,
        'the left side takes elements until its watermark has passed their timestamp by its lateness, 3 ms, and its clock had come to ' +
          '1970-01-01T00:00:00.010Z',
      ],
      [
        24,
        'the right side takes elements until its watermark has passed their timestamp by its lateness, 3 ms, and its clock had come to ' +
          '1970-01-01T00:00:00.021Z',
      ],
    ])
    run.watermark(14, 'L').left([10, 5], [11, 6])
    expect(run.entries().slice(2)).toEqual(['too-late k=5 all'])
  })

  it('by the watermark before it, wherever its bundle begins', () => {
    const disordered = { watermark: boundedOutOfOrderness(milliseconds(2)) }
    for (const size of [1, 3]) {
      const run = new Scripted((root) => ({
        out: intervalJoin(
          'Join',
          { left: numbers(root, disordered, 'L'), right: numbers(root, disordered, 'R') },
          { before: milliseconds(2), after: milliseconds(5), type: 'left' },
        ),
      }))
      const rows = [
        [10, 'k', 1],
        [8, 'k', 2],
        [7, 'k', 3],
      ]
      for (let at = 0; at < rows.length; at += size) run.offerTo('L', ...rows.slice(at, at + size))
      expect(run.entries()).toEqual(['too-late k=3 all'])
    }
  })

  it('and comes out while the bundle of the other side is under way', () => {
    const run = new Scripted((root) => ({
      out: intervalJoin(
        'Join',
        {
          left: numbers(root, {}, 'L'),
          right: numbers(root, { watermark: boundedOutOfOrderness(milliseconds(0)) }, 'R'),
        },
        { before: milliseconds(2), after: milliseconds(5), type: 'left' },
      ),
    }))
    run.offerTo('L', [10, 'k', 1], [20, 'k', 2])
    run.offerTo('R', [14, 'k', 3], [16, 'j', 4], [15, 'k', 5], [21, 'k', 6])
    expect(run.outputs['out']!.map(shownPair)).toEqual(['1+3 @14', '2+6 @21'])
    expect(run.entries()).toEqual(['too-late k=5 all'])
  })
})

describe('a silent side', () => {
  it('is as far as the other, and late when it wakes up behind it', () => {
    const run = new JoinedRun({ ...near, type: 'left' })
    run.left([10, 1])
    expect(run.to(30, 3)).toEqual([])
    run.input('R').markIdle('0')
    expect([run.pairs(), run.outputWatermark]).toEqual([['1+- @10'], 30])
    run.right([29, 2], [31, 3])
    expect(run.entries()).toEqual(['too-late k=2 all'])
    expect(run.left([30, 4]).pairs()).toEqual(['4+3 @31'])
  })

  it('moves inside a bundle of the other with it', () => {
    const run = new Scripted((root) => ({
      out: intervalJoin(
        'Join',
        {
          left: numbers(root, { watermark: boundedOutOfOrderness(milliseconds(0)) }, 'L'),
          right: numbers(root, {}, 'R'),
        },
        { before: milliseconds(2), after: milliseconds(5), type: 'left' },
      ),
    }))
    run.input('R').markIdle('0')
    run.offerTo('L', [10, 'k', 1], [16, 'k', 2], [21, 'k', 3])
    expect(run.outputs['out']!.map(shownPair)).toEqual(['1+- @10'])
  })

  it('with both silent is as far as the one that is furthest, and silence is passed on when nothing is held', () => {
    const run = new JoinedRun({ ...near, type: 'left' })
    run.left([10, 1]).to(12, 14)
    run.input('L').markIdle('0')
    run.input('R').markIdle('0')
    expect([run.pairs(), run.outputWatermark]).toEqual([[], 10])
    run.watermark(17, 'R')
    run.input('R').markIdle('0')
    expect([run.pairs(), run.outputWatermark]).toEqual([['1+- @10'], 17])
  })

  it('that never says anything keeps the other waiting, until it is told to be silent', () => {
    const run = new JoinedRun({ ...near, type: 'left' })
    run.left([10, 1])
    expect([run.to(1000, MIN_TIMESTAMP), run.outputWatermark]).toEqual([[], MIN_TIMESTAMP])
    expect(run.engine.explain('k', { start: 0, end: 10 }, 'Join').because).toContain('to be known to have none')
    run.input('R').markIdle('0')
    expect(run.pairs()).toEqual(['1+- @10'])
  })
})

describe('at the ends of time', () => {
  it('everything comes out, and nothing is kept', () => {
    for (const type of TYPES) {
      const run = new JoinedRun({ ...near, type })
      run.left([MIN_TIMESTAMP, 1], [MAX_TIMESTAMP - 1, 2]).right([MIN_TIMESTAMP, 3], [MAX_TIMESTAMP - 1, 4], [0, 5])
      expect(run.pairs()).toEqual([`1+3 @${MIN_TIMESTAMP}`, `2+4 @${MAX_TIMESTAMP - 1}`])
      expect(run.end()).toEqual(type === 'right' || type === 'full' ? ['-+5 @0'] : [])
      expect([run.outputWatermark, run.ledger]).toEqual([MAX_TIMESTAMP, []])
    }
  })

  it('the longest bounds there are do not overflow', () => {
    const long = Number.MAX_SAFE_INTEGER
    const run = new JoinedRun({ before: long, after: long, type: 'full' })
    run.left([MIN_TIMESTAMP, 1]).right([MAX_TIMESTAMP - 1, 2])
    expect(run.pairs()).toEqual([])
    expect(run.left([0, 3]).pairs()).toEqual([`3+2 @${MAX_TIMESTAMP - 1}`])
    expect(run.to(MAX_TIMESTAMP - 1)).toEqual([`1+- @${MIN_TIMESTAMP}`])
    expect(run.end()).toEqual([])
  })
})

describe('conservation', () => {
  it('counts a row as waiting until it has given output, and as left out when it is forgotten without', () => {
    const run = new JoinedRun({ ...near, type: 'left', lateness: 0 })
    const counters = (): unknown => {
      const {
        in: taken,
        withOutput,
        withoutOutput,
        ledger,
        waiting,
        out,
      } = run.engine.counters().find(({ step }) => step === 'Join')!
      return { taken, withOutput, withoutOutput, ledger, waiting, out }
    }
    run.left([10, 1], [11, 2], [30, 3]).right([11, 4], [90, 5], [20, 6])
    expect(counters()).toEqual({ taken: 6, withOutput: 3, withoutOutput: 0, ledger: 0, waiting: 3, out: 2 })
    run.to(23, 12)
    run.left([22, 7])
    expect(counters()).toEqual({ taken: 7, withOutput: 3, withoutOutput: 0, ledger: 1, waiting: 3, out: 2 })
    run.to(23, 36)
    expect(counters()).toEqual({ taken: 7, withOutput: 4, withoutOutput: 1, ledger: 1, waiting: 1, out: 3 })
    run.end()
    expect(counters()).toEqual({ taken: 7, withOutput: 4, withoutOutput: 2, ledger: 1, waiting: 0, out: 3 })
  })
})
