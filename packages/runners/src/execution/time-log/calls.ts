/**
 * Calls: what is done to an engine, one call after the other.
 *
 * Every entrance of the engine says `begin` and `end`. Between them a bundle is on its way, and the state is of no single moment; an
 * error leaves it so for good. Ticks at which nothing was due are noted only when something else follows: time passes all the time.
 */
import type { Decision, DecisionListener } from './decision.ts'

/** The calls of one engine. */
export class Calls {
  /** Whether a call is under way, or has failed. */
  busy = false
  /** Whether there has been a call, or a restore. */
  used = false
  /** How many decisions have been noted. */
  noted = 0
  readonly #listener: DecisionListener | undefined
  readonly #waiting: (() => void)[] = []
  readonly #last: (() => void)[] = []
  #tick: Decision | undefined

  constructor(listener: DecisionListener | undefined) {
    this.#listener = listener
  }

  /** A call begins, with a decision unless it has no effect of its own. */
  begin(decision: Decision): void {
    this.busy = true
    this.used = true
    if (this.#listener === undefined) return
    this.noteTick()
    this.#note(decision)
  }

  /** Time has come to `now`, and the wall's clock to `wall`; `due` says whether something was to happen then. */
  beginTick(now: number, wall: number, due: boolean): void {
    this.busy = true
    this.used = true
    if (this.#listener === undefined) return
    if (due) this.noteTick()
    this.#tick = wall === now ? ['tick', now] : ['tick', now, wall]
    if (due) this.noteTick()
  }

  /** Has something done at the end of every call, in the order in which it was asked for. */
  atEnd(last: () => void): void {
    this.#last.push(last)
  }

  /** Does what is done at the end of a call, and goes on with it: where several follow each other in one. */
  settle(): void {
    for (const last of this.#last) last()
  }

  end(): void {
    this.settle()
    this.busy = false
    for (let call = this.#waiting.shift(); call !== undefined; call = this.#waiting.shift()) call()
  }

  /** Does a call at once, or, asked from inside another, when that has ended: calls do not nest. */
  inTurn(call: () => void): void {
    if (this.busy) this.#waiting.push(call)
    else call()
  }

  /** Notes the time that has come since the last decision: who goes on from here must know it. */
  noteTick(): void {
    const tick = this.#tick
    if (tick === undefined) return
    this.#tick = undefined
    this.#note(tick)
  }

  #note(decision: Decision): void {
    this.noted++
    this.#listener?.(decision)
  }
}
