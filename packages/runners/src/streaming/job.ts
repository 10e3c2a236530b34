/**
 * Job: the turns of a running pipeline.
 *
 * A turn moves processing time, hands the engine what the sources have delivered, bundle by bundle, and after each bundle writes
 * and emits what it made. Turns do not nest: what subscribers or sources do during one waits for the next. Everything is
 * synchronous unless a source, a sink or a setup returns a promise.
 */
import { PipelineError, type LedgerEntry, type Window } from '@tidemark/core'
import type { Outputs, PipelineGraph } from '@tidemark/core/graph'
import { AsyncCalls } from '../driver/async-calls.ts'
import { SourceRetries } from '../driver/source-retries.ts'
import { Engine } from '../execution/engine.ts'
import type { Explanation } from '../execution/explain/explanation.ts'
import type { StepCounters } from '../execution/ledger/step-log.ts'
import type { Decision } from '../execution/time-log/decision.ts'
import type { SettledResult } from '../settled/settled-result.ts'
import { allInSequence, inSequence, type Task } from './in-sequence.ts'
import { JobClock } from './job-clock.ts'
import type { InputHost, JobInput } from './job-input.ts'
import { jobInputs } from './job-inputs.ts'
import { JobLedger } from './job-ledger.ts'
import type { JobOptions } from './job-options.ts'
import { JobOutputs } from './job-outputs.ts'
import { JobSinks } from './job-sinks.ts'
import { settledOutputs } from './settled-outputs.ts'
import { noTimeLog, timeLogOf, type TimeLog } from '../execution/time-log/time-log.ts'
import type { JobState, StreamingJob } from './streaming-job.ts'

/** Bundles of each source in one turn: enough to be quick, few enough to leave the program its turn. */
const ROUNDS = 8

/** Runs one graph once. */
export class Job implements StreamingJob<Outputs> {
  readonly outputs: StreamingJob<Outputs>['outputs']
  readonly ledger: StreamingJob<Outputs>['ledger']
  readonly watermark$: StreamingJob<Outputs>['watermark$']
  readonly settled: Readonly<Record<string, SettledResult>>
  readonly done: Promise<void>
  readonly #engine: Engine
  readonly #clock: JobClock
  readonly #retries: SourceRetries
  readonly #memory: JobLedger
  readonly #shown: JobOutputs
  readonly #sinks: JobSinks
  readonly #inputs: readonly JobInput[]
  readonly #lifeCycle: boolean
  readonly #timeLog: TimeLog | undefined
  /** None where no step makes calls. */
  readonly #calls: AsyncCalls | undefined
  #resolve: () => void = () => undefined
  #reject: (error: unknown) => void = () => undefined
  #state: JobState = 'created'
  /** Inside a running job: sinks being opened, sources being read, results being committed. */
  #phase: 'opening' | 'reading' | 'committing' = 'opening'
  #drained: Promise<void> | undefined
  #busy = false
  #release: (() => void) | undefined

  constructor(graph: PipelineGraph, options: JobOptions) {
    const { clock, random } = options
    this.#clock = new JobClock(clock, () => this.#takeTurn())
    this.#retries = new SourceRetries(options.retry, { after: (delay, run) => clock.after(delay, run), random })
    const now = this.#clock.now()
    const decisions: Decision[] = []
    this.#timeLog = options.timeLog
      ? timeLogOf(graph, { now, shards: options.shards, maxFuture: options.maxFuture }, decisions)
      : undefined
    this.#engine = new Engine(graph, {
      now,
      settled: options.settled,
      shards: options.shards,
      ...(options.timeLog ? { onDecision: (decision) => void decisions.push(decision) } : {}),
      ...(options.maxFuture === undefined ? {} : { maxFuture: options.maxFuture }),
      onOutput: (name, values) => this.#shown.collect(name, values),
      onLedger: (entry) => {
        this.#memory.enter(entry, this.#shown.ledgerObserved)
        this.#shown.enter(entry)
      },
      onWrite: (step, values) => this.#sinks.collect(step, values),
    })
    this.#memory = new JobLedger(options, this.#engine, this.#retries)
    const names = Object.keys(graph.outputs)
    this.#shown = new JobOutputs(names, (name) => this.#engine.outputWatermark(name))
    this.#sinks = new JobSinks(graph, { onIdle: () => this.#clock.soon(), onError: (error) => this.#fail(error) })
    const { asyncSteps } = this.#engine
    this.#calls =
      asyncSteps.length === 0
        ? undefined
        : new AsyncCalls(asyncSteps, {
            ...this.#retries.time,
            abortable: () => new AbortController(),
            wake: () => this.#clock.soon(),
          })
    this.#inputs = jobInputs(this.#engine.inputs, this.#host(options.bundleSize))
    this.#lifeCycle = graph.steps.some(
      ({ payload }) => payload.primitive === 'parDo' && (payload.doFn.setup ?? payload.doFn.teardown) !== undefined,
    )
    this.outputs = this.#shown.outputs
    this.ledger = this.#shown.ledger
    this.watermark$ = this.#shown.watermark$
    this.settled = settledOutputs(this.#engine, names)
    this.done = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
  }

  get state(): JobState {
    return this.#state
  }

  get counters(): readonly StepCounters[] {
    return this.#engine.counters()
  }

  get ledgerCounts(): ReadonlyMap<string, number> {
    return this.#engine.ledgerCounts
  }

  get ledgerEntries(): readonly LedgerEntry[] {
    return this.#memory.entries
  }

  get retries(): ReadonlyMap<string, number> {
    return this.#retries.counts
  }

  get timeLog(): TimeLog {
    return this.#timeLog ?? noTimeLog()
  }

  explain(key: unknown, window: Window, step?: string): Explanation {
    return this.#engine.explain(key, window, step)
  }

  report(): string {
    return this.#memory.report()
  }

  start(): void {
    if (this.#state !== 'created') return
    this.#state = 'running'
    inSequence([...this.#setup(), ...this.#sinks.open()], (failure) => this.#opened(failure))
  }

  drain(): Promise<void> {
    if (this.#drained === undefined) {
      this.#drained = this.done.then(() => this.#requireDone())
      if (this.#state === 'created') this.start()
      else if (this.#canRead()) this.#endInputs()
      this.#clock.soon()
    }
    return this.#drained
  }

  stop(): Promise<void> {
    if (this.#state === 'created' || (this.#state === 'running' && this.#phase !== 'committing')) {
      this.#end('stopped', (failures) => (failures.length === 0 ? this.#resolve() : this.#reject(failures[0])))
    }
    return this.#state === 'failed' ? this.done.catch(() => undefined) : this.done
  }

  #host(bundleSize: number): InputHost {
    return {
      bundleSize,
      retries: this.#retries,
      now: () => this.#clock.now(),
      wake: () => this.#clock.soon(),
      takeTurn: () => this.#takeTurn(),
      offer: (input, split, batch) => {
        input.offer(split, batch)
        this.#memory.afterBatch(input.step.path, batch)
      },
      fail: (error) => this.#fail(error),
    }
  }

  #setup(): readonly Task[] {
    return this.#lifeCycle ? [() => this.#engine.setup()] : []
  }

  #teardown(): readonly Task[] {
    return this.#lifeCycle ? [() => this.#engine.teardown()] : []
  }

  #opened(failure: { readonly cause: unknown } | undefined): void {
    this.#phase = 'reading'
    if (this.#release !== undefined) this.#release()
    else if (failure !== undefined) this.#fail(failure.cause)
    else if (this.#drained !== undefined) this.#endInputs()
    else this.#startInputs()
    this.#clock.soon()
  }

  #startInputs(): void {
    try {
      for (const input of this.#inputs) if (this.#isRunning()) input.start()
    } catch (cause) {
      this.#fail(cause)
    }
  }

  #endInputs(): void {
    try {
      for (const input of this.#inputs) input.halt(true)
    } catch (cause) {
      this.#fail(cause)
    }
  }

  #isRunning(): boolean {
    return this.#state === 'running'
  }

  #canRead(): boolean {
    return this.#state === 'running' && this.#phase === 'reading'
  }

  #canOffer(): boolean {
    return this.#canRead() && !this.#sinks.pending
  }

  /** Whether no step of calls has as many elements as it may. */
  #hasRoom(): boolean {
    return this.#canOffer() && this.#calls?.isFull !== true
  }

  #takeTurn(): void {
    if (this.#busy || !this.#canOffer()) return
    this.#busy = true
    try {
      this.#engine.advanceProcessingTime(this.#clock.now(), this.#clock.wall())
      this.#calls?.run()
      this.#deliver()
      for (let round = 0; round < ROUNDS && this.#offerRound(); round++);
      this.#markIdle()
    } catch (cause) {
      this.#fail(cause)
    } finally {
      this.#busy = false
    }
    this.#plan()
  }

  /** Offers a bundle of each source, then asks those that can be asked for more; says whether there was a bundle. */
  #offerRound(): boolean {
    let offered = false
    const ready = this.#inputs.filter((input) => input.ready).toSorted((a, b) => Number(b.isIdle) - Number(a.isIdle))
    for (const input of ready) {
      if (!this.#hasRoom()) return false
      offered = input.offer() || offered
      this.#calls?.run()
      this.#deliver()
    }
    if (this.#hasRoom()) for (const input of this.#inputs) input.request?.()
    return offered
  }

  #markIdle(): void {
    if (!this.#canOffer()) return
    const now = this.#clock.now()
    for (const input of this.#inputs) if (!input.isComplete) input.markIdle(now)
    this.#calls?.run()
    this.#deliver()
  }

  /** Writes and emits what the engine made. */
  #deliver(): void {
    if (!this.#isRunning()) return
    this.#sinks.write()
    this.#shown.emit(() => this.#isRunning())
  }

  /** Asks for the next turn; ends the job when there is none to come. */
  #plan(): void {
    if (!this.#canOffer()) return
    if (this.#inputs.every((input) => input.isComplete) && this.#calls?.isPending !== true) {
      this.#commit()
      return
    }
    // Without room a call's end gives the next turn.
    if (this.#hasRoom() && this.#inputs.some((input) => input.ready)) this.#clock.soon()
    // A timer is due once its time has passed, a millisecond later; silence is too long when its length is reached.
    const timer = (this.#engine.nextProcessingTime() ?? Infinity) + 1
    this.#clock.at(Math.min(timer, ...this.#inputs.map((input) => input.nextIdle() ?? Infinity)))
  }

  #commit(): void {
    this.#phase = 'committing'
    this.#clock.stop()
    const tasks = [
      () => this.#engine.assertConserved(),
      ...this.#released(),
      ...this.#sinks.commit(),
      ...this.#teardown(),
    ]
    inSequence(tasks, (failure) => {
      if (failure !== undefined) {
        this.#fail(failure.cause)
        return
      }
      this.#state = 'done'
      this.#shown.complete()
      this.#resolve()
      this.#memory.close()
    })
  }

  #fail(error: unknown): void {
    if (this.#state !== 'running') return
    // Whoever listens to an output is told there; with nobody listening, an unhandled rejection is how the program learns of it.
    if (this.#shown.observed) for (const promise of [this.done, this.#drained]) promise?.catch(() => undefined)
    this.#end('failed', (failures) => {
      const others = failures.filter((failure) => failure !== error)
      for (const failure of others) process.emitWarning(failure instanceof Error ? failure : String(failure))
      this.#reject(error)
    })
    this.#shown.error(error)
  }

  /** Lets go of sources, sinks and setups, whatever they throw, then calls `then` with it. */
  #end(state: 'stopped' | 'failed', then: (failures: readonly unknown[]) => void): void {
    const hadStarted = this.#state === 'running'
    this.#state = state
    this.#clock.stop()
    this.#calls?.stop(new PipelineError('STOPPED', 'The job has ended, so nobody waits for the answer of this call.'))
    const halt = this.#inputs.map((input) => () => input.halt(false))
    const letGo = hadStarted ? [...this.#released(), ...this.#sinks.abort(), ...this.#teardown()] : []
    let failures: readonly unknown[] = []
    allInSequence(halt, (halting) => (failures = halting))
    const release = (): void =>
      allInSequence(letGo, (releasing) => {
        then([...failures, ...releasing])
        this.#memory.close()
      })
    // A sink that is being opened can be let go of only when it is open.
    if (hadStarted && this.#phase === 'opening') this.#release = release
    else release()
  }

  #released(): readonly Task[] {
    return this.#inputs.flatMap((input) => (input.released === undefined ? [] : [() => input.released?.()]))
  }

  #requireDone(): void {
    if (this.#state === 'done') return
    throw new PipelineError(
      'STOPPED',
      'The job was stopped while it was being drained, or before. Its windows were left open, so its results are not complete. ' +
        'Run the pipeline again, and call drain() alone to close its windows.',
    )
  }
}
