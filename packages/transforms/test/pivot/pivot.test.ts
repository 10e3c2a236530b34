/**
 * One record of each row, with the columns that were stated.
 */
import {
  afterCount,
  afterWatermark,
  create,
  combinePerKey,
  fixedWindows,
  map,
  milliseconds,
  pipe,
  windowInto,
  withKeys,
} from '@tidemark/core'
import { checkCombineFnLaws } from '@tidemark/core/testing'
import { batchRunner } from '@tidemark/runners/batch'
import { assertSameAnswer } from '@tidemark/runners/testing'
import { count, max, mean, pivot, sum } from '@tidemark/transforms'
import { describe, expect, it } from 'vitest'
import { cellsOf } from '../../src/pivot/cells.ts'
import { driftOf, grouped, inWindow, rowsOf, settledIn, shown, timestamp, type Row } from '../rows.ts'

const SIZE = 20
const columns = ['0', '1', '2'] as const
const cells = {
  row: ({ id }: Row) => id,
  columns,
  column: ({ value }: Row) => String(value),
  value: ({ at }: Row) => at,
}
const perWindow = windowInto<Row>(fixedWindows(milliseconds(SIZE)), {
  trigger: afterWatermark({ early: afterCount(2), late: afterCount(1) }),
  allowedLateness: milliseconds(15),
  accumulationMode: 'retracting',
})
const sums = pivot('Sums', { ...cells, cell: sum() })

describe('pivot', () => {
  // Mutation: packages/transforms/src/pivot/cells.ts: `own.inner = cell.addInput(own.inner, value)` → `own.inner = cell.addInput(cell.createAccumulator(), value)`
  it('makes a record of each row and window with every column, null where nothing was said', () => {
    for (let seed = 1; seed <= 40; seed += 1) {
      const rows = rowsOf(seed, 20)
      const expected = [...grouped(rows, ({ id, at }) => `${Math.floor(at / SIZE)} ${id}`)].map(([key, all]) => {
        const cell = (column: string): number | null => {
          const said = all.filter(({ value }) => String(value) === column)
          return said.length === 0 ? null : said.reduce((total, { at }) => total + at, 0)
        }
        const record = Object.fromEntries(columns.map((column) => [column, cell(column)]))
        return inWindow(Number(key.split(' ')[0]) * SIZE, [all[0]!.id, record])
      })
      expect(settledIn(pipe(perWindow, sums), rows), `seed: ${seed}`).toEqual(shown(expected))
    }
  })

  // Mutation: packages/transforms/src/pivot/cells.ts: `own === null || own.count === 0 ? null : cell` → `own === null ? null : cell`
  it('settles on the same in every order, bundle and restore, fed by changes too', () => {
    const perId = pipe(
      perWindow,
      withKeys(({ id }: Row) => id),
      combinePerKey('Count', count()),
      map(([id, n]): Row => ({ id: `row ${n % 2}`, at: n, value: Number(id.slice(3)) % 3 })),
    )
    for (const cell of [sum(), max(), mean()]) {
      for (const before of [perWindow, perId]) {
        const transform = pipe(before, pivot('Cells', { ...cells, cell: cell as ReturnType<typeof mean> }))
        assertSameAnswer(transform, rowsOf(3, 20), { timestamp, runs: 10 })
        expect(driftOf(transform)).toEqual([])
      }
    }
  })

  it('keeps the laws of combiners, with and without what may be left out', () => {
    const inputs = [
      [0, 1],
      [1, 0.1],
      [0, 0.2],
      [0, 0.3],
    ] as const
    const broken = [sum(), count(), max()].flatMap((cell) =>
      checkCombineFnLaws(cellsOf(columns, cell as ReturnType<typeof sum>), inputs),
    )
    expect(broken).toEqual([])
  })

  it('fails on a column that was not stated, or enters it in the ledger where that is asked for', async () => {
    const run = (unknown?: 'dead-letter') =>
      batchRunner({ progress: 'never', deadLetters: 'off' }).run((root) => ({
        out: root.pipe(
          create(
            'Rows',
            [
              { id: 'a', at: 0, value: 9 },
              { id: 'a', at: 1, value: 1 },
            ],
            { timestamp },
          ),
          pivot('Sums', { ...cells, cell: sum(), ...(unknown && { unknown }) }),
        ),
      }))
    await expect(run()).rejects.toMatchObject({ code: 'UNKNOWN_COLUMN' })
    const { outputs, ledger } = await run('dead-letter')
    expect(outputs.out.map(({ value }) => value)).toEqual([['a', { 0: null, 1: 1, 2: null }]])
    expect(ledger.map(({ reason, detail }) => [reason, detail?.includes('of column "9"')])).toEqual([
      ['dead-letter', true],
    ])
  })

  it('refuses to have no columns, or one twice', () => {
    for (const bad of [[], ['a', 'a'], undefined]) {
      expect(() => pivot('P', { ...cells, columns: bad as never, cell: sum() })).toThrow(
        expect.objectContaining({ code: 'BAD_OPTION' }),
      )
    }
  })
})
