/**
 * An as-of join that waits: each element is answered once, with the latest row that is not after it, when no such row can come any more.
 */
import { fixedWindows, map, milliseconds, windowInto, type KV, type Root } from '@tidemark/core'
import { describe, expect, it } from 'vitest'
import { numbers, Scripted } from '../scripted.ts'
import { asOf, AsOfRun, shownAnswer } from './as-of-run.ts'

describe('an element', () => {
  // Mutation: packages/runners/src/execution/join/as-of-record.ts: `return latestVisible(rows, rows.upper(time) - 1, time)` → `return latestVisible(rows, rows.lower(time) - 1, time)`
  it('is answered with the latest row that is not after it, one at its own time included', () => {
    const run = new AsOfRun().rows([10, 1], [20, 2], [30, 3]).endRows()
    run.left([9, 90], [10, 100], [19, 190], [20, 200], [29, 290], [30, 300], [99, 990])
    expect(run.answers()).toEqual([
      '90=- @9',
      '100=1 @10',
      '190=1 @19',
      '200=2 @20',
      '290=2 @29',
      '300=3 @30',
      '990=3 @99',
    ])
  })

  // Mutation: packages/runners/src/execution/join/as-of-elements.ts: `if (time >= times.answer) this.#wait` → `if (time > times.answer) this.#wait`
  it('waits while a row of its own time may still come: until the watermark of the dimension is strictly past it', () => {
    const run = new AsOfRun().rows([0, 1]).left([10, 5]).rowsTo(10)
    expect(run.answers()).toEqual([])
    run.rows([10, 2]).left([10, 6])
    expect(run.answers()).toEqual([])
    run.rowsTo(11)
    expect(run.answers()).toEqual(['5=2 @10', '6=2 @10'])
  })

  // Mutation: packages/runners/src/execution/join/join-clocks.ts: `return this.#clocks[input]!.at(this.#effective[input]!)` → `return this.#effective[input]!`
  it('waits for the lateness too, and is answered one millisecond after it, with what has come by then', () => {
    const run = new AsOfRun({ lateness: 5 }).rows([0, 1]).left([10, 5]).rowsTo(15)
    expect(run.answers()).toEqual([])
    run.rows([10, 2])
    expect(run.answers()).toEqual([])
    run.rowsTo(16)
    expect(run.answers()).toEqual(['5=2 @10'])
  })

  it('that comes when the dimension has passed it is answered at once', () => {
    const run = new AsOfRun().rows([0, 1], [8, 2]).rowsTo(11).left([10, 5], [11, 6])
    expect(run.answers()).toEqual(['5=2 @10'])
    expect(run.rowsTo(12).answers()).toEqual(['6=2 @11'])
  })

  it('is answered by rows of its own key alone', () => {
    const run = new AsOfRun().rows([1, 1, 'a'], [2, 2, 'b']).endRows().left([5, 50, 'a'], [5, 51, 'b'], [5, 52, 'c'])
    expect(run.answers()).toEqual(['"a" 50=1 @5', '"b" 51=2 @5', '"c" 52=- @5'])
  })

  // Mutation: packages/runners/src/execution/join/as-of-answers.ts: `if (row === undefined && this.#inner) return false` → `if (this.#inner && false) return false`
  it('without a row is left out of an inner join, and counted', () => {
    const run = new AsOfRun({ type: 'inner' }).rows([10, 1]).endRows().left([9, 90], [10, 100])
    expect(run.answers()).toEqual(['100=1 @10'])
    expect(run.engine.counters().find(({ step }) => step === 'AsOf')).toMatchObject({
      in: 3,
      withOutput: 1,
      withoutOutput: 1,
      waiting: 1,
    })
  })

  // Mutation: packages/runners/src/execution/join/as-of-answers.ts: `time - rows.times[found]! <= this.#maxAge` → `time - rows.times[found]! < this.#maxAge`
  it('is answered by a row of the largest age, and by none that is a millisecond older', () => {
    const run = new AsOfRun({ maxAge: 5 }).rows([10, 1]).endRows().left([15, 150], [16, 160])
    expect(run.answers()).toEqual(['150=1 @15', '160=- @16'])
  })

  it('is not answered by an older row when the latest is too old: that row has taken its place', () => {
    const run = new AsOfRun({ maxAge: 0, type: 'inner' }).rows([10, 1], [12, 2]).endRows().left([12, 120], [13, 130])
    expect(run.answers()).toEqual(['120=2 @12'])
  })

  it('is answered in the order of time within its key, however elements and rows have come', () => {
    const run = new AsOfRun().left([30, 3], [10, 1], [20, 2], [20, 4]).rows([25, 250], [5, 50], [15, 150])
    expect(run.end()).toEqual(['1=50 @10', '2=150 @20', '4=150 @20', '3=250 @30'])
  })
})

describe('what comes late', () => {
  // Mutation: packages/runners/src/execution/join/as-of-join.ts: `if (timestamps[row]! < times.row) notes.tooLate` → `if (timestamps[row]! <= times.row) notes.tooLate`
  it('of the rows is taken at the clock of the dimension, and a millisecond earlier goes to the ledger', () => {
    const run = new AsOfRun({ lateness: 5 }).rowsTo(15).rows([10, 1], [9, 2])
    expect(run.noted()).toEqual(['too-late k=2'])
    expect(run.left([20, 5]).end()).toEqual(['5=1 @20'])
  })

  // Mutation: packages/runners/src/execution/join/as-of-join.ts: `if (time < times.left) {` → `if (time <= times.left) {`
  it('of the elements is taken at the clock of the left side, and a millisecond earlier goes to the ledger', () => {
    const run = new AsOfRun({ lateness: 5 }).rows([0, 1]).endRows().leftTo(15).left([10, 100], [9, 90])
    expect(run.answers()).toEqual(['100=1 @10'])
    expect(run.noted()).toEqual(['too-late k=90'])
  })

  it('of one side is told by its own clock: the other side may be anywhere', () => {
    const run = new AsOfRun().leftTo(100).rows([10, 1]).rowsTo(50).left([100, 5])
    expect(run.rows([49, 2]).noted()).toEqual(['too-late k=2'])
    expect(run.end()).toEqual(['5=1 @100'])
  })

  it('says in the ledger which side, and how far its clock had come', () => {
    const run = new AsOfRun({ lateness: 5 }).leftTo(15).rowsTo(16).left([9, 1]).rows([10, 2])
    expect(run.ledger.map(({ detail }) => detail)).toEqual([
      'the left side takes elements until its watermark has passed their timestamp by its lateness, 5 ms, and its clock had come to ' +
        '1970-01-01T00:00:00.010Z',
      'the right side takes elements until its watermark has passed their timestamp by its lateness, 5 ms, and its clock had come to ' +
        '1970-01-01T00:00:00.011Z',
    ])
    expect(run.ledger[1]).toMatchObject({ watermark: 16, position: { split: '0', offset: 1, unit: 'line' } })
  })

  it('of the elements finds the row of its time, though the left side has moved on', () => {
    const run = new AsOfRun({ lateness: 20 }).rows([0, 1], [10, 2], [30, 3]).endRows().leftTo(40).left([25, 5], [35, 6])
    expect(run.answers()).toEqual(['5=2 @25', '6=3 @35'])
  })
})

describe('rows of one instant', () => {
  // Mutation: packages/runners/src/execution/join/as-of-list.ts: `return left < right ? -1 : left > right ? 1 : 0` → `return left < right ? 1 : left > right ? -1 : 0`
  it('are told apart by their bytes: the greatest counts, in whatever order they come', () => {
    for (const rows of [
      [3, 1, 2],
      [2, 3, 1],
      [1, 2, 3],
    ]) {
      const run = new AsOfRun().rows(...rows.map((row) => [10, row] as const)).left([10, 5])
      expect(run.end()).toEqual(['5=3 @10'])
      expect(run.noted().toSorted()).toEqual(['same-instant k=1', 'same-instant k=2'])
    }
  })

  // Mutation: packages/runners/src/execution/join/as-of-order.ts: `return orderBy === undefined ? own : ` → `return orderBy !== undefined ? own : own + `
  it('are ordered by orderBy first', () => {
    const run = new AsOfRun({ orderBy: (row) => row % 3 }).rows([10, 3], [10, 2], [10, 5], [10, 7]).left([10, 9])
    expect(run.end()).toEqual(['9=5 @10'])
    expect(run.noted().toSorted()).toEqual(['same-instant k=2', 'same-instant k=3', 'same-instant k=7'])
  })

  it('that are equal are one, and no note is made', () => {
    const run = new AsOfRun().rows([10, 1], [10, 1]).rows([10, 1]).left([10, 5])
    expect(run.end()).toEqual(['5=1 @10'])
    expect(run.noted()).toEqual([])
  })

  it('are noted once each when no other can come, those that came several times too', () => {
    const run = new AsOfRun({ lateness: 3 }).rows([10, 1], [10, 2], [10, 1]).rowsTo(13)
    expect(run.noted()).toEqual([])
    run.rows([10, 3]).rowsTo(14)
    expect(run.ledger).toEqual([
      expect.objectContaining({ reason: 'same-instant', element: ['k', 2], timestamp: 10, step: 'AsOf' }),
      expect.objectContaining({
        reason: 'same-instant',
        element: ['k', 1],
        detail: expect.stringContaining('2 times'),
      }),
    ])
    // A note is no loss: all four rows are accounted for.
    run.complete()
    expect(run.engine.counters().find(({ step }) => step === 'AsOf')).toMatchObject({
      in: 4,
      withoutOutput: 4,
      ledger: 0,
    })
  })
})

describe('the result', () => {
  it('keeps the window of its element, whatever the windows of the rows', () => {
    const windowed = (size: number) => windowInto<KV<string, number>>(fixedWindows(milliseconds(size)))
    const run = new AsOfRun({}, {}, { left: (side) => side.pipe(windowed(10)), rows: (side) => side.pipe(windowed(2)) })
    run.rows([3, 1]).left([12, 5]).rowsTo(12).left([11, 6]).rowsTo(20)
    expect(run.outputs['out']!.map(({ timestamp, window }) => [timestamp, window])).toEqual([
      [11, { start: 10, end: 20 }],
      [12, { start: 10, end: 20 }],
    ])
    expect(run.answers()).toEqual(['6=1 @11', '5=1 @12'])
  })

  it('names equal keys alike: 0 and -0 are one key', () => {
    const keyed = (root: Root, name: string) =>
      numbers(root, {}, name).pipe(map(([key, value]) => [key === 'minus' ? -0 : 0, value] as const))
    const run = new Scripted((root) => ({
      out: asOf(keyed(root, 'Left') as never, keyed(root, 'Rows') as never, {}),
    }))
    run.offerTo('Rows', [1, 'minus', 1]).offerTo('Left', [2, 'plus', 5], [3, 'minus', 6]).complete()
    expect(run.outputs['out']!.map(({ value }) => (value as KV<number, unknown>)[0])).toEqual([0, 0])
    expect(run.outputs['out']!.map(shownAnswer)).toEqual(['0 5=1 @2', '0 6=1 @3'])
  })
})
