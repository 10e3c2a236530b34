/**
 * A stream joined with the latest row of a dimension the way one writes it by hand: both are sorted by time and merged; of each key
 * the latest row is kept.
 */
import { ChainDigest } from '../digest.ts'
import { dimensionSides, type Sided } from '../join-events.ts'

const { left, right } = dimensionSides()
const byTime = (a: Sided, b: Sided): number => a.at - b.at

/** Joins once. */
export function run(): string {
  const digest = new ChainDigest()
  const rows = right.toSorted((a, b) => byTime(a, b) || a.amount - b.amount)
  const latest = new Map<string, Sided>()
  let next = 0
  for (const element of left.toSorted(byTime)) {
    for (; next < rows.length && rows[next]!.at <= element.at; next++) latest.set(rows[next]!.key, rows[next]!)
    const row = latest.get(element.key)
    if (row !== undefined) digest.add(element.amount * row.amount)
  }
  return digest.toString()
}
