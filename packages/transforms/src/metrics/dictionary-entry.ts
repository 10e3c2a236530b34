/**
 * DictionaryEntry: what people have to know of a number before they act on it, as plain data.
 *
 * It is made from the definition, so it cannot say anything else than what is computed. What only people know (owner, decision, runbook) they
 * give; a strict dictionary demands it.
 */

/** The kinds of metrics. */
export type MetricKind = 'simple' | 'ratio' | 'cumulative' | 'derived' | 'conversion'

/** What people say of a metric; a strict dictionary requires all but the description. */
export interface Governance {
  /** Who answers for the definition. */
  readonly owner?: string
  /** Who reads it: `ops`, `sales`, … */
  readonly audience?: string | readonly string[]
  /** What a value counts: `domains`, `USD minor units`, `share`. */
  readonly unit?: string
  /** What is decided by it, or `informational`. */
  readonly decision?: string
  /** Where it says what to do when the number is wrong. */
  readonly runbook?: string
  /** How often it is looked at, in words: `each pane`, `daily`. */
  readonly refresh?: string
}

/** A dimension, and what it is. */
export interface DimensionEntry {
  readonly name: string
  readonly formula: string
}

/** A source as the dictionary lists it. */
export interface SourceEntry {
  readonly name: string
  readonly schema?: string
  readonly types: readonly string[]
  /** Names of the sources that it is made from, and the composite that does so. */
  readonly from: readonly string[]
  readonly via?: string
}

/** What a dictionary says of a metric. Lengths of time are ISO 8601 texts. */
export interface DictionaryEntry {
  readonly id: string
  readonly kind: MetricKind
  /** The version that the author gave the definition, and a hash of what it says. */
  readonly definition: string
  readonly description?: string
  /** How a value is computed. */
  readonly formula: string
  /** Whether the formula was made from field expressions and the like; if not, an author has written it, or it says `function`. */
  readonly isExact: boolean
  readonly where?: string
  readonly dimensions: readonly DimensionEntry[]
  /** How slices are put together; one of: `add up`, `recombine`, `from accumulators`, `apart`, `none` (no dimensions). */
  readonly slices: 'add up' | 'recombine' | 'from accumulators' | 'apart' | 'none'
  readonly grain: string
  readonly sources: readonly SourceEntry[]
  /** The event types that it reads. */
  readonly types: readonly string[]
  /** The fields that it is known to read, as `schema.field`. */
  readonly fields: readonly string[]
  /** The metrics that it is made of. */
  readonly metrics: readonly string[]
  /** When values are final, after the end of the window. */
  readonly finality: string
  /** When values come before that. */
  readonly trigger: string
  /** How old the latest value may be. */
  readonly freshness?: string
  readonly owner?: string
  readonly audience: readonly string[]
  readonly unit?: string
  readonly decision?: string
  readonly runbook?: string
  readonly refresh?: string
}
