/**
 * JobSinks: the write steps of a job.
 *
 * Writes of one step follow one another. While any of them is pending, the job takes no further bundle: that is how a slow
 * sink holds back sources that can wait. Nothing written is visible before `commit`.
 */
import type { PipelineError, Taken } from '@tidemark/core'
import type { PipelineGraph, Step } from '@tidemark/core/graph'
import type { Task } from './in-sequence.ts'
import { StepWriter } from './step-writer.ts'

/** What a job does about its sinks. */
export interface SinkListener {
  /** No write is pending any more. */
  readonly onIdle: () => void
  readonly onError: (error: PipelineError) => void
}

/** The writers of one job. */
export class JobSinks {
  readonly #writers: readonly StepWriter[]
  readonly #byStep: ReadonlyMap<number, StepWriter>
  #collected: { readonly step: Step; readonly values: readonly Taken<unknown>[] }[] = []
  #waiting: (() => void)[] = []

  constructor(graph: PipelineGraph, listener: SinkListener) {
    const settled = (error?: PipelineError): void => this.#settled(listener, error)
    this.#writers = graph.steps.flatMap((step) =>
      step.payload.primitive === 'write' ? [new StepWriter(step, settled)] : [],
    )
    this.#byStep = new Map(this.#writers.map((writer) => [writer.step.id, writer]))
  }

  /** Whether a write has not settled yet. */
  get pending(): boolean {
    return this.#writers.some((writer) => writer.pending)
  }

  /** Opens every sink. */
  open(): readonly Task[] {
    return this.#writers.map((writer) => () => writer.open())
  }

  /** Takes what the sink of a write step is to be handed after the bundle. */
  collect(step: Step, values: readonly Taken<unknown>[]): void {
    this.#collected.push({ step, values })
  }

  /** Writes what was collected. */
  write(): void {
    const collected = this.#collected
    this.#collected = []
    for (const { step, values } of collected) this.#byStep.get(step.id)!.write(values)
  }

  /** Publishes what was written, sink after sink. */
  commit(): readonly Task[] {
    return this.#writers.map((writer) => () => writer.commit())
  }

  /** Takes back what was written and not committed, once no write is pending; what waits to be written is forgotten. */
  abort(): readonly Task[] {
    for (const writer of this.#writers) writer.forget()
    return [() => this.#idle(), ...this.#writers.map((writer) => () => writer.abort())]
  }

  #idle(): void | Promise<void> {
    if (!this.pending) return undefined
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  #settled(listener: SinkListener, error: PipelineError | undefined): void {
    if (error !== undefined) listener.onError(error)
    if (this.pending) return
    const waiting = this.#waiting
    this.#waiting = []
    for (const resolve of waiting) resolve()
    listener.onIdle()
  }
}
