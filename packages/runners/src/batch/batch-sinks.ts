/**
 * BatchSinks: the write steps of one run.
 *
 * Elements are handed over between bundles, and the next bundle waits until the sinks have taken them: a slow sink slows the
 * reading down and nothing piles up. Sinks publish after everything else has succeeded, and take back otherwise.
 */
import { PipelineError, type SinkWriter, type Taken, type Takes } from '@tidemark/core'
import type { PipelineGraph, Step } from '@tidemark/core/graph'

interface OpenSink {
  readonly step: Step
  readonly writer: SinkWriter<unknown, Takes>
  pending: (readonly Taken<unknown>[])[]
}

/** The sinks of one run. */
export class BatchSinks {
  readonly #open = new Map<number, OpenSink>()

  /** Opens every sink, in the order of the graph. */
  async open(graph: PipelineGraph): Promise<void> {
    for (const step of graph.steps) {
      const { payload } = step
      if (payload.primitive !== 'write') continue
      const writer = await named<SinkWriter<unknown, Takes>>(step, 'opening', () => payload.sink.open())
      this.#open.set(step.id, { step, writer, pending: [] })
    }
  }

  /** Keeps what a sink is to be handed until the bundle is done. */
  collect(step: Step, values: readonly Taken<unknown>[]): void {
    this.#open.get(step.id)?.pending.push(values)
  }

  /** Hands over what was collected. A promise only when a sink has to wait. */
  flush(): void | Promise<void> {
    const waiting: Promise<void>[] = []
    for (const sink of this.#open.values()) {
      if (sink.pending.length === 0) continue
      const { step, writer, pending } = sink
      sink.pending = []
      const values = pending.length === 1 ? pending[0]! : joined(pending)
      const written = named(step, 'writing', () => writer.write(values))
      if (written !== undefined) waiting.push(written)
    }
    return waiting.length === 0 ? undefined : settleAll(waiting)
  }

  /** Publishes what was written, sink after sink. One that has published is not taken back when a later one fails. */
  async commit(): Promise<void> {
    for (const [id, { step, writer }] of this.#open) {
      await named(step, 'committing', () => writer.commit())
      this.#open.delete(id)
    }
  }

  /** Takes back what was written and not published. Returns what failed on the way. */
  async abort(): Promise<readonly unknown[]> {
    const errors: unknown[] = []
    for (const { step, writer } of this.#open.values()) {
      try {
        await named(step, 'aborting', () => writer.abort())
      } catch (error) {
        errors.push(error)
      }
    }
    this.#open.clear()
    return errors
  }
}

/** Calls a sink; what it throws or rejects with becomes an error that names the step. */
function named<T>(step: Step, what: string, call: () => T | Promise<T>): T | Promise<T> {
  try {
    const result = call()
    return isPromise(result) ? result.catch((cause: unknown) => Promise.reject(failure(step, what, cause))) : result
  } catch (cause) {
    throw failure(step, what, cause)
  }
}

// Array.flat looks at every element whether it is a list, and costs more than to write it.
function joined<T>(lists: readonly (readonly T[])[]): readonly T[] {
  const all: T[] = []
  for (const list of lists) for (let index = 0; index < list.length; index++) all.push(list[index]!)
  return all
}

// All have settled before the first error goes on: nothing writes while sinks take back.
async function settleAll(waiting: readonly Promise<void>[]): Promise<void> {
  const results = await Promise.allSettled(waiting)
  for (const result of results) if (result.status === 'rejected') throw result.reason
}

function failure(step: Step, what: string, cause: unknown): PipelineError {
  if (cause instanceof PipelineError) return cause
  const sink = step.payload.primitive === 'write' ? step.payload.sink.description : step.path
  return new PipelineError(
    'SINK_FAILED',
    `The sink of step "${step.path}" (${sink}) failed while ${what}: ${cause instanceof Error ? cause.message : String(cause)}. ` +
      'What the run had written and not yet published is taken back. Mend the cause and run again.',
    { step: step.path, cause },
  )
}

function isPromise<T>(value: T | Promise<T>): value is Promise<T> {
  return typeof value === 'object' && value !== null && 'then' in value
}
