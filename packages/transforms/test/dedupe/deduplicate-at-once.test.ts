/**
 * deduplicate that does not wait: what it says in the end is what it says when it waits.
 */
import { afterCount, afterWatermark, fixedWindows, milliseconds, pipe, windowInto } from '@tidemark/core'
import { assertSameAnswer } from '@tidemark/runners/testing'
import { deduplicate, type DeduplicateOptions } from '@tidemark/transforms'
import { describe, expect, it } from 'vitest'
import {
  driftOf,
  grouped,
  inWindow,
  liveIn,
  rowsOf,
  settledIn,
  shown,
  textOf,
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
const by = (options: Omit<DeduplicateOptions<Row>, 'key'>) =>
  pipe(perWindow, deduplicate('Dedupe', { key: ({ id }: Row) => id, ...options }))
const rules = ['chain', 'anchored'] as const

/** The rule, row by row. */
function naive(rows: readonly Row[], within: number, rule: (typeof rules)[number]): readonly string[] {
  const kept: unknown[] = []
  for (const copies of grouped(rows, ({ id, at }) => `${Math.floor(at / SIZE)} ${id}`).values()) {
    let last = -Infinity
    for (const row of copies) {
      const isCopy = row.at - last <= within
      if (!isCopy) kept.push(inWindow(Math.floor(row.at / SIZE) * SIZE, row))
      if (!isCopy || rule === 'chain') last = row.at
    }
  }
  return shown(kept)
}

describe('deduplicate at once', () => {
  // Mutation: packages/transforms/src/dedupe/deduplicate.ts: `if (!isCopy || rule === 'chain') last = at` → `if (!isCopy) last = at`
  it('keeps what the rule keeps of a sorted list, as it does when it waits', () => {
    for (const [seed, rule] of tries(rules)) {
      const options = { within: milliseconds(3), rule }
      const rows = rowsOf(seed, 30, { span: 50, ids: 2 })
      const expected = naive(rows, 3, rule)
      expect(settledIn(by({ ...options, emit: 'at-once' }), rows), `seed: ${seed}`).toEqual(expected)
      expect(settledIn(by(options), rows), `seed: ${seed}`).toEqual(expected)
    }
  })

  it.each(rules)('settles on the same in every order, bundle and restore (%s)', (rule) => {
    const transform = by({ within: milliseconds(3), rule, emit: 'at-once' })
    assertSameAnswer(transform, rowsOf(4, 24), { timestamp, runs: 25, seed: 9 })
    expect(driftOf(transform)).toEqual([])
  })

  it('says each row that is none, and takes it back when an earlier one makes it a copy', async () => {
    const at = (time: number): Row => ({ id: 'a', at: time, value: 0 })
    const { changes } = await liveIn(by({ within: milliseconds(3), emit: 'at-once' }), [at(8), at(14), at(6), at(11)])
    const [six, eight, fourteen] = [6, 8, 14].map((time) => textOf(at(time)))
    expect(changes).toEqual([
      [`+${eight}`],
      [`-${eight}`, `+${eight}`, `+${fourteen}`],
      [`-${eight}`, `-${fourteen}`, `+${six}`, `+${fourteen}`],
      // Now all are one run: 6, 8, 11, 14.
      [`-${six}`, `-${fourteen}`, `+${six}`],
    ])
  })
})
