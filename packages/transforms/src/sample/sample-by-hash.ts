/**
 * sampleByHash: the elements of some keys, and of these all.
 *
 * Which keys is a function of the key alone, so history and live have the same ones, and a key is in the sample whole or not at all:
 * what is counted per key needs no scaling up, and what is counted over keys does.
 */
import {
  checkOptions,
  encodeKey,
  filter,
  hashBytes,
  PipelineError,
  requireFunction,
  type OptionNames,
  type PCollection,
  type PTransform,
} from '@tidemark/core'

/** Options of {@link sampleByHash}. */
export interface SampleByHashOptions<in T> {
  /** What is in the sample or not: any key. */
  readonly key: (element: T) => unknown
  /** The share of keys that is wanted, from 0 to 1. */
  readonly rate: number
  /** Makes a sample another one (empty): two of one salt hold the same keys, and the smaller is part of the larger. */
  readonly salt?: string
}

const OPTIONS: OptionNames<SampleByHashOptions<never>> = { key: true, rate: true, salt: true }

/** How many hashes there are. */
const HASHES = 2 ** 32

/**
 * Keeps the elements whose key has a hash in the first `rate` of all hashes.
 *
 * **Contract** — The same keys in every run, version and runner. It is a filter: what is left out stands in the counters of the step, as what came
 * in and did not go out, and not in the ledger. A `rate` of 0 keeps nothing, 1 everything; otherwise it is met as closely as a good hash
 * does, not exactly.
 *
 * ```ts
 * sampleByHash({ key: (visit: { user: string }) => visit.user, rate: 0.1 }).name // => 'Filter'
 * ```
 */
export function sampleByHash<T>(options: SampleByHashOptions<T>): PTransform<PCollection<T>, PCollection<T>> {
  checkOptions('sampleByHash', options, OPTIONS)
  requireFunction('sampleByHash', 'key', options.key)
  const { key, rate, salt = '' } = options
  if (typeof rate !== 'number' || !(rate >= 0 && rate <= 1)) {
    throw new PipelineError(
      'BAD_RATE',
      `The rate of sampleByHash is ${String(rate)}. It is the share of keys that is kept, so it must be from 0 to 1. Give 0.1 for a tenth.`,
    )
  }
  const limit = rate * HASHES
  return filter((element: T) => hashBytes(encodeKey([salt, key(element)])) < limit)
}
