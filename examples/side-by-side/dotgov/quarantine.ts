/**
 * Broken snapshots, told by a rule and not by their dates.
 *
 * A registry does not lose a tenth of its names between two looks; a file that was cut off does. So a snapshot is broken when it
 * holds less than nine tenths of what the last sound one held, and the registry is in doubt until a snapshot holds that much again.
 * The one that does only puts back what the broken one took away, so its events are no news either. Growth is never suspicious:
 * after a gap of two years a list may well be an eighth longer.
 *
 * In the real list sound snapshots lose at most 3.0 % of the names and broken ones at least 90.9 %: any limit in between finds the
 * same four. The rule runs in the pipeline, in the order of event time, so history and live find the same.
 */
import {
  bagState,
  composite,
  eventTimeTimer,
  statefulParDo,
  valueState,
  withKeys,
  type PCollection,
  type PTransform,
} from '@tidemark/core'
import type { RegistryEvent, RegistryRecord } from './registry-record.ts'

/** The least share of the last sound size that a snapshot holds when it is sound. */
export const SOUND_SHARE = 0.9

/** What became of a snapshot: `sound`, `broken` (too small), or `revert` (the first sound one after it). */
export type Soundness = 'sound' | 'broken' | 'revert'

/** An event, and what its snapshot is like. */
export interface JudgedEvent {
  readonly event: RegistryEvent
  readonly soundness: Soundness
}

/** The registry as it was last known to be right, and whether it is in doubt. */
interface Known {
  readonly soundSize: number | null
  readonly inDoubt: boolean
}

/** Says of each snapshot what it is like, from its size and what was known before. */
export function judge(known: Known, size: number): { readonly soundness: Soundness; readonly known: Known } {
  if (known.soundSize !== null && size < known.soundSize * SOUND_SHARE) {
    return { soundness: 'broken', known: { ...known, inDoubt: true } }
  }
  return { soundness: known.inDoubt ? 'revert' : 'sound', known: { soundSize: size, inDoubt: false } }
}

/** Gives each event the soundness of its snapshot. Sizes are used up. */
export const judgeSnapshots: PTransform<PCollection<RegistryRecord>, PCollection<JudgedEvent>> = composite(
  'Snapshots',
  (records) =>
    records.pipe(
      withKeys(() => 'registry'),
      statefulParDo('Judge', {
        state: { events: bagState<RegistryEvent>(), size: valueState<number>(), known: valueState<Known>() },
        timers: { complete: eventTimeTimer() },
        process({ value: record, timestamp, state, timers }) {
          if (record.kind === 'event') state.events.add(record)
          else state.size.write(record.domains)
          // Fires when the clock is past this instant: all records of the snapshot are here, and none of the next.
          timers.complete.set(timestamp)
        },
        onTimer: {
          *complete({ state }): Iterable<JudgedEvent> {
            const before = state.known.read() ?? { soundSize: null, inDoubt: false }
            const size = state.size.read()
            const { soundness, known } =
              size === undefined ? { soundness: 'sound' as const, known: before } : judge(before, size)
            for (const event of state.events.read()) yield { event, soundness }
            state.known.write(known)
            state.events.clear()
            state.size.clear()
          },
        },
      }),
    ),
)
