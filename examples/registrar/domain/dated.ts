/**
 * Dated rows: rows that say themselves what they are dated by.
 *
 * A step gives its rows a timestamp, which a table would lose. `at_ts` is that timestamp as a column, so a row means the same in a
 * pipeline, in a file and in a naive computation.
 */
import type { Timestamp } from '@tidemark/core'

/** A row with its date. */
export interface Dated {
  /** What the row is dated by: its timestamp. */
  readonly at_ts: Timestamp
}

/** A row before it is dated. */
export type Undated<R extends Dated> = Omit<R, 'at_ts'>

/** Dates rows. */
export function dated<R extends object>(rows: readonly R[], at_ts: Timestamp): readonly (R & Dated)[] {
  return rows.map((row) => ({ at_ts, ...row }))
}

/** What a row is dated by, as a source's `timestamp` wants it. */
export function timestampOfDated({ at_ts }: Dated): Timestamp {
  return at_ts
}
