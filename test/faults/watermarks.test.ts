/**
 * C10 to C12: watermarks that would go back, leap far ahead, or stand exactly at the border of lateness.
 */
import {
  afterCount,
  afterWatermark,
  boundedOutOfOrderness,
  combinePerKey,
  fixedWindows,
  map,
  milliseconds,
  monotonousTimestamps,
  read,
  sessions,
  slidingWindows,
  statefulParDo,
  windowInto,
  type PCollection,
  type ReadOptions,
  type Root,
  type WatermarkStrategy,
  type WindowFn,
} from '@tidemark/core'
import { buildGraph } from '@tidemark/core/graph'
import { memorySource } from '@tidemark/io/memory'
import { batchRunner } from '@tidemark/runners/batch'
import { streamingRunner } from '@tidemark/runners/streaming'
import { evaluate, evaluatePanes } from '@tidemark/runners/testing'
import { count, sum } from '@tidemark/transforms'
import fc from 'fast-check'
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { ByHand, numbers, type Element } from './by-hand.ts'

const figures = fileURLToPath(new URL('leap-figures.ts', import.meta.url))

const sumsOf = (windows: WindowFn, lateness: number) => (input: PCollection<readonly [string, number]>) =>
  input.pipe(
    windowInto(windows, {
      trigger: afterWatermark({ late: afterCount(1) }),
      allowedLateness: milliseconds(lateness),
      accumulationMode: 'accumulating',
    }),
    combinePerKey('Sum', sum()),
  )

describe('C10: a watermark that would go back', () => {
  // Mutation: packages/runners/src/execution/source/source-input.ts: `counters.watermarkRegress++` → `counters.watermarkRegress`
  it('C10: stays where it is, and what is behind it stays late', () => {
    const run = new ByHand((root) => sumsOf(fixedWindows(milliseconds(10)), 0)(numbers(root)))
    run.offer([1, 'a', 1]).watermark(20)
    expect(run.take()).toEqual(['[0,10) a=1 on-time'])
    run.watermark(5)
    expect(run.engine.outputWatermark('out')).toBe(20)
    run.offer([6, 'a', 2])
    expect(run.entries()).toEqual(['expired a=2'])
    expect(run.ledger[0]?.watermark).toBe(20)
    expect(run.complete().take()).toEqual([])
    expect(run.engine.counters()[0]?.watermarkRegress).toBe(1)
  })

  it('C10: of one split holds the source where it was, and no further back', () => {
    const { engine } = new ByHand((root) => numbers(root))
    const input = engine.inputs[0]!
    input.openSplits(['a', 'b'])
    input.complete('0')
    input.advanceWatermark('a', 20)
    input.advanceWatermark('b', 10)
    input.advanceWatermark('a', 5)
    expect(engine.outputWatermark('out')).toBe(10)
    input.advanceWatermark('b', 30)
    expect(engine.outputWatermark('out')).toBe(20)
  })

  it('C10: of a split that was silent and wakes up behind the others does not pull the source back', () => {
    const { engine } = new ByHand((root) => numbers(root))
    const input = engine.inputs[0]!
    input.openSplits(['a'])
    input.markIdle('0')
    input.advanceWatermark('a', 20)
    expect(engine.outputWatermark('out')).toBe(20)
    input.advanceWatermark('0', 5)
    expect(engine.outputWatermark('out')).toBe(20)
    input.advanceWatermark('a', 30)
    expect(engine.outputWatermark('out')).toBe(20)
    input.advanceWatermark('0', 25)
    expect(engine.outputWatermark('out')).toBe(25)
  })

  it('C10: never happens at an output, whatever is offered and said in whatever order', () => {
    const event = fc.oneof(
      fc.record({ at: fc.integer({ min: -50, max: 200 }) }),
      fc.record({ to: fc.integer({ min: -50, max: 200 }) }),
    )
    fc.assert(
      fc.property(fc.array(event, { maxLength: 30 }), fc.nat(20), (events, bound) => {
        const run = new ByHand((root) =>
          sumsOf(
            fixedWindows(milliseconds(10)),
            15,
          )(numbers(root, { watermark: boundedOutOfOrderness(milliseconds(bound)) })),
        )
        let before = run.engine.outputWatermark('out')
        for (const it of events) {
          if ('at' in it) run.offer([it.at, 'a', 1])
          else run.watermark(it.to)
          const now = run.engine.outputWatermark('out')
          expect(now).toBeGreaterThanOrEqual(before)
          before = now
        }
        run.complete()
      }),
      { numRuns: 300 },
    )
  })

  it.each([
    ['runs ahead of its elements', { kind: 'bounded-out-of-orderness', bound: -1000 }],
    ['is no number', { kind: 'bounded-out-of-orderness', bound: Number.NaN }],
    ['is a function, which could say anything', (latest: number) => latest - 5],
    ['is of another kind', { kind: 'mine', bound: 5 }],
  ])('C10: a strategy that %s is refused when the pipeline is built', (_, strategy) => {
    expect(() => buildGraph((root) => ({ out: numbers(root, { watermark: strategy as WatermarkStrategy }) }))).toThrow(
      expect.objectContaining({ code: 'BAD_OPTION' }),
    )
  })
})

describe('C11: a watermark that leaps', () => {
  const counts = (root: Root) =>
    numbers(root).pipe(windowInto(fixedWindows(milliseconds(1))), combinePerKey('Count', count()))

  it('C11: over a million windows without elements does nothing for them', () => {
    const run = new ByHand(counts).offer([0, 'a', 1], [1_000_000, 'a', 1])
    run.watermark(999_999).watermark(1_000_000_000_000)
    expect(run.take()).toEqual(['[0,1) a=1 on-time', '[1000000,1000001) a=1 on-time'])
    // Of the source, the map, the windows and the grouping: panes and elements, two of each; a fused step emits nothing on its own.
    expect(run.engine.counters().map(({ out }) => out)).toEqual([2, 0, 2, 2])
    run.complete()
  })

  it('C11: over a million windows again and again, of which many hold elements, emits each once, in order, and keeps nothing', () => {
    const args = ['--expose-gc', '--conditions=@tidemark/source', '--import', 'tsx', figures]
    const { panes, unordered, held, left } = JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })) as {
      readonly panes: number
      readonly unordered: number
      readonly held: readonly number[]
      readonly left: readonly number[]
    }
    expect([panes, unordered]).toEqual([500_000, 0])
    // In MB: what 50,000 open windows take, a kilobyte each; and after the leap nothing, in the tenth round as in the first.
    expect(Math.max(...held)).toBeLessThan(left[0]! + 100)
    expect(Math.max(...left)).toBeLessThan(left[0]! + 5)
  })
})

/** How far the watermark stands past the last timestamp of a window and its lateness, and whether an element of it is still taken. */
const BORDER = [
  [-1, true],
  [0, true],
  [1, false],
] as const

/** Windows, and the last timestamp of the earliest window of an element at 5. */
const WINDOWS: Readonly<Record<string, readonly [WindowFn, last: number]>> = {
  fixed: [fixedWindows(milliseconds(10)), 9],
  sessions: [sessions(milliseconds(10)), 14],
  sliding: [slidingWindows(milliseconds(10), milliseconds(10)), 9],
}

describe('C12: an element at the border of lateness', () => {
  const cases = Object.keys(WINDOWS).flatMap((kind) =>
    [0, 7].flatMap((lateness) => BORDER.map(([past, taken]) => ({ kind, lateness, past, taken }))),
  )

  it.each(cases)(
    'C12: $kind windows, lateness $lateness, watermark at maxTimestamp + lateness + $past: taken is $taken, everywhere',
    async ({ kind, lateness, past, taken }) => {
      const [windows, last] = WINDOWS[kind]!
      const watermark = last + lateness + past
      // The second element moves the watermark to exactly its time; the third is the late one.
      const elements: readonly Element[] = [
        [0, 'early', 1],
        [watermark, 'mover', 1],
        [5, 'late', 1],
      ]
      const pipeline = (options: Partial<ReadOptions<Element>>) => (root: Root) => ({
        out: sumsOf(
          windows,
          lateness,
        )(
          root.pipe(
            read('In', memorySource<Element>(elements), { timestamp: ([at]) => at, ...options }),
            map(([, key, value]) => [key, value] as const),
          ),
        ),
      })
      const keys = (panes: readonly { readonly value: readonly [string, number] }[]): boolean =>
        panes.some(({ value: [key] }) => key === 'late')
      const expected = taken ? [] : [['expired', watermark]]

      const inOrder = pipeline({ eventTimeOrder: { disorder: milliseconds(0) } })
      const batch = await batchRunner({ progress: 'never' }).run(inOrder)
      expect(keys(batch.outputs.out)).toBe(taken)
      expect(batch.ledger.map((entry) => [entry.reason, entry.watermark])).toEqual(expected)

      for (const bundleSize of [1, 3]) {
        const job = streamingRunner({ bundleSize, autoStart: false }).run(
          pipeline({ watermark: monotonousTimestamps() }),
        )
        const panes: { readonly value: readonly [string, number] }[] = []
        const ledger: unknown[] = []
        job.outputs.out.subscribe((pane) => panes.push(pane))
        job.ledger.subscribe(({ reason, watermark: at }) => ledger.push([reason, at]))
        job.start()
        await job.done
        expect(keys(panes)).toBe(taken)
        expect(ledger).toEqual(expected)
      }

      const graph = buildGraph(inOrder)
      const byPanes = evaluatePanes(graph, [
        { elements: 'In', rows: elements.slice(0, 2).map((element) => [element, element[0]]) },
        { watermark: 'In', t: watermark },
        { elements: 'In', rows: [[elements[2]!, 5]] },
      ])
      expect(byPanes.ledger.map((entry) => [entry.reason, entry.watermark])).toEqual(expected)
      const settled = evaluate(graph, { In: [...elements] }, byPanes.ledger)
      expect(settled.outputs['out']?.entries.some(({ value }) => (value as [string])[0] === 'late')).toBe(taken)
    },
  )

  it.each([
    [-1, []],
    [0, []],
    [1, ['too-late 5 a 2']],
  ])(
    'C12: a step in the order of time takes an element at its own clock + %d as the ledger says: %j',
    (past, ledger) => {
      const run = new ByHand((root) =>
        numbers(root).pipe(
          windowInto(fixedWindows(milliseconds(100)), {
            allowedLateness: milliseconds(7),
            accumulationMode: 'accumulating',
          }),
          statefulParDo('Each', { state: {}, process: ({ key, value }) => [[key, value] as const] }),
        ),
      )
      // The clock of the step is the watermark less the lateness; an element at 5 is behind it from 5 + 7 + 1 on.
      run
        .watermark(5 + 7 + past)
        .offer([5, 'a', 2])
        .complete()
      expect(run.ledger.map(({ reason }) => `${reason} 5 a 2`)).toEqual(ledger)
    },
  )
})
