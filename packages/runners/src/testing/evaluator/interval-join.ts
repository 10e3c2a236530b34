/**
 * intervalJoin: every left row with every right row of its key that lies in its interval, and what has none.
 */
import { GLOBAL_WINDOW, NO_FIRING, type Timestamp } from '@tidemark/core'
import type { IntervalJoinPayload } from '@tidemark/core/graph'
import { canonicalKey, textOfKey } from './canonical-order.ts'
import type { JoinSides } from './join-sides.ts'
import { keyedValue, type Row } from './rows.ts'

/** Joins two lists of rows by comparing each with each. */
export function evaluateIntervalJoin(payload: IntervalJoinPayload, { left, right }: JoinSides): readonly Row[] {
  const { before, after, type, keyCoder } = payload
  const textOf = (row: Row): string => textOfKey(keyedValue(row)[0], keyCoder)
  const meet = (one: Row, other: Row): boolean =>
    other.timestamp >= one.timestamp - before &&
    other.timestamp <= one.timestamp + after &&
    textOf(one) === textOf(other)
  const joined = (of: Row, timestamp: Timestamp, one: unknown, other: unknown): Row => ({
    value: [canonicalKey(keyedValue(of)[0], keyCoder), { left: one, right: other }],
    timestamp,
    window: GLOBAL_WINDOW,
    pane: NO_FIRING,
  })
  const valueOf = (row: Row): unknown => keyedValue(row)[1]
  const pairs = left.flatMap((one) =>
    right
      .filter((other) => meet(one, other))
      .map((other) => joined(one, Math.max(one.timestamp, other.timestamp), valueOf(one), valueOf(other))),
  )
  const leftAlone = left.filter((one) => !right.some((other) => meet(one, other)))
  const rightAlone = right.filter((other) => !left.some((one) => meet(one, other)))
  return [
    ...pairs,
    ...(type === 'left' || type === 'full' ? leftAlone : []).map((row) =>
      joined(row, row.timestamp, valueOf(row), null),
    ),
    ...(type === 'right' || type === 'full' ? rightAlone : []).map((row) =>
      joined(row, row.timestamp, null, valueOf(row)),
    ),
  ]
}
