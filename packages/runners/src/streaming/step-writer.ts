/**
 * StepWriter: the sink of one write step, opened, written to, and committed or taken back.
 */
import { PipelineError, type SinkWriter, type Taken, type Takes } from '@tidemark/core'
import type { Step } from '@tidemark/core/graph'

/** Writes to one sink, one write at a time; every error names the step. */
export class StepWriter {
  readonly step: Step
  readonly #settled: (error?: PipelineError) => void
  #writer: SinkWriter<unknown, Takes> | undefined
  #queue: (readonly Taken<unknown>[])[] = []
  #writing = false

  constructor(step: Step, settled: (error?: PipelineError) => void) {
    this.step = step
    this.#settled = settled
  }

  get pending(): boolean {
    return this.#writing
  }

  open(): void | Promise<void> {
    return this.#guard('opening', () => {
      const { payload } = this.step
      if (payload.primitive !== 'write') return undefined
      const opened: SinkWriter<unknown, Takes> | Promise<SinkWriter<unknown, Takes>> = payload.sink.open()
      if (!isPromise(opened)) {
        this.#writer = opened
        return undefined
      }
      return opened.then((writer) => {
        this.#writer = writer
      })
    })
  }

  write(values: readonly Taken<unknown>[]): void {
    if (this.#writing) {
      this.#queue.push(values)
      return
    }
    const written = this.#guard('writing', () => this.#writer?.write(values))
    if (written === undefined) return
    this.#writing = true
    written.then(
      () => this.#next(),
      (error: PipelineError) => this.#end(error),
    )
  }

  /** Lets go of what waits for a pending write. */
  forget(): void {
    this.#queue = []
  }

  commit(): void | Promise<void> {
    return this.#guard('committing', () => {
      const writer = this.#writer
      return after(writer?.commit(), () => {
        this.#writer = undefined
      })
    })
  }

  abort(): void | Promise<void> {
    const writer = this.#writer
    this.#writer = undefined
    return this.#guard('aborting', () => writer?.abort())
  }

  #next(): void {
    this.#writing = false
    try {
      while (!this.#writing && this.#queue.length > 0) this.write(this.#queue.shift()!)
    } catch (error) {
      this.#end(error as PipelineError)
      return
    }
    if (!this.#writing) this.#settled()
  }

  #end(error: PipelineError): void {
    this.#writing = false
    this.forget()
    this.#settled(error)
  }

  /** Runs a call of the sink; what it throws or rejects with becomes an error that names the step. */
  #guard(what: string, call: () => void | Promise<void>): void | Promise<void> {
    try {
      const result = call()
      if (!isPromise(result)) return undefined
      return result.catch((cause: unknown) => Promise.reject(this.#failure(what, cause)))
    } catch (cause) {
      throw this.#failure(what, cause)
    }
  }

  #failure(what: string, cause: unknown): PipelineError {
    if (cause instanceof PipelineError) return cause
    const { path, payload } = this.step
    const sink = payload.primitive === 'write' ? payload.sink.description : path
    return new PipelineError(
      'SINK_FAILED',
      `The sink of step "${path}" (${sink}) failed while ${what}: ${cause instanceof Error ? cause.message : String(cause)}. ` +
        'What the run had written and not yet published is taken back. Mend the cause and run the job again.',
      { step: path, cause },
    )
  }
}

function after(result: void | Promise<void>, then: () => void): void | Promise<void> {
  if (isPromise(result)) return result.then(then)
  then()
  return undefined
}

function isPromise<T>(value: T | Promise<T>): value is Promise<T> {
  return typeof value === 'object' && value !== null && 'then' in value
}
