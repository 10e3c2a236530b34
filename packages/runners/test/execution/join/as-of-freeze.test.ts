/**
 * An as-of join that freezes its answers: by what was known at each element's time, in every run, or by what had come by then.
 */
import { describe, expect, it } from 'vitest'
import { Scripted } from '../scripted.ts'
import { asOfJoin, map, minutes, read, type KV, type PCollection, type Root } from '@tidemark/core'
import { described } from '../scripted.ts'
import { AsOfRun, type AsOfOptions } from './as-of-run.ts'

const frozen = (options: AsOfOptions = {}) => new AsOfRun({ lateRows: 'freeze', lateness: 10, ...options })

describe('answers frozen by arrival', () => {
  it('come by the watermark of the dimension and stand: a late row that would have changed one is noted', () => {
    const run = frozen().rows([0, 1]).left([10, 5]).rowsTo(11)
    expect(run.answers()).toEqual(['5=1 @10'])
    run.rows([10, 2])
    expect(run.answers()).toEqual([])
    expect(run.ledger).toEqual([
      expect.objectContaining({
        reason: 'frozen',
        element: ['k', 2],
        timestamp: 10,
        watermark: 11,
        position: { split: '0', offset: 2, unit: 'line' },
        detail: 'an element at 1970-01-01T00:00:00.010Z had been answered without this row, and its answer stands',
      }),
    ])
  })

  it('leave a late row to the elements that come after it', () => {
    const run = frozen().rows([0, 1]).left([10, 5]).rowsTo(12).rows([9, 2])
    expect(run.left([10, 6], [11, 7]).answers()).toEqual(['5=1 @10', '6=2 @10', '7=2 @11'])
  })

  // Mutation: packages/runners/src/execution/join/as-of-rows.ts: `const end = left.lower(Math.min(next < rows.end ? rows.times[next]! : Infinity, times.answer))` → `const end = left.lower(times.answer)`
  it('note exactly the rows that an answered element would have seen', () => {
    const run = frozen({ lateness: 30 }).rows([5, 1], [20, 2]).left([10, 5], [25, 6]).rowsTo(30)
    expect(run.answers()).toEqual(['5=1 @10', '6=2 @25'])
    const noted = (at: number, value: number) => run.rows([at, value]).noted()
    expect(noted(11, 3)).toEqual([]) // after the first element, and hidden from the second
    expect(noted(4, 3)).toEqual([]) // older than the answer
    expect(noted(5, 1)).toEqual([]) // the answer once more
    expect(noted(26, 3)).toEqual([]) // after both
    expect(noted(10, 3)).toEqual(['frozen k=3']) // at the first element
    expect(noted(9, 4)).toEqual([]) // hidden by the one before
    expect(noted(10, 2)).toEqual([]) // lesser at its instant
    expect(noted(20, 3)).toEqual(['frozen k=3']) // greater at its instant
  })

  it('do not tell of a row that says what the answer says', () => {
    const run = frozen().rows([5, 1]).left([10, 5]).rowsTo(11).rows([7, 1])
    expect(run.noted()).toEqual([])
  })

  it('are forgotten when no such row can come any more', () => {
    const run = frozen().rows([0, 1]).left([10, 5]).rowsTo(20)
    expect(run.rows([10, 2]).noted()).toEqual(['frozen k=2'])
    expect(run.rowsTo(21).rows([10, 3]).noted()).toEqual(['too-late k=3'])
    expect(run.leftTo(100).end()).toEqual(['5=1 @10'])
    expect(run.kept).toBe(0)
  })

  it('hold the output watermark no longer than they wait', () => {
    const run = frozen().left([10, 5]).leftTo(100).rowsTo(10)
    expect(run.outputWatermark).toBe(10)
    run.rowsTo(11)
    expect(run.outputWatermark).toBe(100)
  })
})

interface Segment {
  readonly segment: string
  readonly valid: number
  readonly known: number
}

/** Days of a month, at noon. */
const day = (number: number): number => Date.UTC(2026, 2, number, 12)

function segments(lateRows: 'wait' | 'freeze', events: readonly number[], rows: readonly Segment[]): readonly string[] {
  const keyed = <T>(root: Root, name: string, timestamp: (element: T) => number): PCollection<KV<string, T>> =>
    root.pipe(
      read(name, described<T>(true), { timestamp }),
      map((element) => ['ann', element] as const),
    )
  const run = new Scripted((root) => ({
    out: asOfJoin(
      'Segment',
      {
        left: keyed<number>(root, 'Events', (event) => event),
        right: keyed<Segment>(root, 'Segments', ({ valid }) => valid),
      },
      {
        lateness: minutes(0),
        ...(lateRows === 'freeze' ? { lateRows, knownAt: ({ known }: Segment) => known } : { lateRows }),
      },
    ),
  }))
  run
    .offerTo('Segments', ...rows)
    .offerTo('Events', ...events)
    .complete()
  return run.outputs['out']!.map(({ value, timestamp }) => {
    const [, { right }] = value as KV<string, { readonly right: Segment | null }>
    return `day ${new Date(timestamp).getUTCDate()} ${right === null ? 'unknown' : right.segment}`
  })
}

describe('answers by what was known', () => {
  it('stay what they were when history is replayed: a segment changed on day 5 does not reach events of day 4', () => {
    const rows = [
      { segment: 'small', valid: day(1), known: day(1) },
      { segment: 'large', valid: day(5), known: day(5) },
    ]
    // Played on day 10, when all rows are there.
    for (const lateRows of ['wait', 'freeze'] as const) {
      expect(segments(lateRows, [day(4), day(5), day(6)], rows)).toEqual(['day 4 small', 'day 5 large', 'day 6 large'])
    }
  })

  // Mutation: packages/runners/src/execution/join/as-of-record.ts: `(marks !== undefined && marks[row]! > time)` → `false`
  it('do not know on day 6 what was entered on day 8 for day 5, and know it from day 8 on', () => {
    const rows = [
      { segment: 'small', valid: day(1), known: day(1) },
      { segment: 'large', valid: day(5), known: day(8) },
    ]
    const days = [day(4), day(6), day(7), day(8), day(9)]
    expect(segments('freeze', days, rows)).toEqual([
      'day 4 small',
      'day 6 small',
      'day 7 small',
      'day 8 large',
      'day 9 large',
    ])
    expect(segments('wait', days, rows)).toEqual([
      'day 4 small',
      'day 6 large',
      'day 7 large',
      'day 8 large',
      'day 9 large',
    ])
  })

  it('take a correction from the day on which it became known: of one valid time the latest known', () => {
    const rows = [
      { segment: 'small', valid: day(2), known: day(2) },
      { segment: 'corrected', valid: day(2), known: day(6) },
      { segment: 'corrected again', valid: day(2), known: day(9) },
      { segment: 'large', valid: day(4), known: day(7) },
    ]
    expect(segments('freeze', [3, 5, 6, 7, 9, 10].map(day), rows)).toEqual([
      'day 3 small',
      'day 5 small',
      'day 6 corrected',
      // Valid later, whatever is known of the time before.
      'day 7 large',
      'day 9 large',
      'day 10 large',
    ])
  })

  it('wait for the lateness, and see no row that was known later than they are', () => {
    const run = frozen({ knownAt: (row) => row })
      .rows([0, 4], [8, 12])
      .left([10, 5], [12, 6])
      .rowsTo(20)
    expect(run.answers()).toEqual([])
    expect(run.rowsTo(21).rows([12, 11]).answers()).toEqual(['5=4 @10'])
    expect(run.rowsTo(23).answers()).toEqual(['6=11 @12'])
  })

  it('are of one instant only where valid and known at one time: then the greatest counts', () => {
    const run = frozen({ knownAt: (row) => Math.floor(row / 10) })
      .rows([5, 61], [5, 62], [5, 71])
      .left([6, 1], [7, 2])
    expect(run.end()).toEqual(['1=62 @6', '2=71 @7'])
    expect(run.noted()).toEqual(['same-instant k=61'])
  })

  // Mutation: packages/runners/src/execution/join/as-of-records.ts: `while (hiding >= first && marks[hiding]! >= low) hiding--` → `void marks`
  it('forget a row when one that is later is known to all who may still ask', () => {
    const run = frozen({ lateness: 0, knownAt: (row) => row })
      .rows([1, 1], [2, 9], [3, 4])
      .rowsTo(50)
      .leftTo(4)
    expect(run.kept).toBe(3)
    // At 5 and later the row of 3 is known, so that of 2 is never seen, nor that of 1.
    expect(run.leftTo(5).kept).toBe(1)
    expect(run.left([5, 5], [20, 6]).answers()).toEqual(['5=4 @5', '6=4 @20'])
    // A row that is not known yet hides nothing.
    const unknown = frozen({ lateness: 0, knownAt: (row) => row })
      .rows([1, 1], [2, 2], [3, 9])
      .rowsTo(50)
      .leftTo(4)
    expect(unknown.kept).toBe(2)
    expect(unknown.left([5, 5], [9, 6]).answers()).toEqual(['5=2 @5', '6=9 @9'])
  })
})
