/**
 * What is compared when a job is replayed: what its outputs have emitted and what its ledger holds, each in order, and its time log as it
 * is kept: as text.
 */
import type { LedgerEntry, WindowedValue } from '@tidemark/core'
import type { Outputs } from '@tidemark/core/graph'
import type { Replay, StreamingJob, TimeLog } from '@tidemark/runners/streaming'

/** What a run has told. */
export interface Told {
  readonly outputs: Readonly<Record<string, readonly WindowedValue<unknown>[]>>
  readonly ledger: readonly LedgerEntry[]
}

/** A job that is listened to. */
export interface Recorded {
  /** All that it has told so far. */
  readonly told: () => Told
  /** Its time log, written and read. */
  readonly timeLog: () => TimeLog
}

/** Listens to a job that has not begun. */
export function recorded<O extends Outputs>(job: StreamingJob<O>): Recorded {
  const outputs: Record<string, WindowedValue<unknown>[]> = {}
  for (const name of Object.keys(job.outputs)) {
    const values: WindowedValue<unknown>[] = []
    outputs[name] = values
    // A job that fails tells its outputs, and is looked at elsewhere.
    job.outputs[name]!.subscribe({ next: (value) => values.push(value), error: () => undefined })
  }
  return {
    told: () => ({ outputs, ledger: job.ledgerEntries }),
    timeLog: () => JSON.parse(JSON.stringify(job.timeLog)) as TimeLog,
  }
}

/** What a replay has told. */
export function toldBy({ outputs, ledger }: Replay<Outputs>): Told {
  return { outputs, ledger }
}

/** The same without the places of elements, which are others in a file than in an observable. */
export function withoutPositions({ outputs, ledger }: Told): Told {
  return { outputs, ledger: ledger.map((entry) => ({ ...entry, position: undefined })) }
}
