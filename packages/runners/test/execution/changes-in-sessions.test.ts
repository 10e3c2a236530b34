/**
 * Sessions over changes: an element that is taken back leaves the sessions that there would be without it. All values are reckoned by
 * hand, and what is left in the end is held against the reference evaluator too.
 */
import {
  afterCount,
  afterEach,
  afterWatermark,
  combinePerKey,
  customWindows,
  defaultTrigger,
  fixedWindows,
  groupByKey,
  map,
  milliseconds,
  never,
  repeatedly,
  sessions,
  windowInto,
  type Coder,
  type PCollection,
  type Root,
} from '@tidemark/core'
import { buildGraph } from '@tidemark/core/graph'
import { evaluate } from '@tidemark/runners/testing'
import { max, sum } from '@tidemark/transforms'
import { describe, expect, it } from 'vitest'
import type { EngineOptions } from '../../src/execution/engine.ts'
import { everyOne, gap, LATENESS, sums, totals, type Options } from './changing-totals.ts'
import { Scripted, type Element } from './scripted.ts'
import { resumed } from './snapshot/resumed.ts'

type Pipeline = (root: Root) => Readonly<Record<string, PCollection<unknown>>>

/** An engine that remembers its pipeline and what it was given. */
class Remembering extends Scripted {
  readonly pipeline: Pipeline
  readonly elements: Element[] = []

  constructor(pipeline: Pipeline, options?: EngineOptions) {
    super(pipeline, options)
    this.pipeline = pipeline
  }

  override offer(...elements: readonly Element[]): this {
    this.elements.push(...elements)
    return super.offer(...elements)
  }
}

/** Ends a run and gives what it has settled on: what all elements mean, as nothing has been dropped. */
function endOf(run: Remembering): readonly string[] {
  run.complete()
  const { outputs } = evaluate(buildGraph(run.pipeline), { In: run.elements })
  expect(run.engine.settled('out').entries).toEqual(outputs['out']!.entries)
  expect(run.entries()).toEqual([])
  return run.settled()
}

/** 0, 8 and 16 in one session, of which 8 holds the other two together; what they have given is taken. */
function joined(options?: Options): Remembering {
  const run = new Remembering(sums(options)).offer([0, 'a', 1], [8, 'a', 2], [16, 'a', 4])
  run.take()
  return run
}

describe('a session of which an element is taken back', () => {
  // Mutation: packages/runners/src/execution/grouping/changing-sessions.ts: `return new Set(loosened.map(([slot]) => slot))` → `return new Set()`
  it('falls into two when that element had joined them, and takes back what it has emitted first', () => {
    const run = new Remembering(sums()).offer([0, 'a', 1], [8, 'a', 2], [16, 'a', 4])
    expect(run.take()).toEqual(['[0,26) a=7 early#0'])
    expect(run.offer([8, 'a', -2]).take()).toEqual(['-[0,26) a=7', '[0,10) a=1 early#0', '[16,26) a=4 early#0'])
    expect(endOf(run)).toEqual(['[0,10) a=1', '[16,26) a=4'])
  })

  it('shrinks when that element was its last, or its first', () => {
    const last = joined().offer([16, 'a', -4])
    expect(last.take()).toEqual(['-[0,26) a=7', '[0,18) a=3 early#0'])
    expect(endOf(last)).toEqual(['[0,18) a=3'])
    const first = joined().offer([0, 'a', -1])
    expect(first.take()).toEqual(['-[0,26) a=7', '[8,26) a=6 early#0'])
    expect(endOf(first)).toEqual(['[8,26) a=6'])
  })

  it('falls into three when two elements that held it together go at once', () => {
    const run = joined().offer([24, 'a', 8], [32, 'a', 16])
    expect(run.take()).toEqual(['-[0,26) a=7', '[0,42) a=31 early#0'])
    run.offer([24, 'a', -8], [8, 'a', -2])
    expect(run.take()).toEqual(['-[0,42) a=31', '[0,10) a=1 early#0', '[16,26) a=4 early#0', '[32,42) a=16 early#0'])
    expect(endOf(run)).toEqual(['[0,10) a=1', '[16,26) a=4', '[32,42) a=16'])
  })

  // Mutation: packages/runners/src/execution/grouping/changing-sessions.ts: `this.emitter.dissolve(this.table.get(slot)!)` → ``
  it('vanishes when that element was all there was, and comes again with another', () => {
    const run = new Remembering(sums()).offer([0, 'a', 1])
    expect(run.take()).toEqual(['[0,10) a=1 early#0'])
    expect(run.offer([0, 'a', -1]).take()).toEqual(['-[0,10) a=1'])
    expect(run.settled()).toEqual([])
    expect(run.offer([5, 'a', 2]).take()).toEqual(['[5,15) a=2 early#0'])
    expect(endOf(run)).toEqual(['[5,15) a=2'])
  })

  it('leaves no bridge behind: the next element joins what is there, and not what was', () => {
    const run = joined().offer([8, 'a', -2])
    run.take()
    expect(run.offer([30, 'a', 8]).take()).toEqual(['[30,40) a=8 early#0'])
    expect(run.offer([9, 'a', 16]).take()).toEqual(['-[0,10) a=1', '-[16,26) a=4', '[0,26) a=21 early#0'])
    expect(endOf(run)).toEqual(['[0,26) a=21', '[30,40) a=8'])
  })

  it('is that of its own key alone', () => {
    const run = joined().offer([0, 'b', 1], [8, 'b', 2])
    run.take()
    run.offer([8, 'a', -2])
    expect(endOf(run)).toEqual(['[0,10) a=1', '[0,18) b=3', '[16,26) a=4'])
  })
})

describe('a session that holds together', () => {
  // Mutation: packages/runners/src/execution/grouping/changing-sessions.ts: `for (const { element } of coming) windows.set(` → `for (const { element } of []) windows.set(`
  it('does not flicker when a value changes: the old one goes and the new one comes in one bundle', () => {
    const run = joined().offer([8, 'a', 5])
    expect(run.take()).toEqual(['-[0,26) a=7 early#1', '[0,26) a=12 early#1'])
    expect(endOf(run)).toEqual(['[0,26) a=12'])
  })

  it('is held by another element that comes in the same bundle', () => {
    const run = joined().offer([8, 'a', -2], [9, 'a', 8])
    expect(run.take()).toEqual(['-[0,26) a=7 early#1', '[0,26) a=13 early#1'])
    expect(endOf(run)).toEqual(['[0,26) a=13'])
  })

  it('is held by an equal element: one of two goes, the other stays', () => {
    const pipeline = (root: Root) => ({
      out: totals(root).pipe(
        map(([, total]) => ['all', total] as const),
        windowInto(gap, { trigger: everyOne, allowedLateness: LATENESS, accumulationMode: 'retracting' }),
        combinePerKey('Sum', sum()),
      ),
    })
    const run = new Remembering(pipeline).offer([0, 'a', 1], [8, 'a', 2], [8, 'b', 2], [16, 'a', 4])
    expect(run.take()).toEqual(['[0,26) all=9 early#0'])
    expect(run.offer([8, 'b', -2]).take()).toEqual(['-[0,26) all=9 early#1', '[0,26) all=7 early#1'])
    expect(run.offer([8, 'a', -2]).take()).toEqual(['-[0,26) all=7', '[0,10) all=1 early#0', '[16,26) all=4 early#0'])
    expect(endOf(run)).toEqual(['[0,10) all=1', '[16,26) all=4'])
  })

  it('grows with what comes, and takes back what goes: it goes on in the window that covers its own', () => {
    const run = joined().offer([8, 'a', -2], [9, 'a', 8], [20, 'a', 16])
    expect(run.take()).toEqual(['-[0,26) a=7', '[0,30) a=29 early#0'])
    expect(endOf(run)).toEqual(['[0,30) a=29'])
  })

  it('says nothing of what comes and goes in one bundle', () => {
    const run = joined().offer([12, 'a', 3], [12, 'a', -3])
    expect(run.take()).toEqual([])
    expect(endOf(run)).toEqual(['[0,26) a=7'])
  })
})

describe('parts of a session', () => {
  it('join others in the same bundle', () => {
    const run = joined().offer([30, 'a', 8])
    expect(run.take()).toEqual(['[30,40) a=8 early#0'])
    run.offer([8, 'a', -2], [24, 'a', 16])
    const [first, second, ...others] = run.take()
    expect([first, second]).toEqual(['-[0,26) a=7', '-[30,40) a=8'])
    expect(others.toSorted()).toEqual(['[0,10) a=1 early#0', '[16,40) a=28 early#0'])
    expect(endOf(run)).toEqual(['[0,10) a=1', '[16,40) a=28'])
  })

  // Mutation: packages/runners/src/execution/grouping/changing-sessions.ts: `copy < count; copy++) this.add(` → `copy < count && index === 0; copy++) this.add(`
  it('start their trigger and their panes anew, with all of their elements', () => {
    const run = joined({ trigger: repeatedly(afterCount(3)) })
    run.offer([2, 'a', 8], [4, 'a', 16])
    expect(run.take()).toEqual([])
    // Of 0, 2 and 4 two have come since the last pane; in a window made anew all three count.
    run.offer([8, 'a', -2])
    expect(run.take()).toEqual(['-[0,26) a=7', '[0,14) a=25 early#0'])
    expect(endOf(run)).toEqual(['[0,14) a=25', '[16,26) a=4'])
  })

  it('that the watermark has passed are emitted at once, and late', () => {
    const run = joined({ trigger: defaultTrigger() }).watermark(12)
    expect(run.offer([8, 'a', -2]).take()).toEqual(['[0,10) a=1 late#0'])
    expect(run.watermark(26).take()).toEqual(['[16,26) a=4 on-time#0'])
    expect(endOf(run)).toEqual(['[0,10) a=1', '[16,26) a=4'])
  })

  it('hold the watermark below until they expire, so that their panes are not too late there', () => {
    const run = new Remembering((root) => ({
      out: sums({ trigger: never() })(root).out.pipe(
        windowInto(fixedWindows(milliseconds(10)), { allowedLateness: LATENESS, accumulationMode: 'retracting' }),
        groupByKey('Below'),
      ),
    }))
    run.offer([0, 'a', 1], [8, 'a', 2], [16, 'a', 4]).watermark(12).offer([8, 'a', -2])
    // [0,10) is emitted past 9 + 20, when the window below that holds 9 has yet to expire.
    expect(endOf(run.watermark(100))).toEqual(['[0,10) a=[1]', '[20,30) a=[4]'])
  })

  // Mutation: packages/runners/src/execution/grouping/grouping.ts: `if (group === undefined || !group.touched) continue` → `if (group === undefined) continue`
  it('are asked once whether to fire, though one may stand where the session stood', () => {
    const trigger = afterEach(afterCount(1), afterWatermark())
    const run = joined({ trigger, mayLoseData: true }).watermark(12).offer([8, 'a', -2])
    // Past its end [0,10) could fire a second time at once, which would finish its trigger.
    expect(run.take()).toEqual(['-[0,26) a=7', '[0,10) a=1 late#0', '[16,26) a=4 early#0'])
    expect(run.offer([0, 'a', 8]).take()).toEqual(['-[0,10) a=1 late#1 last', '[0,10) a=9 late#1 last'])
    expect(run.entries()).toEqual([])
  })

  it('are on time, where the watermark has not passed them', () => {
    const run = joined({ trigger: afterWatermark({ late: afterCount(1) }) }).offer([8, 'a', -2])
    expect(run.watermark(10).take()).toEqual(['[0,10) a=1 on-time#0'])
    expect(run.offer([0, 'a', 8]).take()).toEqual(['-[0,10) a=1 late#1', '[0,10) a=9 late#1'])
    expect(endOf(run)).toEqual(['[0,10) a=9', '[16,26) a=4'])
  })
})

describe('what a session has emitted before it falls apart', () => {
  it('is void in accumulating mode', () => {
    const run = joined({ accumulationMode: 'accumulating' }).offer([8, 'a', -2])
    expect(run.take()).toEqual(['[0,10) a=1 early#0', '[16,26) a=4 early#0'])
    expect(run.settled()).toEqual(['[0,10) a=1', '[16,26) a=4'])
    expect(run.offer([16, 'a', -4]).settled()).toEqual(['[0,10) a=1'])
    expect(endOf(run)).toEqual(['[0,10) a=1'])
  })

  it('is nothing where a discarding grouping emits one pane at expiry', () => {
    const run = joined({ trigger: never(), accumulationMode: 'discarding' }).offer([8, 'a', -2])
    expect(endOf(run)).toEqual(['[0,10) a=1', '[16,26) a=4'])
  })

  it('is taken back with its parts from sessions below, which fall apart in turn', () => {
    const pipeline = (root: Root) => ({
      out: sums()(root).out.pipe(
        windowInto(sessions(milliseconds(17)), { allowedLateness: LATENESS, accumulationMode: 'retracting' }),
        groupByKey('Again'),
      ),
    })
    // [0,26) at 25 joins b at 9 and itself only: its parts are at 9 and 25, 16 apart.
    const run = new Remembering(pipeline).offer([0, 'a', 1], [8, 'a', 2], [16, 'a', 4])
    run.offer([8, 'a', -2])
    expect(endOf(run)).toEqual(['[9,42) a=[1,4]'])
    const apart = new Remembering(pipeline).offer([0, 'a', 1], [8, 'a', 2], [16, 'a', 4], [30, 'a', 8])
    apart.offer([8, 'a', -2], [16, 'a', -4])
    expect(endOf(apart)).toEqual(['[9,26) a=[1]', '[39,56) a=[8]'])
  })
})

describe('elements of a session over changes', () => {
  it('are combined anew by a combiner that cannot subtract', () => {
    const pipeline = (root: Root) => ({
      out: totals(root).pipe(
        windowInto(gap, { trigger: everyOne, allowedLateness: LATENESS, accumulationMode: 'retracting' }),
        combinePerKey('Max', max()),
      ),
    })
    const run = new Remembering(pipeline).offer([0, 'a', 1], [8, 'a', 9], [16, 'a', 4])
    expect(run.take()).toEqual(['[0,26) a=9 early#0'])
    expect(run.offer([8, 'a', -7]).take()).toEqual(['-[0,26) a=9 early#1', '[0,26) a=4 early#1'])
    expect(run.offer([8, 'a', -2]).take()).toEqual(['-[0,26) a=4', '[0,10) a=1 early#0', '[16,26) a=4 early#0'])
    expect(endOf(run)).toEqual(['[0,10) a=1', '[16,26) a=4'])
  })

  it('may be in two windows each, which merge and part by themselves', () => {
    const twice = customWindows({
      name: 'twice',
      assign: (t) => [
        { start: t, end: t + 4 },
        { start: t + 5, end: t + 9 },
      ],
      merge: (windows) => gap.merge(windows),
    })
    // 0 is in [0,4) and [5,9); 2 is in [2,6) and [7,11), and joins all of them.
    const run = new Remembering(sums({}, twice)).offer([0, 'a', 1], [2, 'a', 2])
    expect(run.take()).toEqual(['[0,11) a=6 early#0'])
    expect(run.offer([2, 'a', -2]).take()).toEqual(['-[0,11) a=6', '[0,4) a=1 early#0', '[5,9) a=1 early#0'])
    expect(endOf(run)).toEqual(['[0,4) a=1', '[5,9) a=1'])
  })

  const script = (run: {
    offer(...elements: Element[]): typeof run
    watermark(to: number): typeof run
    complete(): unknown
  }): void => {
    run.offer([0, 'a', 1], [8, 'a', 2], [16, 'a', 4]).offer([0, 'b', 1], [8, 'b', 3], [16, 'b', 4]).watermark(12)
    run.offer([8, 'a', -2]).offer([8, 'a', 5], [8, 'b', -1]).watermark(20).offer([8, 'b', -2]).complete()
  }

  // Mutation: packages/runners/src/execution/grouping/element-reducer.ts: `timestamp, { start, end }), count)` → `timestamp, { start, end }), 1 + 0 * count)`
  it('are part of a snapshot, with their own windows and copies, and with the bytes of their coder', () => {
    const asText: Coder<number> = {
      id: 'decimal text',
      encode: (value) => new TextEncoder().encode(`${value}`),
      decode: (bytes) => Number(new TextDecoder().decode(bytes)),
    }
    const options = { trigger: everyOne, allowedLateness: LATENESS, accumulationMode: 'retracting' } as const
    const run = resumed(
      (root) => ({
        out: totals(root).pipe(
          map(([, total]) => ['all', total] as const),
          windowInto(gap, options),
          groupByKey('List', { valueCoder: asText }),
        ),
      }),
      script,
    )
    expect(run.heard.at(-1)).toMatchObject({ value: ['all', [1, 1, 5, 4, 4]], window: { start: 0, end: 26 } })
    resumed(sums(), script)
  })

  it('are spread over shards by key, with the same result', () => {
    const results = [1, 2, 8].map((shards) => {
      const run = new Remembering(sums(), { shards })
      script(run)
      return run.settled()
    })
    expect(results[0]).toEqual(['[0,10) b=1', '[0,26) a=10', '[16,26) b=4'])
    expect(results).toEqual([results[0], results[0], results[0]])
  })
})
