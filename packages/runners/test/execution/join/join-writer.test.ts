/**
 * The rows that a join emits, as bundles: columns that say nothing are left out.
 */
import { GLOBAL_WINDOW, type Window } from '@tidemark/core'
import { describe, expect, it } from 'vitest'
import type { Bundle } from '../../../src/execution/bundle/bundle.ts'
import { JoinWriter } from '../../../src/execution/join/join-writer.ts'
import { Output } from '../../../src/execution/plan/output.ts'

function written(): { readonly rows: JoinWriter; readonly output: Output; readonly bundles: Bundle[] } {
  const bundles: Bundle[] = []
  const output = new Output()
  const copy = (column: ArrayLike<number> | undefined): number[] | undefined => column && Array.from(column)
  const process = (bundle: Bundle): void => {
    const { timestamps, signs, watermarks } = bundle
    bundles.push({ ...bundle, timestamps: copy(timestamps)!, signs: copy(signs), watermarks: copy(watermarks) })
  }
  output.connect({ process, advance: () => undefined }, 0)
  return { rows: new JoinWriter(), output, bundles }
}

const WINDOW: Window = { start: 0, end: 10 }

describe('rows of a join', () => {
  it('are handed on once, with no column for what is the same for all', () => {
    const { rows, output, bundles } = written()
    rows.row('k', 1, 5, GLOBAL_WINDOW, 1)
    rows.row('j', 2, 6, GLOBAL_WINDOW, 1)
    expect([rows.flush(output), rows.flush(output)]).toEqual([2, 0])
    expect(bundles).toEqual([
      {
        length: 2,
        keys: ['k', 'j'],
        values: [1, 2],
        timestamps: [5, 6],
        windows: undefined,
        signs: undefined,
        panes: [],
        paneOf: undefined,
        watermarks: undefined,
        positions: undefined,
      },
    ])
  })

  it('tell all signs where one is taken back, and all windows where one has its own', () => {
    const { rows, output, bundles } = written()
    rows.row('k', 1, 5, GLOBAL_WINDOW, 1)
    rows.row('k', 1, 5, WINDOW, -1)
    rows.row('k', 2, 6, GLOBAL_WINDOW, 1)
    rows.flush(output)
    rows.row('k', 3, 7, GLOBAL_WINDOW, 1)
    rows.flush(output)
    expect(bundles.map(({ signs, windows }) => [signs, windows])).toEqual([
      [
        [1, -1, 1],
        [GLOBAL_WINDOW, WINDOW, GLOBAL_WINDOW],
      ],
      [undefined, undefined],
    ])
  })

  it('tell the watermark before each where it moves inside a bundle', () => {
    const { rows, output, bundles } = written()
    rows.watermark = 3
    rows.row('k', 1, 5, GLOBAL_WINDOW, 1)
    rows.watermark = 4
    rows.row('k', 2, 6, GLOBAL_WINDOW, 1)
    rows.flush(output)
    expect(bundles[0]!.watermarks).toEqual([3, 4])
  })

  it('are full at 4096', () => {
    const { rows, output } = written()
    for (let row = 0; row < 4095; row++) rows.row('k', row, row, GLOBAL_WINDOW, 1)
    expect(rows.isFull).toBe(false)
    rows.row('k', 0, 0, GLOBAL_WINDOW, 1)
    expect([rows.isFull, rows.flush(output), rows.isFull]).toEqual([true, 4096, false])
  })
})
