/**
 * What elements come to, one after the other.
 */
import { fixedWindows, milliseconds, windowInto, composite, type PCollection } from '@tidemark/core'
import { assertSameAnswer } from '@tidemark/runners/testing'
import { max, over, runningTotals, sumOf } from '@tidemark/transforms'
import { describe, expect, it } from 'vitest'
import { driftOf, graphOf, grouped, inWindow, rowsOf, settledIn, shown, timestamp, type Row } from '../rows.ts'

const SIZE = 20
const per = fixedWindows(milliseconds(SIZE))
const key = ({ id }: Row): string => id
const sums = runningTotals('Totals', { key, combine: sumOf(({ value }: Row) => value / 2), per })

describe('runningTotals', () => {
  // Mutation: packages/transforms/src/series/running-totals.ts: `elements.pipe(windowInto(per))` → `elements`
  it('has beside each element all of its key and window up to it, by time and then by bytes', () => {
    for (let seed = 1; seed <= 40; seed += 1) {
      const rows = rowsOf(seed, 30, { ids: 2, span: 50 })
      const expected = [...grouped(rows, ({ id, at }) => `${Math.floor(at / SIZE)} ${id}`).values()].flatMap((all) =>
        all.map((element, index) => {
          const halves = all.slice(0, index + 1).reduce((sum, { value }) => sum + value, 0)
          return inWindow(Math.floor(element.at / SIZE) * SIZE, [element.id, { element, total: halves / 2 }])
        }),
      )
      expect(settledIn(sums, rows), `seed: ${seed}`).toEqual(shown(expected))
    }
  })

  it('settles on the same in every order, bundle and restore, over any combiner', () => {
    for (const transform of [
      sums,
      runningTotals('Totals', { key, combine: over(({ value }: Row) => value, max()), per }),
    ]) {
      assertSameAnswer(transform, rowsOf(8, 30, { ids: 2 }), { timestamp, runs: 20 })
      expect(driftOf(transform)).toEqual([])
    }
  })

  it('goes by the windows of its input when it has none of its own, and refuses one that never ends', () => {
    const own = runningTotals('Totals', { key, combine: sumOf(({ value }: Row) => value) })
    const rows = rowsOf(1, 30)
    const windowed = composite('W', (all: PCollection<Row>) => all.pipe(windowInto(per), own))
    const stated = runningTotals('Totals', { key, combine: sumOf(({ value }: Row) => value), per })
    expect(settledIn(windowed, rows)).toEqual(settledIn(stated, rows))
    expect(() => graphOf(own)).toThrow(expect.objectContaining({ code: 'NEVER_FORGETS' }))
  })
})
