/**
 * PullInput: a source that is asked, such as files or partitions of a log, paced by credits.
 *
 * A split is asked for one bundle at a time, and for the next only when that one has gone through the graph and no write is
 * pending: a slow sink makes the source wait, memory stays bounded, and other sources have their go in between.
 */
import type { PullSource, SourceSplit } from '@tidemark/core'
import type { ReadPayload } from '@tidemark/core/graph'
import type { EngineInput } from '../execution/engine.ts'
import { sourceFailure, type InputHost, type JobInput } from './job-input.ts'
import { SplitReader, type SplitHost } from './split-reader.ts'

/** Most splits of a bounded source that are open at once; all splits of an unbounded one are, as none of them ends. */
const OPEN_SPLITS = 8

/** What a source without splits is completed under. */
const NO_SPLIT = '0'

/** A pull source at work. */
export class PullInput implements JobInput {
  readonly #input: EngineInput
  readonly #payload: ReadPayload
  readonly #source: PullSource<unknown>
  readonly #host: InputHost
  /** Splits that are read now, and those that wait for one of them to end, the last first: a turn must not look at all of them. */
  #active: SplitReader[] = []
  #waiting: SplitReader[] = []
  readonly #complete: SplitReader[] = []
  /** Whether the source has turned out to have no split, and whether the engine knows. */
  #isEmpty: 'found' | 'ended' | undefined
  #failure: { readonly cause: unknown } | undefined
  #halted = false

  constructor(input: EngineInput, payload: ReadPayload, source: PullSource<unknown>, host: InputHost) {
    this.#input = input
    this.#payload = payload
    this.#source = source
    this.#host = host
  }

  get isComplete(): boolean {
    return this.#isEmpty === 'ended' || (this.#complete.length > 0 && this.#active.length === 0)
  }

  get ready(): boolean {
    return this.#failure !== undefined || this.#isEmpty === 'found' || this.#active.some((split) => split.ready)
  }

  get isIdle(): boolean {
    return this.#active.some((split) => split.isIdle)
  }

  start(): void {
    const fail = (cause: unknown): void => this.#fail(cause)
    try {
      this.#source.splits().then((splits) => this.#open(splits), fail)
    } catch (cause) {
      fail(cause)
    }
  }

  offer(): boolean {
    if (this.#failure !== undefined) throw sourceFailure(this.#input.step, this.#failure.cause)
    if (this.#isEmpty === 'found') {
      this.#isEmpty = 'ended'
      this.#input.complete(NO_SPLIT)
      return true
    }
    const offered = this.#active.reduce((any, split) => split.offer() || any, false)
    if (this.#active.some((split) => split.isComplete)) this.#turnOver()
    return offered
  }

  #turnOver(): void {
    for (const split of this.#active) if (split.isComplete) this.#complete.push(split)
    this.#active = this.#active.filter((split) => !split.isComplete)
    const limit = this.#source.bounded && !this.#halted ? OPEN_SPLITS : Infinity
    while (this.#active.length < limit && this.#waiting.length > 0) this.#active.push(this.#waiting.pop()!)
  }

  request(): void {
    if (this.#halted) return
    for (const split of this.#active) split.request(this.#host.bundleSize)
  }

  nextIdle(): number | undefined {
    const { idleAfter } = this.#payload
    if (idleAfter === undefined || this.#halted) return undefined
    const earliest = Math.min(...this.#active.map((split) => split.silentSince))
    return Number.isFinite(earliest) ? earliest + idleAfter : undefined
  }

  markIdle(now: number): void {
    const { idleAfter } = this.#payload
    if (idleAfter === undefined || this.#halted) return
    for (const split of this.#active) if (now >= split.silentSince + idleAfter) split.markIdle()
  }

  halt(ending: boolean): void {
    this.#halted = true
    // Splits that were not yet listed will not be: the source ends with the ones there are.
    if (ending && this.#active.length + this.#complete.length === 0) this.#openSplits([])
    this.#turnOver()
    for (const split of this.#active) split.halt(ending)
  }

  async released(): Promise<void> {
    await Promise.all([...this.#complete, ...this.#active].map((split) => split.released()))
  }

  #open(splits: readonly SourceSplit[]): void {
    if (this.#halted) return
    const partition = this.#payload.eventTimeOrder?.partition
    const ordered = partition === undefined ? splits : splits.toSorted((a, b) => partition(a.id) - partition(b.id))
    try {
      this.#openSplits(ordered)
    } catch (cause) {
      this.#fail(cause)
    }
    this.#host.wake()
  }

  #openSplits(splits: readonly SourceSplit[]): void {
    if (splits.length === 0) this.#isEmpty ??= 'found'
    this.#input.openSplits(splits.map((split) => split.id))
    const host: SplitHost = {
      source: this.#source,
      input: this.#input,
      retries: this.#host.retries,
      now: () => this.#host.now(),
      wake: () => this.#host.wake(),
      offer: (input, split, batch) => this.#host.offer(input, split, batch),
      fail: (cause) => this.#fail(cause),
    }
    this.#waiting = splits.map((split) => new SplitReader(split, host)).reverse()
    this.#turnOver()
  }

  #fail(cause: unknown): void {
    this.#failure ??= { cause }
    this.#host.wake()
  }
}
