/**
 * One element of each id the way one writes it by hand: a set of the ids seen.
 */
import { ChainDigest } from '../digest.ts'
import { deliveries } from '../numbers.ts'

const all = deliveries()

/** Keeps what comes first. */
export function run(): string {
  const digest = new ChainDigest()
  const seen = new Set<string>()
  for (const { id, amount } of all) {
    if (seen.has(id)) continue
    seen.add(id)
    digest.add(amount)
  }
  return digest.toString()
}
