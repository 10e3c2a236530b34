/**
 * An as-of join fed by changes: what is taken back is as if it had never been, on either side.
 */
import {
  afterCount,
  afterWatermark,
  asOfJoin,
  combinePerKey,
  create,
  filter,
  fixedWindows,
  MAX_TIMESTAMP,
  milliseconds,
  windowInto,
  type AsOfJoinOptions,
  type KV,
  type LedgerEntry,
} from '@tidemark/core'
import { buildGraph, type AsOfJoinPayload } from '@tidemark/core/graph'
import { sum } from '@tidemark/transforms'
import { describe, expect, it } from 'vitest'
import { AsOfJoin } from '../../../src/execution/join/as-of-join.ts'
import { StepLog } from '../../../src/execution/ledger/step-log.ts'
import { Collector } from '../../../src/execution/plan/collector.ts'
import { Output } from '../../../src/execution/plan/output.ts'
import { AsOfRun, shownAnswer, type AsOfOptions, type Numbers } from './as-of-run.ts'

/** Sums of windows of ten milliseconds, given anew with each element and taken back, up to ten milliseconds late. */
function sums(side: Numbers, name = 'Sum'): Numbers {
  return side.pipe(
    windowInto<KV<string, number>>(fixedWindows(milliseconds(10)), {
      trigger: afterWatermark({ early: afterCount(1), late: afterCount(1) }),
      allowedLateness: milliseconds(10),
      accumulationMode: 'retracting',
    }),
    combinePerKey(name, sum()),
  )
}

const changingLeft = (options: AsOfOptions = {}) => new AsOfRun(options, {}, { left: (side) => sums(side) })
const changingRows = (options: AsOfOptions = {}) => new AsOfRun(options, {}, { rows: (side) => sums(side) })

describe('a changing left side', () => {
  it('is netted while it waits: only what remains is answered', () => {
    const run = changingLeft().rows([0, 1])
    run.left([1, 5]).left([2, 6]).left([3, 7])
    expect(run.answers()).toEqual([])
    expect(run.kept).toBe(2)
    expect(run.rowsTo(100).answers()).toEqual(['18=1 @9'])
  })

  // Mutation: packages/runners/src/execution/join/as-of-elements.ts: `account.answered(this.#answers.give(record.key, value, time, window, rows, rowAt(rows, time), sign), 1)` → `account.answered(this.#answers.give(record.key, value, time, window, rows, rowAt(rows, time), 1), 1)`
  it('is taken back with the answer it had, and answered as it is now', () => {
    const run = changingLeft().rows([0, 1]).endRows().left([1, 5]).leftTo(12)
    expect(run.answers()).toEqual(['5=1 @9', '-5=1 @9', '5=1 @9'])
    // Late, but within what the grouping takes.
    expect(run.left([2, 6]).answers()).toEqual(['-5=1 @9', '11=1 @9'])
    expect(run.end()).toEqual([])
    expect(run.settled()).toEqual(['[0,10) k={"left":11,"right":1}'])
  })

  it('finds the row of its time when it is taken back late, though later rows have come', () => {
    const run = changingLeft().rows([0, 1], [9, 2], [15, 3]).endRows().left([1, 5]).leftTo(19)
    expect(run.answers().at(-1)).toBe('5=2 @9')
    expect(run.left([2, 6]).answers()).toEqual(['-5=2 @9', '11=2 @9'])
  })

  // Mutation: packages/runners/src/execution/join/as-of-elements.ts: `      this.reschedule(record, times.answer)` → `      void times`
  it('that was taken back holds the output watermark no more, and is forgotten', () => {
    const small = (side: Numbers): Numbers => sums(side).pipe(filter(([, total]) => total < 10))
    const run = new AsOfRun({}, {}, { left: small }).leftTo(15).left([8, 5])
    expect(run.kept).toBe(1)
    expect(run.leftTo(19).outputWatermark).toBe(15)
    // The sum is too large now: what was passed on is taken back, and nothing takes its place.
    run.left([9, 6])
    expect(run.kept).toBe(0)
    expect(run.outputWatermark).toBe(19)
    expect(run.end()).toEqual([])
  })
})

describe('a changing dimension', () => {
  it('counts by what remains of it when the element is answered', () => {
    const run = changingRows().left([9, 5], [8, 4])
    run.rows([1, 10]).rows([2, 20]).rowsTo(100)
    expect(run.answers()).toEqual(['4=- @8', '5=30 @9'])
  })

  it('that is taken back altogether leaves the row before it', () => {
    const run = changingRows({ lateRows: 'restate' }).rows([1, 10]).left([9, 4], [19, 5]).rowsTo(20)
    expect(run.answers()).toEqual(['4=10 @9', '5=10 @19'])
    // A late element of [10, 20) brings a row at 19.
    expect(run.rows([11, 7]).answers()).toEqual(['-5=10 @19', '5=7 @19'])
  })

  it('restates once for a pane that takes back its value and gives another', () => {
    const run = changingRows({ lateRows: 'restate' }).rows([1, 10]).left([9, 5]).rowsTo(12)
    expect(run.answers()).toEqual(['5=10 @9'])
    expect(run.rows([2, 20]).answers()).toEqual(['-5=10 @9', '5=30 @9'])
    expect(run.end()).toEqual([])
    expect(run.settled()).toEqual(['all k={"left":5,"right":30}'])
  })

  it('leaves nothing to be noted as of the same instant', () => {
    const run = changingRows().left([9, 5]).rows([1, 10]).rows([2, 20]).rows([3, 30])
    expect(run.end()).toEqual(['5=60 @9'])
    expect(run.noted()).toEqual([])
  })

  it('is kept as what remains of it, not as all that came', () => {
    const run = changingRows().rows([1, 10]).rows([2, 20])
    // 10, -10 and 30 are kept as one.
    expect(run.kept).toBe(1)
  })
})

describe('both sides changing', () => {
  it('give every pair of what remains once', () => {
    for (const lateRows of ['wait', 'restate'] as const) {
      const run = new AsOfRun({ lateRows }, {}, { left: (side) => sums(side), rows: (side) => sums(side, 'Rates') })
      run.left([1, 5]).rows([1, 10]).rowsTo(12).leftTo(12).left([2, 6]).rows([3, 20]).left([11, 1]).rows([12, 2])
      run.complete()
      expect(run.settled()).toEqual(['[0,10) k={"left":11,"right":30}', '[10,20) k={"left":1,"right":2}'])
    }
  })
})

/** The step by itself: rows with signs in any order, as no grouping gives them. */
class ByHand {
  readonly said: string[] = []
  readonly ledger: LedgerEntry[] = []
  readonly log: StepLog
  readonly #join: AsOfJoin

  constructor(options: AsOfJoinOptions<string, number, number, 'inner' | 'left'> = {}) {
    const graph = buildGraph((root) => {
      const [left, right] = ['Left', 'Right'].map((name) => root.pipe(create<KV<string, number>>(name, [])))
      return { out: asOfJoin('AsOf', { left: left!, right: right! }, options) }
    })
    const step = graph.steps.at(-1)!
    const output = new Output()
    output.connect(new Collector((values) => void this.said.push(...values.map(shownAnswer))), 0)
    this.log = new StepLog(step, (entry) => this.ledger.push(entry))
    const panes = { left: 'changes', right: 'changes' } as const
    this.#join = new AsOfJoin({ payload: step.payload as AsOfJoinPayload, panes, output, log: this.log })
  }

  /** Hands the step rows `[time, number, sign]` of one side as one bundle. */
  feed(side: 0 | 1, ...rows: readonly (readonly [at: number, value: number, sign: 1 | -1])[]): this {
    this.#join.process(
      {
        length: rows.length,
        keys: rows.map(() => 'k'),
        values: rows.map(([, value]) => value),
        timestamps: rows.map(([at]) => at),
        windows: undefined,
        signs: rows.map(([, , sign]) => sign),
        panes: [],
        paneOf: undefined,
        watermarks: undefined,
        positions: undefined,
      },
      side,
    )
    return this
  }

  to(watermark: number, ...sides: readonly number[]): this {
    for (const side of sides.length === 0 ? [0, 1] : sides) this.#join.advance(watermark, side)
    return this
  }

  take(): readonly string[] {
    this.log.counters.waiting = this.#join.waiting()
    this.log.assertConserved()
    return this.said.splice(0)
  }
}

describe('what is taken back before it comes', () => {
  it('of the elements nets out while it waits, and otherwise is taken back first', () => {
    const run = new ByHand().feed(1, [0, 1, 1]).feed(0, [5, 50, -1], [6, 60, -1]).feed(0, [5, 50, 1]).to(10, 1)
    expect(run.take()).toEqual(['-60=1 @6'])
    expect(run.feed(0, [6, 60, 1], [7, 70, -1]).take()).toEqual(['60=1 @6', '-70=1 @7'])
    expect(run.log.counters).toMatchObject({ in: 6, withOutput: 3, withoutOutput: 2, waiting: 1 })
  })

  // Mutation: packages/runners/src/execution/join/as-of-record.ts: `(counts !== undefined && counts[row]! <= 0)` → `(counts === null)`
  it('of the rows answers nobody, and goes to the ledger when it is never there', () => {
    const run = new ByHand().feed(1, [0, 1, 1], [3, 2, -1], [4, 9, -1]).feed(0, [5, 50, 1]).to(3)
    run.feed(1, [4, 9, 1]).to(6)
    expect(run.take()).toEqual(['50=1 @5'])
    expect(run.ledger).toEqual([
      expect.objectContaining({
        reason: 'too-late',
        element: ['k', 2],
        timestamp: 3,
        detail: 'the right side never had in time the row that this takes back',
      }),
    ])
    expect(run.to(MAX_TIMESTAMP).take()).toEqual([])
    expect(run.log.counters).toMatchObject({ in: 5, withOutput: 1, withoutOutput: 3, ledger: 1, waiting: 0 })
  })

  it('counts as often as it comes: an element three times there and once taken back is answered twice', () => {
    const run = new ByHand().feed(0, [5, 50, 1], [5, 50, 1], [5, 50, 1], [5, 50, -1]).feed(1, [1, 7, 1], [1, 7, 1])
    run.feed(1, [1, 7, -1]).to(MAX_TIMESTAMP)
    expect(run.take()).toEqual(['50=7 @5', '50=7 @5'])
  })

  // Mutation: packages/runners/src/execution/join/as-of-rows.ts: `const taken = isReplaced(bundle, row) ? 2 : 1` → `const taken = 1`
  // Mutation: packages/runners/src/execution/join/as-of-rows.ts: `left.marks?.[index], was, is, left.countAt(index))` → `left.marks?.[index], was, is, 1)`
  it('restates by count and sign, a row and its successor in one step', () => {
    const run = new ByHand({ lateRows: 'restate', lateness: milliseconds(10) }).feed(1, [1, 7, 1]).feed(0, [5, 50, 1])
    run.feed(0, [5, 50, 1], [6, 60, -1]).to(8)
    expect(run.take()).toEqual(['50=7 @5', '50=7 @5', '-60=7 @6'])
    run.feed(1, [1, 7, -1], [1, 8, 1])
    expect(run.take()).toEqual(['-50=7 @5', '-50=7 @5', '50=8 @5', '50=8 @5', '60=7 @6', '-60=8 @6'])
    run.feed(0, [6, 60, 1]).feed(1, [1, 8, -1])
    expect(run.take()).toEqual(['60=8 @6', '-50=8 @5', '-50=8 @5', '50=- @5', '50=- @5'])
  })
})
