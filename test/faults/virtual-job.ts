/**
 * A live job in virtual time: it takes its turns when a test lets time pass, by no time at all if need be.
 */
import { milliseconds, type LedgerEntry, type WindowedValue } from '@tidemark/core'
import type { Outputs, Pipeline } from '@tidemark/core/graph'
import { manualClock, type ManualClock } from '@tidemark/core/testing'
import { streamingRunner, type StreamingJob, type StreamingOptions } from '@tidemark/runners/streaming'

/** A job, its clock, and what it has given so far. */
export interface VirtualJob<O extends Outputs> {
  readonly job: StreamingJob<O>
  readonly clock: ManualClock
  /** What the output `out` has given. */
  readonly values: readonly WindowedValue<unknown>[]
  readonly ledger: readonly LedgerEntry[]
  /** Lets promises that have settled be heard, and then so many milliseconds pass (0). */
  readonly pass: (length?: number) => Promise<void>
}

/** Starts a job over a pipeline with an output `out`. */
export function virtualJob<O extends Outputs>(pipeline: Pipeline<O>, options: StreamingOptions = {}): VirtualJob<O> {
  const clock = manualClock()
  const env = { clock, defer: (run: () => void) => clock.after(0, run), random: () => 0.5 }
  const job = streamingRunner({ env, maxFuture: 'off', autoStart: false, report: 'never', ...options }).run(pipeline)
  const values: WindowedValue<unknown>[] = []
  const ledger: LedgerEntry[] = []
  job.outputs['out']!.subscribe({ next: (value) => values.push(value), error: () => undefined })
  job.ledger.subscribe((entry) => ledger.push(entry))
  job.start()
  return {
    job,
    clock,
    values,
    ledger,
    pass: async (length = 0) => {
      // A promise of a promise takes some turns of the queue.
      for (let turn = 0; turn < 10; turn += 1) await Promise.resolve()
      clock.advance(milliseconds(length))
    },
  }
}
