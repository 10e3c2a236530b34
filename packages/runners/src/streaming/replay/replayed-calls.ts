/**
 * ReplayedCalls: the calls of a run made once more, and ended in the order in which they ended then.
 *
 * What ended well then is asked for again, as many at once as the step allows. What failed then fails again, for the reason it had: that
 * is known, and asking would only show what the world is like today.
 */
import { PipelineError } from '@tidemark/core'
import { AsyncCall, type CallHost, type CallOutcome, type CallRequest } from '../../driver/async-call.ts'
import { MACHINE } from '../../env/env.ts'
import type { AsyncStep } from '../../execution/async/async-step.ts'
import type { Engine } from '../../execution/engine.ts'
import type { Decision } from '../../execution/time-log/decision.ts'
import type { TimeLog } from '../../execution/time-log/time-log.ts'

/** The end of a call, as the time log has it. */
export type CallDecision = Extract<Decision, readonly ['async', ...unknown[]]>

/** The calls of one step. */
interface Pool {
  readonly step: AsyncStep
  /** Ids of the calls that are to be made. */
  readonly wanted: ReadonlySet<number>
  /** Requests that nobody has made, by id, in the order in which they came. */
  readonly waiting: Map<number, CallRequest>
  /** What has been made and is not needed yet, by id. */
  readonly made: Map<number, { readonly call: AsyncCall; readonly outcome: Promise<CallOutcome> }>
  underWay: number
}

/** Makes the calls of a replay. */
export class ReplayedCalls {
  readonly #pools: readonly Pool[]
  readonly #host: CallHost = {
    after: (delay, run) => MACHINE.clock.after(delay, run),
    random: MACHINE.random,
    abortable: () => new AbortController(),
  }

  constructor(engine: Engine, log: TimeLog) {
    const wanted = (log.asyncSteps ?? []).map((_, ordinal) => {
      const ends = log.decisions.filter((decision) => decision[0] === 'async' && decision[1] === ordinal)
      return new Set((ends as readonly CallDecision[]).flatMap(([, , id, end]) => (end === 'ok' ? [id] : [])))
    })
    this.#pools = (log.asyncSteps ?? []).map((path, ordinal) => ({
      step: engine.asyncSteps.find(({ step }) => step.path === path)!,
      wanted: wanted[ordinal]!,
      waiting: new Map(),
      made: new Map(),
      underWay: 0,
    }))
  }

  /** Makes calls for what the engine asks, as far as there is room. */
  makeCalls(): void {
    for (const pool of this.#pools) {
      for (const request of pool.step.takeRequests(Infinity)) pool.waiting.set(request.id, request)
      for (const [id, request] of pool.waiting) {
        if (pool.underWay >= pool.step.payload.concurrency) break
        if (pool.wanted.has(id)) this.#make(pool, request)
        else pool.waiting.delete(id)
      }
    }
  }

  /** Ends a call as it ended then. Throws (code `REPLAY_DIFFERS`) where that cannot be. */
  async end([, ordinal, id, end, failure]: CallDecision): Promise<void> {
    const pool = this.#pools[ordinal]
    if (pool === undefined || !pool.step.awaits(id)) throw notAsked(pool?.step.step.path, id)
    const { step } = pool
    if (end === 'failed') {
      step.complete(id, { ok: false, failure })
      return
    }
    const request = pool.waiting.get(id)
    if (request !== undefined) this.#make(pool, request)
    const outcome = await pool.made.get(id)!.outcome
    pool.made.delete(id)
    if (!outcome.ok) throw failsNow(step.step.path, id, outcome)
    step.complete(id, outcome)
  }

  /** Lets go of what is under way. */
  close(): void {
    const reason = new PipelineError('STOPPED', 'The replay has ended, so nobody waits for the answer of this call.')
    for (const { made } of this.#pools) for (const { call } of made.values()) call.stop(reason)
  }

  #make(pool: Pool, request: CallRequest): void {
    pool.waiting.delete(request.id)
    pool.underWay++
    let resolve: (outcome: CallOutcome) => void = () => undefined
    const outcome = new Promise<CallOutcome>((settle) => {
      resolve = settle
    })
    const { payload, step } = pool.step
    const call = new AsyncCall(payload, request, step.path, this.#host, (end) => {
      pool.underWay--
      resolve(end)
      this.makeCalls()
    })
    pool.made.set(request.id, { call, outcome })
    call.start()
  }
}

function notAsked(step: string | undefined, id: number): PipelineError {
  return new PipelineError(
    'REPLAY_DIFFERS',
    `The time log has the end of call ${id}${step === undefined ? '' : ` of step "${step}"`}, and the run that is told again has not asked for it. It has ` +
      'other elements, or other keys in its cache. Replay it over the elements as they were, with the functions as they were.',
    { step },
  )
}

function failsNow(step: string, id: number, { failure, cause }: Extract<CallOutcome, { ok: false }>): PipelineError {
  return new PipelineError(
    'REPLAY_DIFFERS',
    `Call ${id} of step "${step}" was answered in the run that is told again, and failed now: ${failure.message}. Answers are not kept in a time log, ` +
      'so there is nothing to go on with. Replay it where what the function asks can be reached, or with a function that has the answers as they were kept.',
    { step, cause },
  )
}
