/**
 * A running total per key the way one writes it by hand: a loop and a Map.
 */
import { ChainDigest } from '../digest.ts'
import { EVENTS, registrarEvents } from '../events.ts'

const events = registrarEvents(EVENTS)

/** Takes the events as they come. */
export function run(): string {
  const digest = new ChainDigest()
  const totals = new Map<string, number>()
  for (const { tld, amount } of events) {
    const total = (totals.get(tld) ?? 0) + amount
    totals.set(tld, total)
    digest.add(total)
  }
  return digest.toString()
}
