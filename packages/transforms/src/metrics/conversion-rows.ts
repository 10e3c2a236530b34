/**
 * Outcomes: of each entity that began, whether it arrived within the limit, dated by its beginning.
 *
 * State lives per entity for as long as the limit, by event time. The hold of the timer keeps the watermark at the beginning until then, so an
 * outcome is never late for its cohort, however long the limit is.
 */
import {
  compareBytes,
  encodeValue,
  eventTimeTimer,
  filter,
  keyText,
  statefulParDo,
  valueState,
  withKeys,
  type PCollection,
} from '@tidemark/core'
import type { ConversionCalculation } from './calculation.ts'
import { globally } from './level-plan.ts'
import type { TimedRow } from './metric-value.ts'
import { oneCollection, oneList, type Reshape } from './rows-plan.ts'

/** What became of an entity that began. */
export interface Outcome {
  /** The row that began. */
  readonly row: unknown
  readonly converted: boolean
}

/** Makes outcomes of the rows that count. */
export function outcomes(
  conversion: ConversionCalculation<never>,
  where: ((row: never) => boolean) | undefined,
): Reshape {
  const { entity, from, to, within } = conversion as unknown as ConversionCalculation<unknown>
  const counts = where as ((row: unknown) => boolean) | undefined
  // At one timestamp a beginning comes before an arrival.
  const rank = (row: unknown): number => (from(row) ? 0 : 1)
  return {
    steps(rows, { finality }): PCollection<Outcome> {
      const all = oneCollection(rows)
      return (counts === undefined ? all : all.pipe(filter(counts))).pipe(
        globally(finality),
        withKeys(entity),
        statefulParDo('Outcomes', {
          state: { began: valueState<unknown>(), arrived: valueState<boolean>() },
          timers: { limit: eventTimeTimer() },
          orderBy: rank,
          process({ value, timestamp, state, timers }): readonly Outcome[] {
            if (state.began.read() !== undefined) {
              if (to(value)) state.arrived.write(true)
            } else if (from(value)) {
              state.began.write(value)
              timers.limit.set(timestamp + within, { outputTimestamp: timestamp })
            }
            return []
          },
          onTimer: {
            limit({ state }): readonly Outcome[] {
              const row = state.began.read()
              const converted = state.arrived.read() ?? false
              state.began.clear()
              state.arrived.clear()
              return [{ row, converted }]
            },
          },
        }),
      )
    },
    loops: (rows) => naiveOutcomes(conversion as unknown as ConversionCalculation<unknown>, oneList(rows), counts),
  }
}

function naiveOutcomes(
  { entity, from, to, within }: ConversionCalculation<unknown>,
  rows: readonly TimedRow[],
  counts: ((row: unknown) => boolean) | undefined,
): readonly TimedRow<Outcome>[] {
  const byEntity = new Map<string, TimedRow[]>()
  for (const timed of rows) {
    if (counts !== undefined && !counts(timed.row)) continue
    const text = keyText(entity(timed.row))
    byEntity.set(text, [...(byEntity.get(text) ?? []), timed])
  }
  const found: TimedRow<Outcome>[] = []
  for (const members of byEntity.values()) {
    const begins = members.filter(({ row }) => from(row)).toSorted(byTime)
    let busyUntil = -Infinity
    for (const begin of begins) {
      if (begin.timestamp <= busyUntil) continue
      busyUntil = begin.timestamp + within
      const converted = members.some(
        (other) =>
          other !== begin &&
          to(other.row) &&
          other.timestamp <= busyUntil &&
          (other.timestamp > begin.timestamp ||
            (other.timestamp === begin.timestamp && (!from(other.row) || byTime(begin, other) <= 0))),
      )
      found.push({ row: { row: begin.row, converted }, timestamp: begin.timestamp })
    }
  }
  return found
}

function byTime(a: TimedRow, b: TimedRow): number {
  return a.timestamp - b.timestamp || compareBytes(encodeValue(a.row), encodeValue(b.row))
}
