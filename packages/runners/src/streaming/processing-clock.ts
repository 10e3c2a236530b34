/**
 * ProcessingClock: the clock of a job, from an RxJS scheduler or from an env.
 *
 * A scheduler that a program gives is the whole of time, so a TestScheduler makes all of it virtual. Otherwise time begins at the time
 * of the day and goes on with the monotonic clock: when the time of the day is set, nothing fires early and nothing waits longer.
 */
import { PipelineError } from '@tidemark/core'
import { asyncScheduler, type SchedulerLike } from 'rxjs'
import { envOf, MACHINE, type Env } from '../env/env.ts'

/** What time is, in the options of jobs. */
export interface ClockOptions {
  /** The processing clock and the giver of turns, in place of the env's. A TestScheduler makes time virtual. */
  readonly scheduler?: SchedulerLike
  /** The clock and the chance that the job goes by, as far as they are not the machine's. */
  readonly env?: Partial<Env>
}

/** Tells processing time and gives turns. */
export interface ProcessingClock {
  /** Whether it is the machine's, so that elements can be expected to be of its time. */
  readonly isMachine: boolean
  /** Processing time, in whole milliseconds where the clock is a machine's. */
  now(): number
  /** The time of the day, or processing time where that is the only one. */
  wall(): number
  /** Calls `run` as soon as the rest of the program has had its turn; the returned function calls it off. */
  soon(run: () => void): () => void
  /** Calls `run` after so many milliseconds; the returned function calls it off. */
  after(delay: number, run: () => void): () => void
}

/** The clock that options ask for. Throws (code `BAD_OPTION`) when they ask for two. */
export function processingClock(subject: string, { scheduler, env }: ClockOptions): ProcessingClock {
  if (scheduler !== undefined && env?.clock !== undefined) {
    throw new PipelineError(
      'BAD_OPTION',
      `${subject} was given a scheduler and an env with a clock. Both tell the time, and a job that followed two could fire a timer before ` +
        'its time. Give one of them.',
    )
  }
  if (scheduler !== undefined && scheduler !== asyncScheduler) return schedulerClock(scheduler)
  if (env?.clock === undefined && isVirtual(asyncScheduler)) return schedulerClock(asyncScheduler)
  return envClock(envOf(env), env?.clock === undefined)
}

/** Whether a scheduler that is the machine's is not, just now: the run() of a TestScheduler takes hold of the asyncScheduler. */
function isVirtual(scheduler: SchedulerLike): boolean {
  return Math.abs(scheduler.now() - MACHINE.clock.now()) >= 1000
}

function schedulerClock(scheduler: SchedulerLike): ProcessingClock {
  const after = (delay: number, run: () => void): (() => void) => {
    const waiting = scheduler.schedule(() => run(), delay)
    return () => waiting.unsubscribe()
  }
  const now = (): number => scheduler.now()
  return { isMachine: false, now, wall: now, soon: (run) => after(0, run), after }
}

function envClock({ clock, defer }: Env, isMachine: boolean): ProcessingClock {
  const origin = clock.now() - clock.mono()
  return {
    isMachine,
    now: () => Math.floor(origin + clock.mono()),
    wall: () => clock.now(),
    soon: defer,
    after: (delay, run) => clock.after(delay, run),
  }
}
