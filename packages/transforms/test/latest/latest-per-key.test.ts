/**
 * The latest value of each key, whenever it came.
 */
import {
  afterCount,
  afterWatermark,
  combinePerKey,
  fixedWindows,
  map,
  milliseconds,
  pipe,
  sessions,
  windowInto,
  withKeys,
} from '@tidemark/core'
import { assertSameAnswer } from '@tidemark/runners/testing'
import { count, latestPerKey, type LatestPerKeyOptions } from '@tidemark/transforms'
import { describe, expect, it } from 'vitest'
import {
  driftOf,
  graphOf,
  grouped,
  inWindow,
  liveIn,
  rowsOf,
  settledIn,
  shown,
  timestamp,
  tries,
  type Row,
} from '../rows.ts'

const SIZE = 20
const perWindow = windowInto<Row>(fixedWindows(milliseconds(SIZE)), {
  trigger: afterWatermark({ late: afterCount(1) }),
  allowedLateness: milliseconds(15),
  accumulationMode: 'retracting',
})
const keyed = withKeys(({ id }: Row) => id)
const latest = (options?: LatestPerKeyOptions) => pipe(perWindow, keyed, latestPerKey('Latest', options))
const variants: readonly LatestPerKeyOptions[] = [{}, { emit: 'at-once' }]

describe('latestPerKey', () => {
  // Mutation: packages/transforms/src/latest/latest-per-key.ts: `if (a.at !== b.at) return a.at > b.at ? a : b` → ``
  it('is the last of a sorted list, of simultaneous ones the greatest by bytes, at once or not', () => {
    for (const [seed, options] of tries(variants)) {
      const rows = rowsOf(seed, 30, { span: 50 })
      const expected = [...grouped(rows, ({ id, at }) => `${Math.floor(at / SIZE)} ${id}`).values()].map((all) =>
        inWindow(Math.floor(all[0]!.at / SIZE) * SIZE, [all[0]!.id, all.at(-1)]),
      )
      expect(settledIn(latest(options), rows), `seed: ${seed}`).toEqual(shown(expected))
    }
  })

  it.each(variants)('settles on the same in every order, bundle and restore (%o)', (options) => {
    assertSameAnswer(latest(options), rowsOf(7, 24), { timestamp, runs: 20 })
    expect(driftOf(latest(options))).toEqual([])
  })

  it('comes at once and is taken back for a later one, not for one that is not', async () => {
    const at = (time: number): Row => ({ id: 'a', at: time, value: time })
    const values = pipe(
      latest({ emit: 'at-once' }),
      map(([, { value }]) => value),
    )
    const { changes } = await liveIn(values, [at(5), at(9), at(7)])
    expect(changes).toEqual([['+5'], ['-5', '+9'], ['-9', '+9']])
  })

  it('refuses to emit at once where windows are not told by time, or never end, and times that depend on arrival', () => {
    const atOnce = pipe(keyed, latestPerKey('Latest', { emit: 'at-once' }))
    expect(() => graphOf(atOnce)).toThrow(expect.objectContaining({ code: 'NEVER_FORGETS' }))
    const counted = pipe(
      windowInto<Row>(fixedWindows(milliseconds(5)), { timestampCombiner: 'latest' }),
      keyed,
      combinePerKey('Count', count()),
      latestPerKey('Latest'),
    )
    expect(() => graphOf(counted)).toThrow(expect.objectContaining({ code: 'PANE_TIMESTAMPS' }))
    const inSessions = pipe(windowInto<Row>(sessions(milliseconds(5))), atOnce)
    expect(() => graphOf(inSessions)).toThrow(expect.objectContaining({ code: 'WINDOWS_NOT_TILING' }))
  })
})
