/**
 * Scripts played with other numbers of shards, which must see the same.
 */
import { combinePerKey, fixedWindows, milliseconds, windowInto, type KV, type PCollection } from '@tidemark/core'
import type { PTransform } from '@tidemark/core'
import { sum } from '@tidemark/transforms'
import { expect } from 'vitest'
import { numbers, Scripted } from '../scripted.ts'

/** A pipeline of a script. */
export type Pipeline = ConstructorParameters<typeof Scripted>[0]
type Keyed = PCollection<KV<string, number>>

/** How many shards are tried. */
export const SHARDS = [1, 2, 8]

/** Keys that are of several shards, of two as of eight. */
export const KEYS = ['a', 'b', 'c', 'd']

/** Windows of ten milliseconds, with the default trigger and no lateness. */
export const perTen: PTransform<Keyed, Keyed> = windowInto(fixedWindows(milliseconds(10)))

/** Sums per key in windows of ten milliseconds. */
export const sums: Pipeline = (root) => ({ out: numbers(root).pipe(perTen, combinePerKey('Sum', sum())) })

/** What a script sees of engines with 1, 2 and 8 shards, which must be the same. */
export function sameOf<T>(pipeline: Pipeline, script: (run: Scripted) => T): T {
  const [one, ...others] = SHARDS.map((shards) => script(new Scripted(pipeline, { shards })))
  for (const other of others) expect(other).toEqual(one)
  return one!
}
