/**
 * Registered domains: whom a name belongs to, by the public suffix list.
 *
 * Below `example.co.uk` one registrant makes names as he likes, so what is asked for below it is looked at together. Addresses that are
 * looked up backwards (`4.3.2.1.in-addr.arpa`) are nobody's registration, and are one domain.
 */
import { parse } from 'tldts'

/** A name, cut where its registrant's own part ends. */
export interface CutName {
  readonly domain: string
  /** What stands before the domain; empty for the domain itself. */
  readonly subdomain: string
}

/** Cuts a name into subdomain and registered domain; null for what has none, such as `localhost`, and for no name at all. */
export function cutName(name: string | null): CutName | null {
  if (name === null) return null
  const { domain, subdomain, publicSuffix, hostname } = parse(name)
  if (publicSuffix?.endsWith('.arpa') === true && hostname !== null) {
    return { domain: publicSuffix, subdomain: hostname.slice(0, -publicSuffix.length - 1) }
  }
  return domain === null ? null : { domain, subdomain: subdomain ?? '' }
}
