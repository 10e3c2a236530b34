/**
 * What is watched of a domain, per minute: how many of its answers are NXDOMAIN, and how random the names below it are.
 *
 * Both are shares, so how busy a domain is does not matter. A popular name that everybody asks for at once is no anomaly; names that
 * nobody has asked for before, one for each query, are what an attack with random subdomains looks like.
 */
import { combinePerKey, composite, filter, fixedWindows, map, minutes, windowInto, withKeys } from '@tidemark/core'
import type { KV, PCollection } from '@tidemark/core'
import { combineAll, count, countIf, distinctValues, over } from '@tidemark/transforms'
import type { DnsRow } from '../side-by-side/dns/dns-row.ts'
import { bitsOf } from './name-information.ts'
import { cutName } from './registered-domain.ts'

/** Fewer queries than these say nothing about shares: such a minute of a domain is left out, and not taken for zero. */
export const LEAST_QUERIES = 10

/** What a minute of a domain came to. */
export interface DomainMinute {
  readonly queries: number
  readonly answered: number
  readonly nxdomain: number
  /** Distinct subdomains that were asked for. */
  readonly subdomains: readonly string[]
}

const measures = combineAll({
  queries: count(),
  answered: countIf((row: DnsRow) => row.code !== null),
  nxdomain: countIf((row: DnsRow) => row.code === 'NXDOMAIN'),
  subdomains: over((row: DnsRow) => cutName(row.name)?.subdomain ?? '', distinctValues()),
})

/** Counts queries per registered domain and minute. */
export const domainMinutes = composite('DomainMinutes', (queries: PCollection<DnsRow>) =>
  queries.pipe(
    filter((row) => cutName(row.name) !== null),
    windowInto(fixedWindows(minutes(1))),
    withKeys((row) => cutName(row.name)!.domain),
    combinePerKey('Counts', measures),
    filter(([, { queries: all }]: KV<string, DomainMinute>) => all >= LEAST_QUERIES),
  ),
)

/** The share of answers that say that there is no such name. */
export const nxdomainRatio = composite('NxdomainRatio', (domains: PCollection<KV<string, DomainMinute>>) =>
  domains.pipe(
    filter(([, { answered }]) => answered >= LEAST_QUERIES),
    map(([domain, { nxdomain, answered }]): KV<string, number> => [domain, nxdomain / answered]),
  ),
)

/** Bits of new names per query: near nothing where the same few are asked for, 43 where each query has a dozen random letters. */
export const randomSubdomains = composite('RandomSubdomains', (domains: PCollection<KV<string, DomainMinute>>) =>
  domains.pipe(map(([domain, minute]): KV<string, number> => [domain, randomnessOf(minute)])),
)

function randomnessOf({ subdomains, queries }: DomainMinute): number {
  return subdomains.reduce((bits, subdomain) => bits + bitsOf(subdomain), 0) / queries
}
