/**
 * Ten weeks of generated DNS traffic with attacks in it, and with four patterns that look like news and are none.
 */
import { filter } from '@tidemark/core'
import { wallClock } from '@tidemark/core/calendar'
import { judgeByEwma, judgeBySeason } from '@tidemark/transforms'
import { hours, pipe, type KV } from '@tidemark/core'
import type { Verdict } from '@tidemark/transforms'
import { describe, expect, it } from 'vitest'
import { DAY, HOUR, verdictsOf, type Figure, type Judge } from './figures.ts'

const zone = 'Europe/Berlin'
const berlin = wallClock(zone)
// A Monday in winter; clocks go forward in the eighth week, on 2026-03-29.
const START = Date.UTC(2026, 1, 2) - HOUR
const HOURS = 10 * 168 - 1
const at = (text: string): number => Date.parse(`${text}:00Z`)

/** What a name server saw in an hour. */
interface Traffic {
  readonly queries: number
  readonly names: number
  readonly nxdomain: number
}

/** Noise between -1 and 1 from a number: the same in every run. */
function noise(seed: number): number {
  let mixed = Math.imul(seed ^ (seed >>> 15), 0x2c1b3c6d)
  mixed = Math.imul(mixed ^ (mixed >>> 12), 0x297a2d39)
  return ((mixed ^ (mixed >>> 15)) >>> 0) / 0x7fff_ffff - 1
}

// Offices from eight to six by the clock on the wall, from Monday to Friday: ten times the nights.
function usual(time: number, seed: number): Traffic {
  const local = new Date(berlin(time))
  const isOffice = local.getUTCDay() % 6 !== 0 && local.getUTCHours() >= 8 && local.getUTCHours() < 18
  const queries = Math.round((isOffice ? 10_000 : 1000) * (1 + 0.05 * noise(seed)))
  const names = Math.round(queries * (isOffice ? 0.02 : 0.05) * (1 + 0.1 * noise(seed + 1)))
  return { queries, names, nxdomain: Math.round(queries * 0.03 * (1 + 0.2 * noise(seed + 2))) }
}

const attacks = {
  /** Random names below a domain: most do not exist, and hardly one comes twice. */
  randomSubdomains: at('2026-03-24T09:00'),
  /** A misconfigured client, at night, asking for few names that do not exist. */
  nxdomain: at('2026-03-18T02:00'),
}
const harmless = {
  /** A popular name is asked for fifteen times as often. */
  highVolume: at('2026-03-20T10:00'),
  /** A domain that is three weeks old, and grows. */
  launch: at('2026-03-16T00:00'),
}

function trafficAt(domain: string, time: number): Traffic | undefined {
  const seed = Math.round(time / HOUR) * 10 + (domain === 'com' ? 0 : 5)
  const base = usual(time, seed)
  if (domain === 'new') {
    const age = (time - harmless.launch) / DAY
    return age < 0 ? undefined : { ...base, queries: Math.round(base.queries * 2 ** (age / 7)), names: base.names * 3 }
  }
  switch (time) {
    case attacks.randomSubdomains:
      return { queries: base.queries + 6000, names: base.names + 5900, nxdomain: base.nxdomain + 5800 }
    case attacks.nxdomain:
      return { ...base, queries: base.queries + 900, nxdomain: base.nxdomain + 900 }
    case harmless.highVolume:
      return { ...base, queries: base.queries * 15, nxdomain: base.nxdomain * 15 }
    default:
      return base
  }
}

// Judged are shares, and how many names there are: not how often one of them is asked for.
const measures = {
  nxdomainRatio: ({ nxdomain, queries }: Traffic) => nxdomain / queries,
  newNames: ({ names, queries }: Traffic) => names / queries,
  names: ({ names }: Traffic) => names,
} as const

const figures = (measure: keyof typeof measures): readonly Figure[] =>
  ['com', 'new'].flatMap((key) =>
    Array.from({ length: HOURS }, (_, hour) => START + hour * HOUR).flatMap((time) => {
      const traffic = trafficAt(key, time)
      return traffic === undefined ? [] : [{ key, at: time, value: measures[measure](traffic) }]
    }),
  )

const FLOORS = { nxdomainRatio: 0.01, newNames: 0.005, names: 20 } as const

const alerts = (judge: Judge): Judge =>
  pipe(
    judge,
    filter(([, { isAnomaly }]: KV<string, Verdict>) => isAnomaly),
  )
const bySeason = (measure: keyof typeof measures, clock: (time: number) => number): Judge =>
  alerts(judgeBySeason('Season', { clock, weeks: 8, floor: FLOORS[measure], floorShare: 0.1, side: 'above' }))

/** Which hours alert, per measure. */
async function alerted(clock: (time: number) => number): Promise<Readonly<Record<string, readonly string[]>>> {
  const found: Record<string, readonly string[]> = {}
  for (const measure of Object.keys(measures) as (keyof typeof measures)[]) {
    const verdicts = await verdictsOf(figures(measure), bySeason(measure, clock))
    found[measure] = verdicts.map(([key, { window }]) => `${key} ${new Date(window.start).toISOString().slice(0, 13)}`)
  }
  return found
}

describe('a baseline by hour of the week', () => {
  // Mutation: packages/transforms/src/anomaly/judge-by-season.ts: `const shown = clock(window.start)` → `const shown = window.start`
  it('finds the attacks, and takes none of four harmless patterns for one: high volume, daily cycle, DST hour, launch', async () => {
    expect(await alerted(berlin)).toEqual({
      nxdomainRatio: ['com 2026-03-18T02', 'com 2026-03-24T09'],
      newNames: ['com 2026-03-24T09'],
      names: ['com 2026-03-24T09'],
    })
  })

  it('would alert in the first office hour of the week after clocks went forward, had it no clock of the place', async () => {
    const { names } = await alerted((time) => time)
    expect(names).toContain('com 2026-03-30T06')
  })

  it('is needed for a cycle: a mean of the hours before takes every morning for an attack', async () => {
    const judge = alerts(judgeByEwma('Means', { alpha: 0.1, floor: 20, floorShare: 0.1, forgetAfter: hours(48) }))
    const mornings = (await verdictsOf(figures('names'), judge)).filter(
      ([key, { window }]) => key === 'com' && new Date(berlin(window.start)).getUTCHours() === 8,
    )
    expect(mornings.length).toBeGreaterThan(20)
  })

  it('says in a sentence what it saw', async () => {
    const verdicts = await verdictsOf(figures('nxdomainRatio'), bySeason('nxdomainRatio', berlin))
    const [, { reason, baseline, value }] = verdicts.find(
      ([, { window }]) => window.start === attacks.randomSubdomains,
    )!
    expect(reason).toMatch(
      /^0\.\d+ lies \d+\.\d+ scales of 0\.01 above 0\.0\d+, the median of 7 values of this hour of the week: more than 3\.5 is an anomaly\.$/,
    )
    expect(value).toBeGreaterThan(0.35)
    expect(baseline).toBeCloseTo(0.03, 2)
  })
})
