/**
 * JobLedger: what a job remembers of what left it, also when nobody listens.
 *
 * The latest entries are kept, as many as stated, and all are counted. A source that gives too many dead letters ends the job here, and
 * the job's closing report is written from here.
 */
import type { LedgerEntry, SourceBatch } from '@tidemark/core'
import { closingReport } from '../driver/closing-report.ts'
import { DeadLetterBreaker } from '../driver/dead-letter-breaker.ts'
import { isShown } from '../driver/progress-target.ts'
import type { SourceRetries } from '../driver/source-retries.ts'
import type { Engine } from '../execution/engine.ts'
import { LedgerMemory } from '../execution/ledger/ledger-memory.ts'
import type { JobOptions } from './job-options.ts'

/** The memory of one job. */
export class JobLedger {
  readonly #options: JobOptions
  readonly #engine: Engine
  readonly #retries: SourceRetries
  readonly #breaker: DeadLetterBreaker
  readonly #kept: LedgerMemory
  /** Whether an entry was made that nobody heard. */
  #unheard = false

  constructor(options: JobOptions, engine: Engine, retries: SourceRetries) {
    this.#options = options
    this.#engine = engine
    this.#retries = retries
    this.#breaker = new DeadLetterBreaker(options.deadLetters)
    this.#kept = new LedgerMemory(options.ledgerLimit)
    for (const { step } of engine.inputs) this.#breaker.watch(step.path)
  }

  /** The latest entries, the oldest of them first. */
  get entries(): readonly LedgerEntry[] {
    return this.#kept.entries
  }

  /** Takes an entry, and whether somebody listens to the ledger. */
  enter(entry: LedgerEntry, isHeard: boolean): void {
    this.#breaker.count(entry)
    this.#unheard ||= !isHeard
    this.#kept.add(entry)
  }

  /** Takes note of a batch that has gone through. Throws (code `DLQ_FLOOD`) when its source has given too many dead letters. */
  afterBatch(step: string, batch: SourceBatch<unknown>): void {
    this.#breaker.afterBatch(step, batch)
  }

  /** What the ledger holds and which sources were read again, as one line; empty when there is nothing to say. */
  report(): string {
    const { ledgerCounts } = this.#engine
    return closingReport({ ledgerCounts, entries: this.entries, retries: this.#retries.counts })
  }

  /** Writes the report, where and if a person is to read it. */
  close(): void {
    const { report, reportTo } = this.#options
    if (!isShown(report, reportTo) || !(this.#unheard || this.#retries.counts.size > 0)) return
    reportTo.write(`${this.report()}\n`)
  }
}
