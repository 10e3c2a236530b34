/**
 * asOfJoin: every left row with the latest row of its key that is not after it, found by looking at all of them.
 *
 * What comes late, waits or is restated does not occur: with every row at hand there is one answer. Where answers freeze by arrival it
 * is one of those that may occur.
 */
import { encodeValue, equalBytes, NO_FIRING, type Timestamp } from '@tidemark/core'
import type { AsOfJoinPayload } from '@tidemark/core/graph'
import { bytesOf, canonicalKey, inCanonicalOrder, textOfKey } from './canonical-order.ts'
import type { JoinSides } from './join-sides.ts'
import { keyedValue, partition, type EvaluatedEntry, type Row } from './rows.ts'

/** Answers every left row; of several rows of one instant the greatest stands for the others, which go into the ledger as `same-instant`. */
export function evaluateAsOfJoin(
  payload: AsOfJoinPayload,
  step: string,
  { left, right }: JoinSides,
  ledger: EvaluatedEntry[],
): readonly Row[] {
  const textOf = (row: Row): string => textOfKey(keyedValue(row)[0], payload.keyCoder)
  const dimension = new Map(
    partition(right, textOf).map((rows) => [textOf(rows[0]!), onePerInstant(payload, step, rows, ledger)]),
  )
  return left.flatMap((row) => {
    const [key, value] = keyedValue(row)
    const answer = answerAt(payload, dimension.get(textOf(row)) ?? [], row.timestamp)
    if (answer === undefined && payload.type === 'inner') return []
    const found = answer === undefined ? null : keyedValue(answer)[1]
    return [{ ...row, value: [canonicalKey(key, payload.keyCoder), { left: value, right: found }], pane: NO_FIRING }]
  })
}

/** Of rows in order the last that is valid and known at a time, if it is not too old. */
export function answerAt(payload: AsOfJoinPayload, rows: readonly Row[], time: Timestamp): Row | undefined {
  const seen = rows.filter((row) => row.timestamp <= time && knownAt(payload, row) <= time)
  const last = seen.at(-1)
  return last === undefined || time - last.timestamp > payload.maxAge ? undefined : last
}

/** The rows of one key, the later ones last, without those that another row of the same instant stands for. */
export function onePerInstant(
  payload: AsOfJoinPayload,
  step: string,
  rows: readonly Row[],
  ledger: EvaluatedEntry[],
): readonly Row[] {
  const bytes = (row: Row): Uint8Array => bytesOf(keyedValue(row)[1], payload.rightCoder)
  const sorted = inCanonicalOrder(rows, (row) => [
    encodeValue(knownAt(payload, row)),
    ...(payload.orderBy === undefined ? [] : [encodeValue(payload.orderBy(keyedValue(row)[1]))]),
    bytes(row),
  ])
  const isOneInstant = (a: Row, b: Row): boolean =>
    a.timestamp === b.timestamp && knownAt(payload, a) === knownAt(payload, b)
  const distinct = sorted.filter((row, index) => {
    const before = sorted[index - 1]
    return before === undefined || !isOneInstant(before, row) || !equalBytes(bytes(before), bytes(row))
  })
  return distinct.filter((row, index) => {
    const next = distinct[index + 1]
    if (next === undefined || !isOneInstant(row, next)) return true
    const [key, value] = keyedValue(row)
    const element = [canonicalKey(key, payload.keyCoder), value]
    ledger.push({ reason: 'same-instant', step, element, timestamp: row.timestamp, window: undefined })
    return false
  })
}

/** When a row became known: with its instant, where nobody asks. */
function knownAt({ knownAt: given }: AsOfJoinPayload, row: Row): Timestamp {
  return given === undefined ? row.timestamp : given(keyedValue(row)[1])
}
