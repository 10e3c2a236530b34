/**
 * What an as-of join keeps, when it lets go of it, that a restored one goes on as if nothing had been, and what it says when asked.
 */
import { asOfJoin, GLOBAL_WINDOW, milliseconds, type AsOfJoinOptions } from '@tidemark/core'
import { describe, expect, it } from 'vitest'
import { numbers } from '../scripted.ts'
import { resumed, type Built, type Run } from '../snapshot/resumed.ts'
import { AsOfRun } from './as-of-run.ts'

describe('rows', () => {
  // Mutation: packages/runners/src/execution/join/as-of-records.ts: `if (rows.size > 1) {` → `if (rows.size > 2) {`
  it('are let go when a later one hides them from every element that may still come', () => {
    const run = new AsOfRun().rows([10, 1], [20, 2], [30, 3]).rowsTo(40)
    expect(run.kept).toBe(3)
    expect(run.leftTo(20).kept).toBe(3)
    expect(run.leftTo(21).kept).toBe(2)
    expect(run.leftTo(31).kept).toBe(1)
    expect(run.left([31, 5]).answers()).toEqual(['5=3 @31'])
  })

  it('are kept for elements that may come late', () => {
    const run = new AsOfRun({ lateness: 10 }).rows([10, 1], [20, 2]).rowsTo(40).leftTo(30)
    expect(run.left([20, 5]).kept).toBe(2)
    expect(run.answers()).toEqual(['5=2 @20'])
    expect(run.leftTo(31).kept).toBe(1)
  })

  it('are kept while an earlier element waits for the dimension', () => {
    const run = new AsOfRun().rows([10, 1], [20, 2]).left([15, 5]).leftTo(100).rowsTo(15)
    expect(run.kept).toBe(3)
    run.rowsTo(16)
    expect(run.answers()).toEqual(['5=1 @15'])
    expect(run.kept).toBe(2)
    expect(run.rowsTo(21).kept).toBe(1)
  })

  // Mutation: packages/runners/src/execution/join/as-of-records.ts: `let at = time + this.#maxAge` → `let at = time + Infinity`
  it('of the largest age are let go with it, the last one too', () => {
    const run = new AsOfRun({ maxAge: 5 }).rows([10, 1]).rowsTo(100).leftTo(15)
    expect(run.left([15, 5]).answers()).toEqual(['5=1 @15'])
    expect(run.kept).toBe(1)
    expect(run.leftTo(16).kept).toBe(0)
    expect(run.left([16, 6]).answers()).toEqual(['6=- @16'])
  })

  // Mutation: packages/runners/src/execution/join/as-of-records.ts: `if (this.leftHasEnded && record.left.size === 0) at = Math.min(at, time)` → ``
  it('are let go when no element can come any more', () => {
    const run = new AsOfRun().rows([10, 1, 'a'], [20, 2, 'b']).left([30, 5, 'b']).rowsTo(25)
    expect(run.endLeft().kept).toBe(2)
    expect(run.rows([28, 3, 'c']).rowsTo(29).kept).toBe(2)
    expect(run.rowsTo(31).kept).toBe(0)
    expect(run.answers()).toEqual(['"b" 5=2 @30'])
  })

  it('that are far ahead of everything wait their turn, and hold nothing', () => {
    const far = 8_000_000_000_000_000
    const run = new AsOfRun().rows([far, 9], [10, 1]).rowsTo(15).left([12, 5]).leftTo(100)
    expect(run.answers()).toEqual(['5=1 @12'])
    expect(run.outputWatermark).toBe(100)
    run
      .rows([50, 2])
      .rowsTo(1000)
      .left([999, 6], [far + 1, 7])
    expect(run.answers()).toEqual(['6=2 @999'])
    expect(run.kept).toBe(3)
    expect(run.end()).toEqual([`7=9 @${far + 1}`])
  })
})

describe('memory', () => {
  it('is as much as lies between the clocks, over 1,000 hours and 200,000 elements', { timeout: 120_000 }, () => {
    const hour = 3_600_000
    for (const lateRows of ['wait', 'restate', 'freeze'] as const) {
      const run = new AsOfRun({ lateRows, lateness: hour, maxAge: 24 * hour }, { settled: false })
      const kept: number[] = []
      const bytes: number[] = []
      for (let now = 0; now < 1000; now++) {
        // 50 keys that come again every hour, and 50 that never do.
        const keys = Array.from({ length: 100 }, (_, key) => (key < 50 ? `k${key}` : `k${key} of ${now}`))
        run.rows(...keys.map((key, at) => [now * hour + at, now, key] as const))
        run.left(...keys.map((key, at) => [now * hour + 1000 + at, now, key] as const))
        run.leftTo((now + 1) * hour).rowsTo((now + 1) * hour)
        run.outputs['out']!.length = 0
        kept.push(run.kept)
        if (now % 100 === 99) bytes.push(run.engine.snapshot().length)
      }
      // Of 50 keys a row or two, of the last 26 hours 50 rows, and the elements and rows of the last two hours.
      expect(Math.max(...kept)).toBeLessThan(2 * 50 + 26 * 50 + 2 * 200)
      // After the first day nothing grows: neither what is kept nor the records, slots and queues that it is kept in.
      expect(kept[999]).toBe(kept[100])
      expect(Math.max(...bytes) / bytes[0]!).toBeLessThan(1.02)
      run.complete()
      expect(run.kept).toBe(0)
    }
  })
})

describe('a restored engine', () => {
  const built =
    (options: AsOfJoinOptions<string, number, number, 'left'>): Built =>
    (root) => ({
      out: asOfJoin('AsOf', { left: numbers(root, {}, 'Left'), right: numbers(root, {}, 'Rows') }, options),
    })

  const script = (run: Run): void => {
    run.offerTo('Rows', [10, 'a', 1], [30, 'a', 3], [20, 'a', 2], [20, 'a', 9], [5, 'b', 4])
    run.offerTo('Left', [25, 'a', 50], [12, 'a', 51], [8, 'b', 52], [8, 'c', 53])
    run.watermark(13, 'Rows').watermark(18, 'Left')
    run.offerTo('Rows', [11, 'a', 7], [6, 'b', 8])
    run.offerTo('Left', [12, 'a', 54])
    run.input((input) => input.markIdle('0'), 'Rows')
    run.watermark(27, 'Left')
    run.offerTo('Rows', [24, 'a', 5], [26, 'a', 6])
    run.watermark(40, 'Rows').complete()
  }

  it.each<[string, AsOfJoinOptions<string, number, number, 'left'>]>([
    ['wait', {}],
    ['restate', { lateRows: 'restate' }],
    ['freeze', { lateRows: 'freeze' }],
    ['freeze with knownAt', { lateRows: 'freeze', knownAt: (row) => row * 4 }],
  ])('says what the one before would have said (%s)', (_, options) => {
    const run = resumed(built({ ...options, lateness: milliseconds(6) }), script)
    expect(run.heard.length).toBeGreaterThan(4)
  })
})

describe('an as-of join that is asked about a key', () => {
  const asked = (run: AsOfRun) => run.engine.explain('k', GLOBAL_WINDOW, 'AsOf')

  it('says what waits, for what, and how far the sides are', () => {
    const run = new AsOfRun({ lateness: 3 }).rows([1, 1]).left([10, 5], [20, 6], [30, 7, 'other']).leftTo(50).rowsTo(15)
    expect(asked(run).awaits).toEqual([
      {
        step: 'AsOf',
        kind: 'join',
        window: GLOBAL_WINDOW,
        left: 1,
        right: 1,
        waiting: 1,
        answeredAfter: 20,
        clocks: { left: 47, right: 12 },
        hold: 20,
        partners: ['right'],
      },
    ])
    expect(asked(run).holds).toEqual([
      expect.objectContaining({
        step: 'AsOf',
        timestamp: 20,
        owner: expect.stringContaining('that waits for the dimension'),
      }),
    ])
  })

  it('tells of answers that may be restated', () => {
    const run = new AsOfRun({ lateRows: 'restate', lateness: 30 }).left([10, 5]).leftTo(100).rowsTo(20)
    expect(asked(run).awaits).toEqual([
      expect.objectContaining({
        left: 1,
        waiting: 0,
        answeredAfter: undefined,
        clocks: { left: 70, right: 20 },
        hold: 40,
      }),
    ])
    run.rowsTo(60)
    expect(run.engine.explain('k', GLOBAL_WINDOW, 'AsOf').awaits).toEqual([])
  })
})
