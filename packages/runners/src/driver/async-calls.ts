/**
 * AsyncCalls: the calls of a run's asynchronous steps: as many at once as each step allows, and every end told to the engine.
 *
 * Calls end whenever they like; the engine is told only in {@link AsyncCalls.run}, when nobody else is inside of it. So what a run does
 * depends on the order of ends that it was told, and the time log has that. Both runners make their calls here.
 */
import type { MapAsyncPayload, Step } from '@tidemark/core/graph'
import { AsyncCall, type CallHost, type CallOutcome, type CallRequest } from './async-call.ts'

/** An asynchronous step, as the engine has it. */
export interface CallingStep {
  readonly step: Step
  readonly payload: MapAsyncPayload
  /** How many elements are in the step. */
  readonly pending: number
  takeRequests(most: number): readonly CallRequest[]
  complete(id: number, outcome: CallOutcome): void
}

/** What the calls of a run need of it. */
export interface CallsHost extends CallHost {
  /** Asks for `run`: a call has ended. */
  wake(): void
}

/** How many elements may be in a step for each call that it may make, before sources wait. */
const AHEAD = 4

/** The calls of one step. */
interface Pool {
  readonly step: CallingStep
  /** Calls that have been made, and whose ends the engine does not know. */
  readonly calls: Set<AsyncCall>
}

interface End {
  readonly pool: Pool
  readonly call: AsyncCall
  readonly id: number
  readonly outcome: CallOutcome
}

/** Makes the calls of one run. */
export class AsyncCalls {
  readonly #pools: readonly Pool[]
  readonly #host: CallsHost
  #ends: End[] = []
  #isRunning = false
  #isStopped = false

  constructor(steps: readonly CallingStep[], host: CallsHost) {
    this.#pools = steps.map((step) => ({ step, calls: new Set() }))
    this.#host = host
  }

  /** Whether an element is in one of the steps. */
  get isPending(): boolean {
    return this.#pools.some(({ step }) => step.pending > 0)
  }

  /** Whether a step has as many elements as it may: sources are to wait. */
  get isFull(): boolean {
    return this.#pools.some(({ step }) => step.pending >= AHEAD * step.payload.concurrency)
  }

  /** Whether a call has ended that the engine does not know of. */
  get hasEnded(): boolean {
    return this.#ends.length > 0
  }

  /**
   * Tells the engine what has ended and makes calls, until nothing more can be done without waiting.
   *
   * **Contract** — Between two calls of the engine. Throws where a step is to fail with a call.
   */
  run(): void {
    if (this.#isRunning || this.#isStopped) return
    this.#isRunning = true
    try {
      do {
        this.#tell()
        this.#call()
      } while (this.hasEnded)
    } finally {
      this.#isRunning = false
    }
  }

  /** Makes no further call and lets go of all: signals are aborted, and what calls bring is ignored. */
  stop(reason: unknown): void {
    this.#isStopped = true
    this.#ends = []
    for (const { calls } of this.#pools) {
      for (const call of calls) call.stop(reason)
      calls.clear()
    }
  }

  #tell(): void {
    const ends = this.#ends
    this.#ends = []
    for (const { pool, call, id, outcome } of ends) {
      pool.calls.delete(call)
      pool.step.complete(id, outcome)
    }
  }

  // A call that has ended keeps its place until the engine knows, so there are never more ends at hand than places.
  #call(): void {
    for (const pool of this.#pools) {
      const { step, calls } = pool
      while (calls.size < step.payload.concurrency && !this.#isStopped) {
        const [request] = step.takeRequests(1)
        if (request === undefined) break
        const call = new AsyncCall(step.payload, request, step.step.path, this.#host, (outcome) => {
          this.#ends.push({ pool, call, id: request.id, outcome })
          if (!this.#isRunning) this.#host.wake()
        })
        calls.add(call)
        call.start()
      }
    }
  }
}
