/**
 * DeadLetterBreaker: ends a run whose source turns out to be mostly unreadable.
 *
 * One malformed record in a thousand belongs into the ledger; one in ten means that the format, the schema or the producer is
 * not what it was, and that a result made of the rest would mislead. Counted is what a source has given so far, in both runners.
 */
import { checkOptions, PipelineError, type LedgerEntry, type SourceBatch } from '@tidemark/core'

/** From which share of dead letters on a source fails the run (0.05), once it has given so many records (1,000). `off`: never. */
export type DeadLetterLimit = { readonly share: number; readonly atLeast: number } | 'off'

const DEFAULT_DEAD_LETTER_LIMIT: DeadLetterLimit = Object.freeze({ share: 0.05, atLeast: 1000 })

/** Checks the option `deadLetters` of a runner. */
export function deadLetterLimit(subject: string, limit: DeadLetterLimit = DEFAULT_DEAD_LETTER_LIMIT): DeadLetterLimit {
  if (limit === 'off') return limit
  checkOptions(`deadLetters of ${subject}`, limit, { share: true, atLeast: true })
  const { share, atLeast } = limit
  if (share >= 0 && share <= 1 && Number.isSafeInteger(atLeast) && atLeast >= 0) return limit
  throw new PipelineError(
    'BAD_OPTION',
    `deadLetters of ${subject} is a share of ${share} of at least ${atLeast} records. With that, a flood of dead letters would not be ` +
      "seen for what it is. Give a share from 0 to 1 and a whole number of records, or 'off'.",
  )
}

/** Watches the sources of one run. */
export class DeadLetterBreaker {
  readonly #limit: DeadLetterLimit
  readonly #sources = new Map<string, { records: number; deadLetters: number; first: LedgerEntry | undefined }>()

  constructor(limit: DeadLetterLimit) {
    this.#limit = limit
  }

  /** Notes a source, by the path of its step. */
  watch(step: string): void {
    this.#sources.set(step, { records: 0, deadLetters: 0, first: undefined })
  }

  /** Counts a ledger entry of a source. */
  count(entry: LedgerEntry): void {
    const source = this.#sources.get(entry.step)
    if (source === undefined || entry.reason !== 'dead-letter') return
    source.deadLetters++
    source.first ??= entry
  }

  /** Counts a batch after it was run. Throws (code `DLQ_FLOOD`) when the source has given too many dead letters. */
  afterBatch(step: string, batch: SourceBatch<unknown>): void {
    const source = this.#sources.get(step)
    if (source === undefined) return
    source.records += batch.elements.length + batch.rejected.length
    const { records, deadLetters, first } = source
    if (this.#limit === 'off' || records < this.#limit.atLeast || deadLetters <= records * this.#limit.share) return
    const at =
      first?.position === undefined
        ? ''
        : ` at ${first.position.split}, ${first.position.unit} ${first.position.offset}`
    throw new PipelineError(
      'DLQ_FLOOD',
      `The source "${step}" has given ${deadLetters} dead letters among ${records} records, more than ${this.#limit.share * 100} %; the ` +
        `first${at}: ${first?.detail ?? 'without a reason'}. A result made of the rest would mislead, so the run ends and its sinks publish nothing. ` +
        "Mend the source or how it is read, or set deadLetters: 'off' (or a higher share) if that is how it is meant.",
      { step },
    )
  }
}
