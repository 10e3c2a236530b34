/**
 * Funnels and cohorts as one would compute them over a list: entry by entry, looking ahead.
 */
import { compareBytes, encodeValue, type KV } from '@tidemark/core'
import type { CohortMember, FunnelProgress } from '@tidemark/transforms'
import { perTen, type Act } from './steps.ts'

const startOf = (at: number): number => perTen.assign(at, null)[0]!.start

function grouped<T, K>(list: readonly T[], keyOf: (one: T) => K): ReadonlyMap<K, readonly T[]> {
  return new Map([...new Set(list.map(keyOf))].map((key) => [key, list.filter((one) => keyOf(one) === key)]))
}

function byPerson(all: readonly Act[], rank: (act: Act) => number): ReadonlyMap<string, readonly Act[]> {
  const inOrder = all.toSorted(
    (a, b) => a.at - b.at || rank(a) - rank(b) || compareBytes(encodeValue(a), encodeValue(b)),
  )
  return grouped(inOrder, ({ who }) => who)
}

/** A result and the start of its window. */
export type Found<V> = readonly [start: number, KV<string, V>]

/** The progress of every person from its entries of every window. */
export function naiveFunnel(
  all: readonly Act[],
  steps: readonly ((act: Act) => boolean)[],
  names: readonly string[],
  within: number,
): readonly Found<FunnelProgress<string>>[] {
  const lowest = (act: Act): number => steps.findIndex((is) => is(act))
  const relevant = all.filter((act) => lowest(act) >= 0)
  return [...byPerson(relevant, lowest)].flatMap(([who, list]) => {
    /** From an entry the soonest way on: indices of the steps taken. */
    const wayFrom = (entry: number): readonly number[] => {
      const way = [entry]
      for (const is of steps.slice(1)) {
        const next = list.findIndex(
          (act, index) => index > way.at(-1)! && is(act) && act.at - list[entry]!.at <= within,
        )
        if (next < 0) break
        way.push(next)
      }
      return way
    }
    const entries = [...list.keys()].filter((index) => steps[0]!(list[index]!))
    return [...grouped(entries, (index) => startOf(list[index]!.at))].map(([start, ofWindow]) => {
      const ways = ofWindow.map(wayFrom)
      const reached = Math.max(...ways.map(({ length }) => length))
      const furthest = ways.filter(({ length }) => length === reached)
      const soonest = reached === steps.length ? Math.min(...furthest.map((way) => way.at(-1)!)) : undefined
      // The latest entry by time, and of entries of one time the way that is sooner.
      const best = furthest.filter((one) => soonest === undefined || one.at(-1) === soonest)
      const latest = Math.max(...best.map((one) => list[one[0]!]!.at))
      const way = best.find((one) => list[one[0]!]!.at === latest)!
      const progress = { furthest: names[reached - 1]!, reached, times: way.map((index) => list[index]!.at) }
      return [start, [who, progress]] satisfies Found<FunnelProgress<string>>
    })
  })
}

/** The members of every cohort. `within` and `age` are milliseconds. */
export function naiveCohort(all: readonly Act[], within: number, age: number): readonly Found<CohortMember>[] {
  return [...grouped(all, ({ who }) => who)].flatMap(([who, list]) => {
    const begins = list
      .filter(({ what }) => what === 'join')
      .map(({ at }) => at)
      .sort((a, b) => a - b)
    const members: Found<CohortMember>[] = []
    let busyUntil = -Infinity
    for (const began of begins) {
      if (began <= busyUntil) continue
      busyUntil = Math.max(began + within, startOf(began) + 9)
      const did = list.filter(({ what, at }) => what === 'use' && at >= began && at - began <= within)
      const last = Math.max(1, Math.ceil(within / age)) - 1
      const ages = new Set(did.map(({ at }) => Math.min(last, Math.floor((at - began) / age))))
      members.push([startOf(began), [who, { began, ages: [...ages].sort((a, b) => a - b) }]])
    }
    return members
  })
}
