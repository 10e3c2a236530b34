/**
 * UserCalls: how a stateful step calls its functions, and what becomes of what they return or throw.
 *
 * One context serves all calls. What a call emits is collected before any of it goes on: a function that throws midway has emitted
 * nothing. What it has done to state and timers until then stays done, as undoing it would cost a copy of the state per call.
 */
import { formatTimestamp, GLOBAL_WINDOW, MIN_TIMESTAMP, PipelineError, thrownText, UserCodeError } from '@tidemark/core'
import type { Handles, OnTimerContext, StateSpecs, Timers, TimerSpecs, Timestamp, Window } from '@tidemark/core'
import type { StatefulPayload } from '@tidemark/core/graph'
import { isSynchronous, userCodeError } from '../stateless/user-code.ts'
import type { Cursor } from './cursor.ts'
import type { KeyedRecord } from './keyed-record.ts'
import type { RowWriter } from './row-writer.ts'

class Context implements OnTimerContext<unknown, StateSpecs, TimerSpecs> {
  key: unknown = null
  value: unknown = undefined
  window: Window = GLOBAL_WINDOW
  timestamp: Timestamp = MIN_TIMESTAMP
  readonly state: Handles<StateSpecs>
  readonly timers: Timers<TimerSpecs>

  constructor(state: Handles<StateSpecs>, timers: Timers<TimerSpecs>) {
    this.state = state
    this.timers = timers
  }
}

/** Calls the functions of one step with the record at the cursor. */
export class UserCalls {
  readonly #payload: StatefulPayload
  readonly #cursor: Cursor
  readonly #context: Context
  readonly #rows: RowWriter
  readonly #step: string

  constructor(
    payload: StatefulPayload,
    cursor: Cursor,
    state: Handles<StateSpecs>,
    timers: Timers<TimerSpecs>,
    rows: RowWriter,
  ) {
    this.#payload = payload
    this.#cursor = cursor
    this.#context = new Context(state, timers)
    this.#rows = rows
    this.#step = cursor.step
  }

  /** Runs an element. Says how much it emitted, or what the function threw when that makes it a dead letter. */
  process(record: KeyedRecord, slot: number, value: unknown): number | { readonly thrown: unknown } {
    const context = this.#enter(record, slot)
    context.value = value
    const { process, onError } = this.#payload
    let results: Iterable<unknown> | void = undefined
    try {
      results = process(context)
      isSynchronous(results, 'process', this.#step)
      return this.#emit(results, record)
    } catch (thrown) {
      if (onError === 'dead-letter' && !isPromise(results)) return { thrown }
      throw userCodeError('process', this.#step, context.timestamp, thrown)
    } finally {
      context.value = undefined
      this.#cursor.leave()
    }
  }

  /** Fires a timer. What it throws fails the run: there is no element to put aside. */
  onTimer(record: KeyedRecord, slot: number, name: string): number {
    return this.#run(record, slot, `onTimer.${name}`, this.#payload.onTimer[name]!)
  }

  /** Runs onWindowExpiration. What it throws fails the run. */
  onWindowExpiration(record: KeyedRecord, slot: number): number {
    return this.#run(record, slot, 'onWindowExpiration', this.#payload.onWindowExpiration!)
  }

  #run(record: KeyedRecord, slot: number, what: string, call: StatefulPayload['onTimer'][string]): number {
    const context = this.#enter(record, slot)
    try {
      const results = call(context)
      isSynchronous(results, what, this.#step)
      return this.#emit(results, record)
    } catch (thrown) {
      throw this.#failure(what, context.timestamp, thrown)
    } finally {
      this.#cursor.leave()
    }
  }

  #enter(record: KeyedRecord, slot: number): Context {
    const context = this.#context
    context.key = record.key
    context.window = record.window
    context.timestamp = this.#cursor.timestamp
    this.#rows.timestamp = this.#cursor.timestamp
    this.#cursor.enter(record, slot)
    return context
  }

  #failure(what: string, timestamp: Timestamp, thrown: unknown): PipelineError {
    if (thrown instanceof PipelineError) return thrown
    const message = thrownText(thrown)
    return new UserCodeError(
      `${what} at step "${this.#step}" threw at ${formatTimestamp(timestamp)}: ${message}. The run stops: there is no element that could be ` +
        'put aside as a dead letter. Mend the function.',
      this.#step,
      thrown,
    )
  }

  #emit(results: Iterable<unknown> | void, record: KeyedRecord): number {
    if (results === undefined || results === null) return 0
    return this.#rows.add(results, record.window)
  }
}

function isPromise(results: unknown): boolean {
  return typeof results === 'object' && results !== null && 'then' in results
}
