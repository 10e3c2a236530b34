/**
 * Where the registry's records come from: two files as history, and one live stream.
 *
 * The files have no disorder: they were made by comparing snapshots long after. Live, every record comes after a delay of its own,
 * drawn from a seed: most within hours, some after more than three days.
 */
import {
  boundedOutOfOrderness,
  composite,
  flatten,
  toMillis,
  type PCollection,
  type PTransform,
  type Root,
} from '@tidemark/core'
import { readCsv } from '@tidemark/io/csv'
import { arrivalsOf, liveSource, loadLog, type Arrival } from '../recorded-log.ts'
import { seededRandom } from '../seeded-random.ts'
import { BOUND, LATENESS } from './registry-kpis.ts'
import { eventOfCsv, sizeOfCsv, timestampOfRecord, type RegistryRecord } from './registry-record.ts'

/** The two files that describe the registry. */
export interface RegistryFiles {
  readonly events: string
  readonly sizes: string
}

/** Reads both files as history. */
export function registryHistory({ events, sizes }: RegistryFiles): PTransform<Root, PCollection<RegistryRecord>> {
  const timestamp = timestampOfRecord
  return composite('Files', (root: Root) =>
    flatten<RegistryRecord>([
      root.pipe(
        readCsv('Events', events, { columns: ['observed_ts', 'event_type', 'domain'], parse: eventOfCsv, timestamp }),
      ),
      root.pipe(readCsv('Sizes', sizes, { columns: ['observed_ts', 'domains'], parse: sizeOfCsv, timestamp })),
    ]),
  )
}

/** A long tail: half of the records come within six hours, the slowest just before it would be too late to count. */
const MEDIAN_DELAY = 6 * 3_600_000

/** Loads both files and delays every record by chance. */
export async function loadRegistry(files: RegistryFiles, seed: number): Promise<readonly Arrival<RegistryRecord>[]> {
  const random = seededRandom(seed)
  const slowest = toMillis(BOUND) + toMillis(LATENESS) - 1
  const delay = (): number => Math.min(slowest, Math.floor(-Math.log2(1 - random()) * MEDIAN_DELAY))
  return arrivalsOf(await loadLog(registryHistory(files)), ({ at }) => at + delay())
}

/** The records live, in the order of their delayed arrival. */
export function registryLive(
  arrivals: readonly Arrival<RegistryRecord>[],
): PTransform<Root, PCollection<RegistryRecord>> {
  return liveSource('Records', arrivals, {
    timestamp: timestampOfRecord,
    watermark: boundedOutOfOrderness(BOUND),
    speed: 'max',
  })
}
