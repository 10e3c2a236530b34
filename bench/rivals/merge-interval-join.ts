/**
 * Two streams joined within five seconds the way one writes it by hand: both are sorted by time and merged; of each key and side
 * the elements are kept that may still meet one.
 */
import { ChainDigest } from '../digest.ts'
import { intervalSides, WITHIN, type Sided } from '../join-events.ts'

const { left, right } = intervalSides()
const byTime = (a: Sided, b: Sided): number => a.at - b.at

/** Joins once. */
export function run(): string {
  const digest = new ChainDigest()
  const lefts = left.toSorted(byTime)
  const rights = right.toSorted(byTime)
  const recentLefts = new Map<string, Sided[]>()
  const recentRights = new Map<string, Sided[]>()
  const meet = (element: Sided, own: Map<string, Sided[]>, others: Map<string, Sided[]>): void => {
    const partners = others.get(element.key)
    if (partners !== undefined) {
      while (partners.length > 0 && partners[0]!.at < element.at - WITHIN) partners.shift()
      for (const partner of partners) digest.add(element.amount * partner.amount)
    }
    const kept = own.get(element.key)
    if (kept === undefined) own.set(element.key, [element])
    else kept.push(element)
  }
  let next = 0
  for (const element of lefts) {
    for (; next < rights.length && rights[next]!.at <= element.at; next++)
      meet(rights[next]!, recentRights, recentLefts)
    meet(element, recentLefts, recentRights)
  }
  for (; next < rights.length; next++) meet(rights[next]!, recentRights, recentLefts)
  return digest.toString()
}
