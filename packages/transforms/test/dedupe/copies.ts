/**
 * Copies to look for, and a pipeline that does.
 */
import {
  boundedOutOfOrderness,
  globalWindow,
  milliseconds,
  windowInto,
  type PCollection,
  type Root,
} from '@tidemark/core'
import { readMemory } from '@tidemark/io/memory'
import { batchRunner } from '@tidemark/runners/batch'
import { streamingRunner } from '@tidemark/runners/streaming'
import { deduplicate, type DeduplicateOptions } from '@tidemark/transforms'

/** Something that happened, perhaps more than once. */
export interface Sighting {
  readonly id: string
  /** Microseconds. */
  readonly at: number
  /** Tells copies apart. */
  readonly port?: number
}

/** How copies are told, in these tests. */
export type Rule = Pick<DeduplicateOptions<Sighting>, 'within' | 'rule'>

/** By id, in microseconds. */
export function byId(rule: Rule): DeduplicateOptions<Sighting> {
  return { key: ({ id }) => id, at: ({ at }) => at, ...rule }
}

/** The timestamp of a sighting: the millisecond it falls in. */
export function timestampOf({ at }: Sighting): number {
  return Math.floor(at / 1000)
}

/** What a batch run keeps. */
export async function keptInBatch(
  sightings: readonly Sighting[],
  options: DeduplicateOptions<Sighting>,
): Promise<readonly Sighting[]> {
  const { outputs } = await batchRunner().run((root) => ({ kept: pipeline(root, sightings, options, 0) }))
  return outputs.kept.map(({ value }) => value)
}

/** What a live run keeps when sightings arrive in the order given, and its ledger. Lengths are milliseconds. */
export async function keptLive(
  sightings: readonly Sighting[],
  options: DeduplicateOptions<Sighting>,
  lateness: number,
): Promise<{ readonly kept: readonly Sighting[]; readonly ledger: ReadonlyMap<string, number> }> {
  const job = streamingRunner({ maxFuture: 'off', bundleSize: 3 }).run((root) => ({
    kept: pipeline(root, sightings, options, lateness),
  }))
  const kept: Sighting[] = []
  job.outputs.kept.subscribe(({ value }) => kept.push(value))
  await job.done
  return { kept, ledger: job.ledgerCounts }
}

function pipeline(
  root: Root,
  sightings: readonly Sighting[],
  options: DeduplicateOptions<Sighting>,
  lateness: number,
): PCollection<Sighting> {
  return root.pipe(
    readMemory('Sightings', sightings, { timestamp: timestampOf, watermark: boundedOutOfOrderness(milliseconds(0)) }),
    windowInto(globalWindow(), { allowedLateness: milliseconds(lateness), accumulationMode: 'accumulating' }),
    deduplicate('Dedupe', options),
  )
}
