/**
 * closingReport: what a run has to say in the end that no output shows: what its ledger holds, and which sources had to be read again.
 *
 * Dead letters that nobody reads are named here, so that no run loses elements in silence.
 */
import type { LedgerEntry } from '@tidemark/core'

/** What is reported. */
export interface ClosingFacts {
  /** How many ledger entries there are, by `step reason`. */
  readonly ledgerCounts: ReadonlyMap<string, number>
  /** Ledger entries that were kept: of each kind, one is pointed to. */
  readonly entries: readonly LedgerEntry[]
  /** How often sources were read again, by step. */
  readonly retries: ReadonlyMap<string, number>
}

/**
 * The report as one line, empty when there is nothing to say:
 * `ledger: 51 dead-letter at Orders (such as BAD_JSON at line 950 of orders.ndjson); read again after a failure: Orders 2 times`.
 */
export function closingReport({ ledgerCounts, entries, retries }: ClosingFacts): string {
  const kept = [...ledgerCounts].map(([kind, count]) => ledgerPart(kind, count, entries))
  const again = [...retries].map(([step, count]) => `${step} ${grouped(count)} ${count === 1 ? 'time' : 'times'}`)
  return [
    ...(kept.length === 0 ? [] : [`ledger: ${kept.join(', ')}`]),
    ...(again.length === 0 ? [] : [`read again after a failure: ${again.join(', ')}`]),
  ].join('; ')
}

/** A count as people read it: `1,234,567`. */
export function grouped(value: number): string {
  return String(value).replace(/\B(?=(?:\d{3})+$)/g, ',')
}

function ledgerPart(kind: string, count: number, entries: readonly LedgerEntry[]): string {
  const cut = kind.lastIndexOf(' ')
  const [step, reason] = [kind.slice(0, cut), kind.slice(cut + 1)]
  const entry = entries.find((one) => one.step === step && one.reason === reason)
  const place = entry === undefined ? '' : placeOf(entry)
  return `${grouped(count)} ${reason} at ${step}${place === '' ? '' : ` (such as ${place})`}`
}

// Code and place only: the record itself may be private, or hold what a terminal would obey.
function placeOf({ detail, position }: LedgerEntry): string {
  const code = detail?.match(/^(?:\w+ threw: )?([A-Z][A-Z0-9_]+)(?=:)/)?.[1]
  const at =
    position === undefined ? undefined : `at ${position.unit} ${position.offset} of ${printable(position.split)}`
  return [code, at].filter((part) => part !== undefined).join(' ')
}

function printable(text: string): string {
  return text.replace(/\p{C}/gu, (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`)
}
