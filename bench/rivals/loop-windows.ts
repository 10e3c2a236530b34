/**
 * Count and sum per window and key the way one writes it by hand: a map of windows, each a map of keys.
 */
import { TotalsDigest } from '../digest.ts'
import { EVENTS, registrarEvents } from '../events.ts'

const events = registrarEvents(EVENTS)
const SIZE = 60_000
const BOUND = 30_000

/** Adds up every window when the watermark has passed it; drops what comes later. */
export function run(): string {
  const digest = new TotalsDigest()
  const windows = new Map<number, Map<string, { count: number; sum: number }>>()
  let latest = -Infinity
  for (const event of events) {
    const start = Math.floor(event.at / SIZE) * SIZE
    if (start + SIZE - 1 < latest - BOUND) continue
    let keys = windows.get(start)
    if (keys === undefined) windows.set(start, (keys = new Map()))
    let totals = keys.get(event.tld)
    if (totals === undefined) keys.set(event.tld, (totals = { count: 0, sum: 0 }))
    totals.count++
    totals.sum += event.amount
    if (event.at <= latest) continue
    latest = event.at
    for (const [open, totalsByKey] of windows) {
      if (open + SIZE - 1 >= latest - BOUND) break
      for (const { count, sum } of totalsByKey.values()) digest.add(count, sum)
      windows.delete(open)
    }
  }
  for (const keys of windows.values()) for (const { count, sum } of keys.values()) digest.add(count, sum)
  return digest.toString()
}
