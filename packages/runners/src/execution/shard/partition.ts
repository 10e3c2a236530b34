/**
 * Partition: the rows of a bundle by the shard of their key.
 *
 * The shard of a key is a hash of its canonical bytes, or of those of the step's key coder: the same on every machine and in every run.
 */
import { encodeKey, hashBytes, type Coder } from '@tidemark/core'
import type { Bundle } from '../bundle/bundle.ts'
import { requirePairs } from '../bundle/pairs.ts'
import { groupingError } from '../grouping/grouping-error.ts'

/** The shard of a key, out of `shards`. */
export function shardOf(key: unknown, coder: Coder<unknown> | undefined, shards: number): number {
  return hashBytes(coder === undefined ? encodeKey(key) : coder.encode(key)) % shards
}

/** Rows of a bundle, from `start` to before `end`. */
export interface RowRange {
  readonly start: number
  readonly end: number
}

/** Splits rows of a bundle by key; `undefined` for a shard that gets none. Rows of one shard keep their order. */
export function partition(
  bundle: Bundle,
  { start, end }: RowRange,
  coder: Coder<unknown> | undefined,
  shards: number,
  step: string,
): readonly (Bundle | undefined)[] {
  requirePairs(bundle, step)
  const rowsOf = Array.from({ length: shards }, (): number[] => [])
  const { keys, values } = bundle
  for (let row = start; row < end; row++) {
    const key = keys === undefined ? (values[row] as readonly unknown[])[0] : keys[row]
    try {
      rowsOf[shardOf(key, coder, shards)]!.push(row)
    } catch (cause) {
      throw groupingError('The key coder', step, cause)
    }
  }
  return rowsOf.map((rows) => (rows.length === 0 ? undefined : select(bundle, rows)))
}

function select(bundle: Bundle, rows: readonly number[]): Bundle {
  const { keys, values, timestamps, windows, signs, panes, paneOf, watermarks, positions } = bundle
  const numbers = (column: ArrayLike<number>): number[] => rows.map((row) => column[row]!)
  return {
    length: rows.length,
    keys: keys && rows.map((row) => keys[row]),
    values: rows.map((row) => values[row]),
    timestamps: numbers(timestamps),
    windows: windows && rows.map((row) => windows[row]!),
    signs: signs && numbers(signs),
    panes,
    paneOf: paneOf && numbers(paneOf),
    watermarks: watermarks && numbers(watermarks),
    positions: positions && { ...positions, offsets: numbers(positions.offsets) },
  }
}
