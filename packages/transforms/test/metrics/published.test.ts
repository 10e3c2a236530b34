/**
 * What consumers get: provisional, finalized, restated; who has been heard; and corrections that name their reason.
 */
import {
  boundedOutOfOrderness,
  fixedWindows,
  hours,
  minutes,
  NO_FIRING,
  seconds,
  type PCollection,
  type Root,
} from '@tidemark/core'
import { playScript, testStream } from '@tidemark/runners/testing'
import { fromObservable, streamingRunner } from '@tidemark/runners/streaming'
import { count, over, sum } from '@tidemark/transforms'
import {
  completenessOf,
  defineMetric,
  evaluateMetric,
  metricSource,
  published,
  PublishedBoard,
  restate,
  type MetricValue,
  type PublishedValue,
} from '@tidemark/transforms/metrics'
import { Subject } from 'rxjs'
import { describe, expect, it } from 'vitest'

interface Sale {
  readonly second: number
  readonly shop: string
  readonly cents: number
}

const sales = metricSource<Sale>('Sales', { timestamp: ({ second }) => second * 1000 })
const salesPerMinute = defineMetric({
  id: 'sales_per_minute',
  source: sales,
  measure: count(),
  grain: fixedWindows(minutes(1)),
  finality: minutes(2),
})

const sale = (second: number, cents = 1): Sale => ({ second, shop: 'a', cents })
const words = ({ window, value, status, version, replaces }: PublishedValue): unknown => ({
  minute: window.start / 60_000,
  value,
  status,
  version,
  ...(replaces !== undefined && { replaces }),
})

/** Publishes what a script leads to. */
function play(...script: Parameters<typeof playScript>[1]): readonly unknown[] {
  const { outputs } = playScript((root: Root) => ({ values: root.pipe(stream, salesPerMinute) }), script)
  const board = new PublishedBoard()
  return outputs.values.flatMap(({ element }) => {
    const next = board.take(element, { watermark: 0 })
    return next === undefined ? [] : [words(next)]
  })
}
const stream = testStream<Sale>('Sales', { timestamp: ({ second }) => second * 1000 })

describe('a published value', () => {
  // Mutation: packages/transforms/src/metrics/rows-plan.ts: `closing: 'always',` → `closing: 'if-non-empty',`
  // Mutation: packages/transforms/src/metrics/published.ts: `status: pane.pane.isLast ? 'finalized' : 'provisional',` → `status: 'provisional',`
  it('is provisional on time and for each late row, and final when finality has passed, with or without anything new', () => {
    expect(
      play(
        stream.addElements(sale(10), sale(50)),
        stream.advanceWatermarkTo(60_000),
        stream.addElements(sale(59)),
        stream.advanceWatermarkTo(179_999),
        stream.advanceWatermarkTo(180_000),
      ),
    ).toEqual([
      { minute: 0, value: 2, status: 'provisional', version: 1 },
      { minute: 0, value: 3, status: 'provisional', version: 1, replaces: 2 },
      { minute: 0, value: 3, status: 'finalized', version: 1 },
    ])
  })

  it('carries the watermark, and who has been heard up to the end of its window', () => {
    const { outputs } = playScript(
      (root: Root) => ({ values: root.pipe(stream, salesPerMinute) }),
      [stream.addElements(sale(10)), stream.advanceWatermarkTo(60_000)],
    )
    const split = (id: string, watermark: number, state: 'read' | 'idle' | 'complete') => ({ id, watermark, state })
    const value = published(outputs.values[0]!.element as never, {
      watermark: 60_000,
      sources: [
        {
          step: 'Sales',
          watermark: 60_000,
          splits: [split('north', 60_000, 'read'), split('south', 59_999, 'read'), split('east', 5, 'idle')],
        },
      ],
      expected: ['Sales', 'Sales/east', 'Sales/west', 'Refunds'],
    })
    expect(value.watermark).toBe(60_000)
    expect(value.completeness).toEqual({
      passed: ['Sales/north'],
      behind: ['Sales/south'],
      silent: ['Sales/east'],
      missing: ['Refunds', 'Sales/east', 'Sales/west'],
      isComplete: false,
    })
  })

  it('is complete when all that is expected has passed', () => {
    const progress = {
      watermark: 9,
      sources: [
        { step: 'Sales', watermark: 9, splits: [{ id: '0', watermark: 9, state: 'read' as const }], completeSplits: 1 },
      ],
      expected: ['Sales'],
    }
    expect(completenessOf(9, progress).isComplete).toBe(true)
    expect(completenessOf(10, progress).isComplete).toBe(false)
    expect(completenessOf(9, { ...progress, expected: ['Sales/1'] }).missing).toEqual(['Sales/1'])
  })

  it('of a live job takes what explain says of its sources', async () => {
    const live = new Subject<Sale>()
    const job = streamingRunner().run((root) => ({
      values: root.pipe(
        fromObservable('Sales', live, {
          timestamp: ({ second }) => second * 1000,
          watermark: boundedOutOfOrderness(seconds(0)),
        }),
        salesPerMinute,
      ) as PCollection<MetricValue<number, {}>>,
    }))
    const board = new PublishedBoard<number, {}>()
    const emitted: PublishedValue<number, {}>[] = []
    job.outputs.values.subscribe((pane) => {
      const { sources, inputWatermark } = job.explain({}, pane.window)
      const next = board.take(pane, { watermark: inputWatermark, sources, expected: ['Sales', 'Refunds'] })
      if (next !== undefined) emitted.push(next)
    })
    job.start()
    for (const one of [sale(10), sale(61), sale(30)]) live.next(one)
    live.complete()
    await job.done
    expect(emitted.filter(({ window }) => window.start === 0).map(({ value, status }) => [value, status])).toEqual([
      [1, 'provisional'],
      [2, 'provisional'],
      [2, 'finalized'],
    ])
    expect(emitted[0]!.completeness).toMatchObject({ missing: ['Refunds'], isComplete: false, behind: [] })
    expect(board.values()).toHaveLength(2)
    board.forget(60_000)
    expect(board.values().map(({ window }) => window.start)).toEqual([60_000])
  })
})

describe('a restatement', () => {
  const final = (value: number, minute: number): PublishedValue<number, {}> => {
    const pane = { value: { ...evaluateMetric(salesPerMinute, [sale(minute * 60)])[0]!, value }, pane: NO_FIRING }
    return published(pane, { watermark: 1_000_000 })
  }
  const rows = [sale(10), sale(20), sale(50), sale(70), sale(200)]

  // Mutation: packages/transforms/src/metrics/restate.ts: `version: (last?.version ?? 0) + 1,` → `version: 1,`
  it('gives what differs a version more and its reason, and looks at the windows of late rows only', () => {
    // The second minute is wrong too, but no late row lies in it.
    const { recomputed, restated } = restate(salesPerMinute, {
      published: [final(2, 0), final(9, 1)],
      rows,
      late: [sale(50)],
      reason: 'late data after finalization (#50)',
    })
    expect(recomputed).toEqual([{ start: 0, end: 60_000 }])
    expect(restated.map(words)).toEqual([{ minute: 0, value: 3, status: 'restated', version: 2, replaces: 2 }])
    expect(restated[0]!.reason).toBe('late data after finalization (#50)')
    const again = restate(salesPerMinute, {
      published: restated,
      rows: [...rows, sale(5)],
      late: [sale(5)],
      reason: 'again',
    })
    expect(again.restated.map(words)).toEqual([{ minute: 0, value: 4, status: 'restated', version: 3, replaces: 3 }])
  })

  it('of everything that was published finds every difference, and withdraws what no row says any more', () => {
    const { restated } = restate(salesPerMinute, {
      published: [final(2, 0), final(1, 1), final(1, 2)],
      rows,
      reason: 'audit',
    })
    expect(restated.map(words)).toEqual([
      { minute: 0, value: 3, status: 'restated', version: 2, replaces: 2 },
      { minute: 2, value: null, status: 'restated', version: 2, replaces: 1 },
    ])
  })

  it('publishes a window for the first time as version 1, and leaves provisional values alone', () => {
    const provisional = { ...final(2, 0), status: 'provisional' as const }
    const { restated } = restate(salesPerMinute, {
      published: [provisional],
      rows,
      late: [sale(50), sale(200)],
      reason: 'late',
    })
    expect(restated.map(words)).toEqual([{ minute: 3, value: 1, status: 'restated', version: 1 }])
  })

  it('changes nothing where rows say what was published', () => {
    expect(restate(salesPerMinute, { published: [final(3, 0)], rows, reason: 'audit' }).restated).toEqual([])
  })

  it('computes by other means than the engine where the author gives them', () => {
    const revenue = defineMetric({
      id: 'revenue',
      source: sales,
      measure: over((one: Sale) => one.cents, sum()),
      grain: fixedWindows(hours(1)),
      naive: (list) => list.reduce((total, { cents }) => total + cents, 0) + 1000,
    })
    expect(evaluateMetric(revenue, [sale(1, 5), sale(2, 6)])[0]!.value).toBe(1011)
  })
})
