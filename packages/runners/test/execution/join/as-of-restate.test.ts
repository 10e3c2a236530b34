/**
 * An as-of join that restates: elements are answered by the dimension's watermark, and answered anew when a late row says otherwise.
 */
import { fixedWindows, milliseconds, windowInto, type KV } from '@tidemark/core'
import { describe, expect, it } from 'vitest'
import { AsOfRun, type AsOfOptions } from './as-of-run.ts'

const restating = (options: AsOfOptions = {}) => new AsOfRun({ lateRows: 'restate', lateness: 10, ...options })

describe('an element', () => {
  // Mutation: packages/runners/src/execution/join/as-of-join.ts: `const answer = keeps ? this.#watermarkOfRows() : row` → `const answer = row`
  it('is answered when the watermark of the dimension is strictly past it, without the lateness', () => {
    const run = restating().rows([0, 1]).left([10, 5]).rowsTo(10)
    expect(run.answers()).toEqual([])
    expect(run.rowsTo(11).answers()).toEqual(['5=1 @10'])
    expect(run.left([9, 6]).answers()).toEqual(['6=1 @9'])
  })

  it('is answered anew by a late row, up to the next row', () => {
    const run = restating({ lateness: 15 }).rows([0, 1], [20, 2]).left([9, 9], [10, 10], [19, 19], [20, 20]).rowsTo(21)
    expect(run.answers()).toEqual(['9=1 @9', '10=1 @10', '19=1 @19', '20=2 @20'])
    // Its own time is the first, and that of the next row is the first not.
    run.rows([10, 7])
    expect(run.answers()).toEqual(['-10=1 @10', '10=7 @10', '-19=1 @19', '19=7 @19'])
  })

  // Mutation: packages/runners/src/execution/join/as-of-elements.ts: `const end = left.lower(Math.min(until, reached.answer))` → `const end = left.upper(Math.min(until, reached.answer))`
  it('is restated up to the lateness, and no more a millisecond later, when such a row is too late itself', () => {
    const run = restating().rows([0, 1]).left([9, 4], [10, 5]).rowsTo(20)
    expect(run.answers()).toEqual(['4=1 @9', '5=1 @10'])
    expect(run.rows([10, 2]).answers()).toEqual(['-5=1 @10', '5=2 @10'])
    expect(run.rowsTo(21).rows([10, 3]).answers()).toEqual([])
    expect(run.noted()).toEqual(['too-late k=3'])
  })

  it('that is late itself is answered at once, and restated like others', () => {
    const run = restating().rows([0, 1]).rowsTo(15).leftTo(15).left([8, 5])
    expect(run.answers()).toEqual(['5=1 @8'])
    expect(run.rows([6, 2]).answers()).toEqual(['-5=1 @8', '5=2 @8'])
  })

  it('is not restated by a row that changes nothing: equal, lesser of one instant, older than the answer, or of another key', () => {
    const run = restating().rows([8, 4]).left([10, 5]).rowsTo(12)
    expect(run.answers()).toEqual(['5=4 @10'])
    run.rows([8, 4], [8, 3], [7, 9], [11, 9], [9, 9, 'other'], [9, 4])
    expect(run.answers()).toEqual([])
    expect(run.rows([8, 5]).answers()).toEqual([])
    expect(run.rows([9, 6]).answers()).toEqual(['-5=4 @10', '5=6 @10'])
  })

  it('of an inner join comes when a late row brings an answer, and vanishes never without one taken back', () => {
    const run = restating({ type: 'inner', maxAge: 5 }).left([10, 5], [14, 6]).rowsTo(20)
    expect(run.answers()).toEqual([])
    expect(run.rows([10, 1]).answers()).toEqual(['5=1 @10', '6=1 @14'])
    // Both rows are of the right age for the first alone.
    expect(run.end()).toEqual([])
    expect(run.settled()).toEqual(['all k={"left":5,"right":1}', 'all k={"left":6,"right":1}'])
  })

  it('is restated only where the age of the row allows', () => {
    const run = restating({ maxAge: 3 }).rows([9, 1]).left([12, 5], [13, 6], [14, 7]).rowsTo(16)
    expect(run.answers()).toEqual(['5=1 @12', '6=- @13', '7=- @14'])
    expect(run.rows([10, 2]).answers()).toEqual(['-5=1 @12', '5=2 @12', '-6=- @13', '6=2 @13'])
  })
})

describe('the settled result', () => {
  it('is that of waiting', () => {
    const results = (['wait', 'restate'] as const).map((lateRows) => {
      const run = new AsOfRun({ lateRows, lateness: 10 })
      run.rows([0, 1], [9, 9]).left([5, 50], [10, 100]).rowsTo(11).rows([4, 4], [10, 10]).left([7, 70]).rowsTo(17)
      run.rows([7, 7], [8, 8])
      run.complete()
      return run.settled()
    })
    expect(results[1]).toEqual(results[0])
    expect(results[0]).toEqual([
      'all k={"left":50,"right":4}',
      'all k={"left":70,"right":7}',
      'all k={"left":100,"right":10}',
    ])
  })
})

describe('the output watermark', () => {
  // Mutation: packages/runners/src/execution/join/as-of-join.ts: `const restated = restates ? kept.peekTime() + payload.lateness.right : Infinity` → `const restated = Infinity`
  it('stays so far back that a restated answer is not too late below', () => {
    const run = restating().rows([0, 1]).left([10, 5]).leftTo(100)
    expect(run.outputWatermark).toBe(10)
    run.rowsTo(11)
    expect(run.outputWatermark).toBe(20)
    run.rowsTo(20)
    expect(run.outputWatermark).toBe(20)
    run.rowsTo(21)
    expect(run.outputWatermark).toBe(100)
  })

  it('lets a window below take the last restated answer', () => {
    const windowed = windowInto<KV<string, number>>(fixedWindows(milliseconds(1)))
    const run = restating({}).left([10, 5]).rowsTo(11).leftTo(1000)
    expect(run.answers()).toEqual(['5=- @10'])
    const below = new AsOfRun(
      { lateRows: 'restate', lateness: 10 },
      {},
      { left: (side) => side.pipe(windowed), rows: (side) => side },
    )
    below.left([10, 5]).rowsTo(11).leftTo(1000)
    // The window [10, 11) takes elements until 10 + 10.
    expect(below.outputWatermark).toBe(20)
    expect(below.rowsTo(20).rows([10, 1]).answers()).toEqual(['5=- @10', '-5=- @10', '5=1 @10'])
  })
})

describe('conservation', () => {
  it('counts an element as waiting until its answer is final, then with output or without', () => {
    const run = restating({ type: 'inner' }).left([10, 5], [12, 6]).rowsTo(13).rows([11, 1])
    expect(run.answers()).toEqual(['6=1 @12'])
    const counters = () => run.engine.counters().find(({ step }) => step === 'AsOf')
    expect(counters()).toMatchObject({ in: 3, withOutput: 0, withoutOutput: 0, waiting: 3 })
    run.rowsTo(21)
    expect(counters()).toMatchObject({ in: 3, withOutput: 0, withoutOutput: 1, waiting: 2 })
    run.rowsTo(23)
    expect(counters()).toMatchObject({ in: 3, withOutput: 1, withoutOutput: 1, waiting: 1 })
  })
})
