/**
 * JobOutputs: what a job shows to its subscribers.
 *
 * Values are collected while the engine is in a bundle and emitted after it, so that no subscriber runs inside the engine.
 * Outputs are multicast and replay nothing; they complete when the job is done and carry the error when it fails.
 */
import type { LedgerEntry, Timestamp, WindowedValue } from '@tidemark/core'
import { ReplaySubject, Subject, type Observable } from 'rxjs'

/** The watermark of each output, by name. */
export type OutputWatermarks = Readonly<Record<string, Timestamp>>

/** The observables of one job. */
export class JobOutputs {
  readonly outputs: Readonly<Record<string, Observable<WindowedValue<unknown>>>>
  readonly ledger: Observable<LedgerEntry>
  readonly watermark$: Observable<OutputWatermarks>
  readonly #subjects: Readonly<Record<string, Subject<WindowedValue<unknown>>>>
  readonly #ledger = new Subject<LedgerEntry>()
  readonly #watermark$ = new ReplaySubject<OutputWatermarks>(1)
  readonly #watermarkOf: (name: string) => Timestamp
  #values: { readonly name: string; readonly values: readonly WindowedValue<unknown>[] }[] = []
  #entries: LedgerEntry[] = []
  #watermarks: OutputWatermarks

  constructor(names: readonly string[], watermarkOf: (name: string) => Timestamp) {
    this.#subjects = Object.fromEntries(names.map((name) => [name, new Subject<WindowedValue<unknown>>()]))
    this.outputs = Object.freeze(
      Object.fromEntries(Object.entries(this.#subjects).map(([name, subject]) => [name, subject.asObservable()])),
    )
    this.ledger = this.#ledger.asObservable()
    this.watermark$ = this.#watermark$.asObservable()
    this.#watermarkOf = watermarkOf
    this.#watermarks = this.#readWatermarks()
    this.#watermark$.next(this.#watermarks)
  }

  /** Whether anyone would hear an error. */
  get observed(): boolean {
    return Object.values(this.#subjects).some((subject) => subject.observed)
  }

  /** Whether anyone hears of ledger entries. */
  get ledgerObserved(): boolean {
    return this.#ledger.observed
  }

  /** Takes elements of an output, to be emitted after the bundle. */
  collect(name: string, values: readonly WindowedValue<unknown>[]): void {
    if (this.#subjects[name]!.observed) this.#values.push({ name, values })
  }

  /** Takes a ledger entry, to be emitted after the bundle; of elements that overflowed there may be any number, so they do not wait. */
  enter(entry: LedgerEntry): void {
    if (!this.#ledger.observed) return
    if (entry.reason === 'overflow') this.#ledger.next(entry)
    else this.#entries.push(entry)
  }

  /** Emits what was collected, as long as `isLive`: a subscriber may stop the job. */
  emit(isLive: () => boolean): void {
    const collected = this.#values
    const entries = this.#entries
    this.#values = []
    this.#entries = []
    for (const { name, values } of collected) {
      const subject = this.#subjects[name]!
      for (const value of values) {
        if (!isLive()) return
        subject.next(value)
      }
    }
    for (const entry of entries) {
      if (!isLive()) return
      this.#ledger.next(entry)
    }
    if (isLive()) this.#emitWatermarks()
  }

  /** Completes every observable. */
  complete(): void {
    for (const subject of Object.values(this.#subjects)) subject.complete()
    this.#completeReports()
  }

  /** Ends the outputs with the error; ledger and watermarks, which report on the job, complete. */
  error(error: unknown): void {
    for (const subject of Object.values(this.#subjects)) subject.error(error)
    this.#completeReports()
  }

  #completeReports(): void {
    this.#ledger.complete()
    this.#watermark$.complete()
  }

  #emitWatermarks(): void {
    const present = this.#watermarks
    if (Object.entries(present).every(([name, watermark]) => this.#watermarkOf(name) === watermark)) return
    this.#watermarks = this.#readWatermarks()
    this.#watermark$.next(this.#watermarks)
  }

  #readWatermarks(): OutputWatermarks {
    const names = Object.keys(this.#subjects)
    return Object.freeze(Object.fromEntries(names.map((name) => [name, this.#watermarkOf(name)])))
  }
}
