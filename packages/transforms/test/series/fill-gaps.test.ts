/**
 * A series without gaps: what is missing is said.
 */
import {
  afterCount,
  afterWatermark,
  combinePerKey,
  compareBytes,
  encodeValue,
  fixedWindows,
  globalWindow,
  map,
  milliseconds,
  pipe,
  windowInto,
  withKeys,
  type PCollection,
  type PTransform,
} from '@tidemark/core'
import { calendarDays } from '@tidemark/core/calendar'
import { assertSameAnswer } from '@tidemark/runners/testing'
import { count, fillGaps, type Fill, type FillGapsOptions } from '@tidemark/transforms'
import { describe, expect, it } from 'vitest'
import { driftOf, grouped, inWindow, liveIn, rowsOf, settledIn, shown, timestamp, tries, type Row } from '../rows.ts'

const SIZE = 5
const grid = fixedWindows(milliseconds(SIZE))
type Options = Omit<FillGapsOptions<Fill<number>>, 'grid'>

const keyed = pipe(
  withKeys(({ id }: Row) => id),
  map(([id, { value }]) => [id, value] as const),
)
const filled = (options: Options): PTransform<PCollection<Row>, PCollection<unknown>> =>
  pipe(keyed, fillGaps('Gaps', { grid, ...options }))

/** Window by window. */
function naive(rows: readonly Row[], { upTo, until = Infinity, fill = 'missing' }: Options): readonly string[] {
  const all: unknown[] = []
  for (const [id, ofKey] of grouped(rows, (row) => row.id)) {
    const windows = grouped(ofKey, ({ at }) => Math.floor(at / SIZE) * SIZE)
    let last: { readonly value: number; readonly end: number } | undefined
    for (let start = 0; start < 300; start += SIZE) {
      const values = windows.get(start)
      if (values !== undefined) {
        last = { value: lastOf(values), end: start + SIZE }
        all.push(...values.map(({ value }) => inWindow(start, [id, { is: 'value', value }])))
      } else if (last !== undefined && start + SIZE <= last.end + upTo.toMillis() && start < until) {
        const value = fill === 'missing' ? null : fill === 'previous' ? last.value : fill.constant
        all.push(inWindow(start, [id, { is: typeof fill === 'string' ? fill : 'constant', value }]))
      }
    }
  }
  return shown(all)
}

/** The value of the latest row; of simultaneous ones the greatest by bytes, for a step sees no more of a row than that. */
function lastOf(rows: readonly Row[]): number {
  const latest = rows.filter(({ at }) => at === rows.at(-1)!.at).map(({ value }) => value)
  return latest.toSorted((a, b) => compareBytes(encodeValue(a), encodeValue(b))).at(-1)!
}

const variants: readonly Options[] = [
  { upTo: milliseconds(15) },
  { upTo: milliseconds(12), fill: 'previous' },
  { upTo: milliseconds(40), fill: { constant: 0 }, until: 52 },
  { upTo: milliseconds(0) },
]

describe('fillGaps', () => {
  // Mutation: packages/transforms/src/series/fill-gaps.ts: `end > last.end || start >= until` → `end >= last.end || start >= until`
  it('says of every window of the grid what it has, for as long as asked', () => {
    for (const [seed, options] of tries(variants)) {
      const rows = rowsOf(seed, 12, { ids: 2, span: 80 })
      expect(settledIn(filled(options), rows), `seed: ${seed}`).toEqual(naive(rows, options))
    }
  })

  it.each([0, 1, 2, 3])('settles on the same in every order, bundle and restore (variant %i)', (variant) => {
    const options = variants[variant]!
    assertSameAnswer(filled(options), rowsOf(2, 14, { ids: 2, span: 80 }), { timestamp, runs: 20 })
    expect(driftOf(filled(options))).toEqual([])
  })

  it('takes the panes of a grouping, corrected ones too', () => {
    const perWindow = windowInto<Row>(grid, {
      trigger: afterWatermark({ early: afterCount(1), late: afterCount(1) }),
      allowedLateness: milliseconds(10),
      accumulationMode: 'retracting',
    })
    const counts = pipe(
      perWindow,
      withKeys(({ id }: Row) => id),
      combinePerKey('Count', count()),
    )
    const transform = pipe(counts, fillGaps('Gaps', { grid, upTo: milliseconds(20) }))
    assertSameAnswer(transform, rowsOf(9, 20, { ids: 2 }), { timestamp, runs: 20 })
    expect(driftOf(transform)).toEqual([])
  })

  it('says that something is missing once the watermark is past it, and stops when the time is up', async () => {
    const at = (id: string, time: number): Row => ({ id, at: time, value: 7 })
    const rows = [at('a', 1), at('b', 4), at('b', 6), at('b', 11), at('b', 40), at('b', 60)]
    const { changes } = await liveIn(filled({ upTo: milliseconds(10) }), rows)
    const ofA = changes.map((each) => each.filter((change) => change.includes('"a"')))
    const missing = '+["a",{"is":"missing","value":null}]'
    // An element of 1 runs when the watermark is past 1; the window from 5 is known to be empty when it is past 9.
    expect(ofA).toEqual([[], ['+["a",{"is":"value","value":7}]'], [], [missing], [missing], []])
  })

  it('counts a day of 25 hours as one gap', () => {
    const days = calendarDays({ zone: 'Europe/Berlin' })
    const noon = (day: number): Row => ({ id: 'a', at: Date.UTC(2026, 9, day, 12), value: day })
    const gaps = pipe(keyed, fillGaps('Gaps', { grid: days, upTo: milliseconds(72 * 3_600_000) }))
    const start = (day: number, hour: number): number => Date.UTC(2026, 9, day, hour)
    expect(settledIn(gaps, [noon(24), noon(26)])).toEqual(
      shown([
        inWindow(start(23, 22), ['a', { is: 'value', value: 24 }]),
        inWindow(start(24, 22), ['a', { is: 'missing', value: null }]),
        inWindow(start(25, 23), ['a', { is: 'value', value: 26 }]),
        ...[26, 27, 28].map((day) => inWindow(start(day, 23), ['a', { is: 'missing', value: null }])),
      ]),
    )
  })

  it('refuses a grid that does not tile time, and a fill that says nothing', () => {
    for (const bad of [globalWindow(), undefined as never]) {
      expect(() => fillGaps('G', { grid: bad, upTo: milliseconds(1) })).toThrow(
        expect.objectContaining({ code: 'BAD_GRID' }),
      )
    }
    expect(() => filled({ upTo: milliseconds(1), fill: 'zero' as never })).toThrow(/is "zero"/)
    expect(() => filled({ upTo: milliseconds(1), until: Number.NaN })).toThrow(/until of fillGaps\("Gaps"\)/)
    expect(() => filled({ upTo: milliseconds(-1) })).toThrow(expect.objectContaining({ code: 'BAD_DURATION' }))
  })
})
