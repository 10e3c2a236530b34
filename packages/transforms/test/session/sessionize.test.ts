/**
 * Sessions of each key, with what was in them.
 */
import { afterCount, afterWatermark, fixedWindows, milliseconds, pipe, windowInto } from '@tidemark/core'
import { checkCombineFnLaws } from '@tidemark/core/testing'
import { assertSameAnswer } from '@tidemark/runners/testing'
import { sessionize, sumOf } from '@tidemark/transforms'
import { describe, expect, it } from 'vitest'
import { spanOf } from '../../src/session/span.ts'
import { driftOf, grouped, inWindow, liveIn, rowsOf, settledIn, shown, timestamp, type Row } from '../rows.ts'

const GAP = 4
const options = { key: ({ id }: Row) => id, gap: milliseconds(GAP) }
const lists = sessionize('Sessions', options)
const sums = sessionize('Sessions', { ...options, combine: sumOf(({ value }: Row) => value) })
const retracting = windowInto<Row>(fixedWindows(milliseconds(100)), {
  trigger: afterWatermark({ early: afterCount(1), late: afterCount(1) }),
  allowedLateness: milliseconds(15),
  accumulationMode: 'retracting',
})

/** Sessions, row by row. */
function naive(rows: readonly Row[]): readonly (readonly Row[])[] {
  return [...grouped(rows, ({ id }) => id).values()].flatMap((ofKey) => {
    const sessions: Row[][] = []
    for (const row of ofKey) {
      const last = sessions.at(-1)
      if (last !== undefined && row.at - last.at(-1)!.at < GAP) last.push(row)
      else sessions.push([row])
    }
    return sessions
  })
}

function spanOfRows(rows: readonly Row[]) {
  const [start, end] = [rows[0]!.at, rows.at(-1)!.at]
  return { key: rows[0]!.id, start, end, count: rows.length, duration: end - start }
}

describe('sessionize', () => {
  // Mutation: packages/transforms/src/session/sessionize.ts: `const end = sorted.at(-1)!.at` → `const end = sorted[0]!.at`
  it('finds the sessions of a sorted list, with their elements or with what they come to', () => {
    for (let seed = 1; seed <= 40; seed += 1) {
      const rows = rowsOf(seed, 30)
      const sessions = naive(rows)
      expect(settledIn(lists, rows), `seed: ${seed}`).toEqual(
        shown(sessions.map((all) => inWindow(all[0]!.at, { ...spanOfRows(all), elements: all }))),
      )
      const total = (all: readonly Row[]): number => all.reduce((sum, { value }) => sum + value, 0)
      expect(settledIn(sums, rows), `seed: ${seed}`).toEqual(
        shown(sessions.map((all) => inWindow(all[0]!.at, { ...spanOfRows(all), value: total(all) }))),
      )
    }
  })

  it.each([
    ['lists', lists],
    ['sums', sums],
  ])('settles on the same in every order, bundle and restore, early panes and all (%s)', (_, transform) => {
    for (const each of [transform, pipe(retracting, transform as typeof lists)]) {
      assertSameAnswer(each, rowsOf(2, 24), { timestamp, runs: 15, seed: 5 })
      expect(driftOf(each)).toEqual([])
    }
  })

  it('joins two sessions when an element between them comes late, and takes them back', async () => {
    const at = (time: number): Row => ({ id: 'a', at: time, value: 1 })
    const { changes } = await liveIn(pipe(retracting, sums), [at(0), at(6), at(3)], 10)
    const session = (start: number, end: number, count: number): string =>
      `{"count":${count},"duration":${end - start},"end":${end},"key":"a","start":${start},"value":${count}}`
    expect(changes).toEqual([
      [`+${session(0, 0, 1)}`],
      [`+${session(6, 6, 1)}`],
      [`-${session(0, 0, 1)}`, `-${session(6, 6, 1)}`, `+${session(0, 6, 3)}`],
    ])
  })

  it('keeps the laws of combiners, stored and merged in any way', () => {
    const inputs = [5, 3, 9].map((at) => ({ at, element: { id: 'a', at, value: at / 10 } }))
    expect(checkCombineFnLaws(spanOf(sumOf(({ value }: Row) => value)), inputs)).toEqual([])
  })

  it('refuses a gap of nothing, and an option that it does not know', () => {
    expect(() => sessionize('S', { ...options, gap: milliseconds(0) })).toThrow(
      expect.objectContaining({ code: 'BAD_DURATION' }),
    )
    expect(() => sessionize('S', { ...options, gaps: 1 } as never)).toThrow(/Did you mean "gap"/)
  })
})
