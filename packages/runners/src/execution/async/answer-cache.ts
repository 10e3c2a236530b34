/**
 * AnswerCache: answers by key, each for a stretch of event time; those to come among them.
 *
 * An answer serves from the timestamp of the element that asked, so one key may have several. It is freed when the watermark has passed
 * the time that it serves, or when there are too many: then the one asked for longest ago goes. What is found depends on elements and
 * watermarks alone, never on a clock.
 */
import { decodeValue, type Timestamp } from '@tidemark/core'
import type { AsyncCache } from '@tidemark/core/graph'
import type { Saved, StateData } from '../snapshot/saved.ts'
import { TimerQueue } from '../timer/timer-queue.ts'
import { plainBytes } from './plain-bytes.ts'

/** An answer, or the call that will bring it. */
export interface CachedAnswer {
  readonly key: string
  /** Id of the call. */
  readonly call: number
  /** It serves elements from this timestamp on, */
  readonly from: Timestamp
  /** and before this one. */
  readonly until: Timestamp
  answered: boolean
  answer: unknown
}

type AnswerData = readonly [key: string, call: number, from: Timestamp, until: Timestamp, answer: Uint8Array | null]

/** The cache of one step. Keys are given as text. A snapshot holds what is plain data of it: without it, calls would be made that were not made before. */
export class AnswerCache implements Saved {
  readonly #options: AsyncCache
  readonly #byKey = new Map<string, CachedAnswer[]>()
  readonly #byCall = new Map<number, CachedAnswer>()
  /** In the order in which they were asked for; those that have gone stay until they come to the front, or are half of all. */
  #asked: CachedAnswer[] = []
  #first = 0
  #expiring = new TimerQueue()

  constructor(options: AsyncCache) {
    this.#options = options
  }

  /** How many answers are kept, those to come among them. */
  get size(): number {
    return this.#byCall.size
  }

  /** The answer that serves a key at a time; of several, the one asked for last. */
  find(key: string, timestamp: Timestamp): CachedAnswer | undefined {
    return this.#byKey.get(key)?.findLast(({ from, until }) => from <= timestamp && timestamp < until)
  }

  /** Notes that a call has been asked for. */
  add(key: string, timestamp: Timestamp, call: number): void {
    const until = timestamp + this.#options.expiresAfter
    this.#enlist({ key, call, from: timestamp, until, answered: false, answer: undefined })
    while (this.size > this.#options.limit) this.#remove(this.#oldest())
    if (this.#asked.length > 2 * this.size + 16) this.#forgetGone()
  }

  /** Keeps the answer of a call, if it is still wanted. */
  answer(call: number, answer: unknown): void {
    const entry = this.#byCall.get(call)
    if (entry === undefined) return
    entry.answered = true
    entry.answer = answer
  }

  /** Forgets a call: it has failed, and the next element of its key asks anew. */
  forget(call: number): void {
    const entry = this.#byCall.get(call)
    if (entry !== undefined) this.#remove(entry)
  }

  /** Frees what no element serves any more that is not late. */
  expire(watermark: Timestamp): void {
    while (this.#expiring.peekTime() <= watermark) {
      const entry = this.#byCall.get(this.#expiring.pop())
      if (entry !== undefined) this.#remove(entry)
    }
  }

  save(): StateData {
    return this.#asked.flatMap(({ key, call, from, until, answered, answer }): readonly AnswerData[] => {
      if (!this.#byCall.has(call)) return []
      if (!answered) return [[key, call, from, until, null]]
      const bytes = plainBytes(answer)
      return bytes === null ? [] : [[key, call, from, until, bytes]]
    })
  }

  load(data: StateData): void {
    for (const [key, call, from, until, bytes] of data as unknown as readonly AnswerData[]) {
      const answer = bytes === null ? undefined : decodeValue(bytes)
      this.#enlist({ key, call, from, until, answered: bytes !== null, answer })
    }
  }

  #enlist(entry: CachedAnswer): void {
    const others = this.#byKey.get(entry.key)
    if (others === undefined) this.#byKey.set(entry.key, [entry])
    else others.push(entry)
    this.#byCall.set(entry.call, entry)
    this.#asked.push(entry)
    this.#expiring.push(entry.until, entry.call)
  }

  #oldest(): CachedAnswer {
    for (;;) {
      const entry = this.#asked[this.#first]!
      if (this.#byCall.has(entry.call)) return entry
      this.#first++
    }
  }

  #remove({ key, call }: CachedAnswer): void {
    this.#byCall.delete(call)
    const left = this.#byKey.get(key)!.filter((other) => other.call !== call)
    if (left.length === 0) this.#byKey.delete(key)
    else this.#byKey.set(key, left)
  }

  #forgetGone(): void {
    this.#asked = this.#asked.filter(({ call }) => this.#byCall.has(call))
    this.#first = 0
    this.#expiring = new TimerQueue()
    for (const { until, call } of this.#asked) this.#expiring.push(until, call)
  }
}
