/**
 * withTimestamps: a later timestamp for every element.
 */
import type { PCollection } from '../model/pcollection.ts'
import type { PTransform } from '../model/ptransform.ts'
import type { SideInputs, SideValues } from '../model/side-input.ts'
import type { Timestamp } from '../time/timestamp.ts'
import { stateless, type NoSideInputs, type StatelessOptions } from './stateless.ts'

/**
 * Gives every element a new timestamp; windows stay.
 *
 * **Contract** — A timestamp may only move forward: one before the element's own is an error (code `TIMESTAMP_MOVED_BACK`),
 * because the watermark may already have passed it. Sources assign event time (Beam's allowed skew is zero).
 */
export function withTimestamps<T, S extends SideInputs = NoSideInputs>(
  timestamp: (element: T, side: SideValues<S>) => Timestamp,
  options?: StatelessOptions<S>,
): PTransform<PCollection<T>, PCollection<NoInfer<T>>> {
  return stateless('WithTimestamps', 'with-timestamps', timestamp, options)
}
