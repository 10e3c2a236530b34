/**
 * The order of timers within a record.
 */
import type { KeyedRecord } from './keyed-record.ts'

/** The place of the timer that fires next among `places`, or -1: by time, then (as in Beam) output timestamp, then name. */
export function nextTimer({ times, timestamps }: KeyedRecord, places: readonly number[]): number {
  let next = -1
  let earliest = Infinity
  for (const place of places) {
    const time = times[place]!
    if (time > earliest || time === Infinity) continue
    if (time === earliest && timestamps[place]! >= timestamps[next]!) continue
    next = place
    earliest = time
  }
  return next
}

/** Takes a timer out, so that its callback can set it anew. */
export function clearTimer(record: KeyedRecord, place: number): void {
  record.times[place] = Infinity
  record.holds[place] = Infinity
}
