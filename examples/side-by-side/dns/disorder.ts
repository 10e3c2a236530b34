/**
 * How disordered a log is: what a live stream of it has to cope with.
 */
import { toMillis } from '@tidemark/core'
import { BOUND } from './dns-kpis.ts'
import type { WrittenRow } from './dns-row.ts'

/** The disorder of a log in the order in which it was written. Lags are microseconds. */
export interface Disorder {
  readonly rows: number
  /** Rows before the latest event time so far, in microseconds. */
  readonly behind: number
  /** Rows behind the watermark when they came. */
  readonly late: number
  /** Of those, rows whose minute had already closed. */
  readonly afterClose: number
  /** How long after the query the row was written: median, 99 of 100, all. */
  readonly lag: { readonly p50: number; readonly p99: number; readonly max: number }
}

const MINUTE = 60_000

/** Measures the disorder of rows in the order in which they were written. */
export function disorderOf(rows: readonly WrittenRow[]): Disorder {
  const bound = toMillis(BOUND)
  let latest = -Infinity
  let behind = 0
  let late = 0
  let afterClose = 0
  for (const { row } of rows) {
    const timestamp = Math.floor(row.at / 1000)
    const watermark = Math.floor(latest / 1000) - bound
    const lastOfMinute = Math.floor(timestamp / MINUTE) * MINUTE + MINUTE - 1
    if (row.at < latest) behind++
    if (timestamp < watermark) late++
    if (lastOfMinute < watermark) afterClose++
    latest = Math.max(latest, row.at)
  }
  const lags = Float64Array.from(rows, ({ row, writtenAt }) => writtenAt - row.at).toSorted()
  const rank = (share: number): number => lags[Math.min(lags.length - 1, Math.floor(lags.length * share))] ?? 0
  return {
    rows: rows.length,
    behind,
    late,
    afterClose,
    lag: { p50: rank(0.5), p99: rank(0.99), max: lags.at(-1) ?? 0 },
  }
}
