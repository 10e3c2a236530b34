/**
 * assertSameAnswer: the promise of the library, tried on a pipeline: the same elements give the same settled result, however they come.
 *
 * Seeded and deterministic: the same call makes the same runs on every machine, and one seed is one run.
 */
import {
  checkOptions,
  PipelineError,
  type OptionNames,
  type PCollection,
  type PTransform,
  type Timestamp,
} from '@tidemark/core'
import { buildGraph, type Outputs, type Pipeline, type PipelineGraph } from '@tidemark/core/graph'
import { AT_ONCE, withAnswers } from '../evaluator/call-answers.ts'
import { evaluateAsync } from '../evaluator/evaluate.ts'
import { fedByStream } from '../test-stream/fed-by-stream.ts'
import { testStream, type TestStream } from '../test-stream/test-stream.ts'
import type { TimestampedElement } from '../test-stream/timestamped-element.ts'
import type { Arrival } from './arrival.ts'
import { dataSetOf, type DataSet, type ElementsByStream } from './data-set.ts'
import { Random } from './random.ts'
import { randomArrival, type Variety } from './random-arrival.ts'
import { sameAnswerError } from './same-answer-error.ts'
import { shrunk } from './shrink.ts'
import { partingOf, tryArrival, type Subject, type Verdict } from './trial.ts'

/** How often and in what variety a transform or a pipeline is tried. */
export interface SameAnswerOptions {
  /** How many runs (100). */
  readonly runs?: number
  /** The seed of the first run; the next ones count on from there (1). With `runs: 1`, one run again. */
  readonly seed?: number
  /** Whether some runs bring elements too late, so that they are dropped (true). What is dropped is left out for the evaluator too. */
  readonly drops?: boolean
  /** Whether some runs are saved and go on from what was saved (true). Keys, values and accumulators must then be plain data, or have coders. */
  readonly restores?: boolean
  /** The outputs that are compared (all). One that is named is compared even where the graph says that it may drift. */
  readonly outputs?: readonly string[]
}

/** What is to be known of the input of a transform. */
export interface SameAnswerInput<T> {
  /** When an element happened that is not {@link timestamped}. */
  readonly timestamp?: (element: T) => Timestamp
  /** Whether the input is bounded, so that the transform may group in the global window (false). */
  readonly bounded?: boolean
}

/** What was tried, so that a test can see that it was enough. */
export interface SameAnswer {
  readonly runs: number
  /** The seed of the first run. */
  readonly seed: number
  /** Runs as history, and live. */
  readonly batch: number
  readonly live: number
  /** Runs that dropped elements, that were saved and restored, and whose keys were spread over shards. */
  readonly dropping: number
  readonly restored: number
  readonly sharded: number
  /** Runs whose drops left nothing to compare but conservation. */
  readonly incomparable: number
}

const OPTIONS: OptionNames<SameAnswerOptions & SameAnswerInput<never>> = {
  runs: true,
  seed: true,
  drops: true,
  restores: true,
  outputs: true,
  timestamp: true,
  bounded: true,
}

/**
 * Runs a transform or a pipeline over the same elements in many ways and compares each settled result with what the elements mean by the
 * reference evaluator; throws a {@link SameAnswerError} with the smallest counter-example found.
 *
 * **Contract** — A transform is given elements, a pipeline those of each of its sources, by path; its own sources are not opened, and
 * its sinks are not written to. Runs differ in mode (batch, live), order of arrival, bundles, splits, pace of the watermark, silences,
 * pauses of processing time, restores and key shards. Elements that a run drops by its ledger are left out for the evaluator. An output
 * that the graph says may drift is refused (code `MAY_DRIFT`).
 *
 * ```ts
 * assertSameAnswer(visitsPerSession, visits, { timestamp: (visit) => visit.at })
 * assertSameAnswer(pipeline, { Orders: orders, Rates: rates }, { seed: 17, runs: 1 })
 * ```
 */
export function assertSameAnswer<T>(
  transform: PTransform<PCollection<T>, unknown>,
  elements: readonly (T | TimestampedElement<T>)[],
  options?: SameAnswerOptions & SameAnswerInput<T>,
): SameAnswer
export function assertSameAnswer(
  pipeline: Pipeline<Outputs>,
  elements: ElementsByStream,
  options?: SameAnswerOptions,
): SameAnswer
export function assertSameAnswer<T>(
  subject: PTransform<PCollection<T>, unknown> | Pipeline<Outputs>,
  elements: readonly unknown[] | ElementsByStream,
  options: SameAnswerOptions & SameAnswerInput<T> = {},
): SameAnswer {
  const { trial, draws } = trialOf(subject, elements, options)
  return summary(
    draws.seed,
    draws.arrivals.map(({ seed, arrival }) => ({ arrival, verdict: verdictOf(trial, seed, arrival) })),
  )
}

/**
 * The same where functions of `mapAsync` return promises: they are awaited, and end at random moments and in random order between what
 * else happens. Equal elements of one step at equal times are asked for once in each run, and once for what the elements mean.
 */
export async function assertSameAnswerAsync<T>(
  transform: PTransform<PCollection<T>, unknown>,
  elements: readonly (T | TimestampedElement<T>)[],
  options?: SameAnswerOptions & SameAnswerInput<T>,
): Promise<SameAnswer>
export async function assertSameAnswerAsync(
  pipeline: Pipeline<Outputs>,
  elements: ElementsByStream,
  options?: SameAnswerOptions,
): Promise<SameAnswer>
export async function assertSameAnswerAsync<T>(
  subject: PTransform<PCollection<T>, unknown> | Pipeline<Outputs>,
  elements: readonly unknown[] | ElementsByStream,
  options: SameAnswerOptions & SameAnswerInput<T> = {},
): Promise<SameAnswer> {
  const { trial, data, draws } = trialOf(subject, elements, options)
  const input: Record<string, unknown[]> = Object.fromEntries(data.sources.map(({ path }) => [path, []]))
  for (const { source, element } of data.elements) input[source]!.push(element)
  const whole = await evaluateAsync(trial.build(), input)
  const trials: Tried[] = []
  for (const { seed, arrival } of draws.arrivals) {
    const verdict = await withAnswers((answersFor) => {
      const answers = { run: answersFor('run'), meaning: answersFor('meaning') }
      return verdictOf({ ...trial, answers, whole }, seed, arrival)
    })
    trials.push({ arrival, verdict })
  }
  return summary(draws.seed, trials)
}

/** A run that has come to the same answer. */
interface Tried {
  readonly arrival: Arrival
  readonly verdict: Extract<Verdict, { is: 'same' }>
}

/** What is to be tried, and in which runs. */
interface Trials {
  readonly trial: Subject
  readonly data: DataSet
  readonly draws: {
    readonly seed: number
    readonly arrivals: readonly { readonly seed: number; readonly arrival: Arrival }[]
  }
}

function trialOf<T>(
  subject: PTransform<PCollection<T>, unknown> | Pipeline<Outputs>,
  elements: readonly unknown[] | ElementsByStream,
  options: SameAnswerOptions & SameAnswerInput<T>,
): Trials {
  checkOptions('assertSameAnswer', options, OPTIONS)
  const pipeline = typeof subject === 'function' ? subject : fedByStream(streamOf(options), subject, 'answer')
  const graph = buildGraph(pipeline)
  const data = dataSetOf(graph, isList(elements) ? { [STREAM]: elements } : elements)
  const outputs = comparedOutputs(graph, options.outputs)
  const answers = { run: AT_ONCE, meaning: AT_ONCE }
  const trial: Subject = { build: () => buildGraph(pipeline), outputs, all: data.elements.length, answers }
  const variety = { drops: options.drops ?? true, restores: options.restores ?? true }
  const seed = requireCount('seed', options.seed ?? 1, 0)
  const runs = requireCount('runs', options.runs ?? 100, 1)
  const arrivals = Array.from({ length: runs }, (_, run) => ({
    seed: seed + run,
    arrival: randomArrival(graph, data, variety satisfies Variety, new Random(seed + run)),
  }))
  return { trial, data, draws: { seed, arrivals } }
}

const STREAM = 'Elements'

/** Tries one arrival; throws with the smallest one that still fails. */
function verdictOf(trial: Subject, seed: number, arrival: Arrival): Tried['verdict'] {
  const verdict = tryArrival(trial, arrival)
  if (verdict.is === 'same') return verdict
  const smallest = shrunk(arrival, (candidate) => tryArrival(trial, candidate).is === verdict.is)
  const last = tryArrival(trial, smallest)
  const failing = last.is === 'same' ? { arrival, verdict } : { arrival: smallest, verdict: last }
  const parting = failing.verdict.is === 'different' ? partingOf(trial, failing.arrival) : undefined
  throw sameAnswerError({ ...failing, seed, parting, outOf: trial.all })
}

function summary(seed: number, trials: readonly Tried[]): SameAnswer {
  const count = (holds: (trial: (typeof trials)[number]) => boolean): number => trials.filter(holds).length
  return Object.freeze({
    runs: trials.length,
    seed,
    batch: count(({ arrival }) => arrival.mode === 'batch'),
    live: count(({ arrival }) => arrival.mode === 'live'),
    dropping: count(({ verdict }) => verdict.drops > 0),
    restored: count(({ arrival }) => arrival.events.some(({ kind }) => kind === 'restore')),
    sharded: count(({ arrival }) => arrival.shards > 1),
    incomparable: count(({ verdict }) => !verdict.compared),
  })
}

/** The outputs to compare: those named, or all, of which none may drift. */
function comparedOutputs(graph: PipelineGraph, named: readonly string[] | undefined): readonly string[] {
  const names = Object.keys(graph.outputs)
  const unknown = named?.find((name) => !names.includes(name))
  if (unknown !== undefined || named?.length === 0 || names.length === 0) {
    throw new PipelineError(
      'UNKNOWN_OUTPUT',
      `The outputs to compare are [${(named ?? []).join(', ')}], and those of the pipeline [${names.join(', ')}]. Nothing would be compared. Name some of these.`,
    )
  }
  if (named !== undefined) return named
  for (const name of names) {
    const { drift } = graph.steps[graph.collections[graph.outputs[name]!]!.step]!
    if (drift.safe) continue
    const reasons = drift.reasons.map(({ step, reason }) => `${reason} at "${step}"`).join(', ')
    throw new PipelineError(
      'MAY_DRIFT',
      `The output "${name}" may drift, as the graph says itself: ${reasons}. Its answer depends on arrival, so there is no one answer to ` +
        `compare with. Change the step, or compare the other outputs only: outputs: [${names.filter((other) => other !== name).join(', ')}]. ` +
        `Named there, "${name}" is tried all the same.`,
      { step: drift.reasons[0]?.step },
    )
  }
  return names
}

function streamOf<T>({ timestamp, bounded }: SameAnswerInput<T>): TestStream<T> {
  return testStream<T>(STREAM, { ...(timestamp && { timestamp }), ...(bounded !== undefined && { bounded }) })
}

function isList(elements: readonly unknown[] | ElementsByStream): elements is readonly unknown[] {
  return Array.isArray(elements)
}

function requireCount(name: string, value: number, least: number): number {
  if (Number.isSafeInteger(value) && value >= least) return value
  throw new PipelineError(
    'BAD_OPTION',
    `The option ${name} is ${value}. It counts runs, so it must be a whole number of at least ${least}. Leave it out for the default.`,
  )
}
