/**
 * replay: a live run again, from its time log and its elements.
 */
import {
  PipelineError,
  type LedgerEntry,
  type SourceReader,
  type SourceSplit,
  type WindowedValue,
} from '@tidemark/core'
import { buildGraph, type Outputs, type Pipeline } from '@tidemark/core/graph'
import { Engine, type EngineInput } from '../../execution/engine.ts'
import type { Decision } from '../../execution/time-log/decision.ts'
import type { StepCounters } from '../../execution/ledger/step-log.ts'
import type { SettledResult } from '../../settled/settled-result.ts'
import { requireLogOf, type TimeLog } from '../../execution/time-log/time-log.ts'
import { allInSequence } from '../in-sequence.ts'
import { settledOutputs } from '../settled-outputs.ts'
import type { ElementOf } from '../streaming-job.ts'
import { ReplayedCalls } from './replayed-calls.ts'
import { SplitFeed } from './split-feed.ts'

/** What a replayed run came to. */
export interface Replay<out O extends Outputs> {
  /** What each output emitted, in order. */
  readonly outputs: { readonly [N in keyof O]: readonly WindowedValue<ElementOf<O[N]>>[] }
  /** In the order of the job's `ledgerEntries`. */
  readonly ledger: readonly LedgerEntry[]
  readonly settled: { readonly [N in keyof O]: SettledResult }
  readonly counters: readonly StepCounters[]
}

/**
 * Runs a pipeline as a job of it once ran: the same panes with the same timings and indexes, the same ledger, in the same order.
 *
 * **Contract** — The pipeline is the one of the time log, but its sources are ones that can be read again: pull sources (files, memory)
 * that give the same elements per split in the same order. A source with one split stands for one with one split, whatever their ids
 * are, so a file or an array can stand for an observable. Calls of `mapAsync` that were answered are made again, and take effect in the
 * order of then; those that failed fail again. Nothing is written: write steps are passed over. Throws a PipelineError with code
 * `TIME_LOG_OF_ANOTHER_GRAPH`, `NOT_REPLAYABLE` for a push source, `REPLAY_SHORT` where elements are missing, and `REPLAY_DIFFERS` where a
 * call that was answered is not asked for, or fails now.
 *
 * ```ts
 * const job = streamingRunner({ timeLog: true }).run(pipelineOf(fromObservable('Clicks', clicks$, options)))
 * // later, with the clicks as they were kept
 * const { outputs } = await replay(pipelineOf(readNdjson('Clicks', 'clicks.ndjson', options)), job.timeLog)
 * ```
 */
export async function replay<O extends Outputs>(pipeline: Pipeline<O>, log: TimeLog): Promise<Replay<O>> {
  const graph = buildGraph(pipeline)
  requireLogOf(log, graph)
  const outputs: Record<string, WindowedValue<unknown>[]> = {}
  for (const name of Object.keys(graph.outputs)) outputs[name] = []
  const ledger: LedgerEntry[] = []
  const engine = new Engine(graph, {
    now: log.now,
    settled: true,
    shards: log.shards,
    ...(log.maxFuture === null ? {} : { maxFuture: log.maxFuture }),
    onOutput(name, values) {
      for (const value of values) outputs[name]!.push(value)
    },
    onLedger: (entry) => ledger.push(entry),
  })
  const inputs = log.sources.map((path) => engine.inputs.find(({ step }) => step.path === path)!)
  const calls = new ReplayedCalls(engine, log)
  const sources = await Promise.all(inputs.map((input, ordinal) => ReplayedSource.of(input, ordinal, log)))
  const letGo = (): Promise<readonly unknown[]> =>
    new Promise((resolve) => {
      calls.close()
      allInSequence([...sources.map((source) => () => source.close()), () => engine.teardown()], resolve)
    })
  try {
    await engine.setup()
    for (const decision of log.decisions) {
      await apply(engine, sources, calls, decision)
      calls.makeCalls()
    }
    engine.assertConserved()
  } catch (error) {
    // The first error is the one that matters.
    await letGo()
    throw error
  }
  const [failure] = await letGo()
  if (failure !== undefined) throw failure
  const settled = settledOutputs(engine, Object.keys(outputs))
  return Object.freeze({ outputs, ledger, settled, counters: engine.counters() }) as unknown as Replay<O>
}

async function apply(
  engine: Engine,
  sources: readonly ReplayedSource[],
  calls: ReplayedCalls,
  decision: Decision,
): Promise<void> {
  if (decision[0] === 'tick') {
    engine.advanceProcessingTime(decision[1], decision[2])
    return
  }
  if (decision[0] === 'async') return calls.end(decision)
  const source = sources[decision[1]]!
  const { input } = source
  switch (decision[0]) {
    case 'open':
      input.openSplits(decision[2])
      return
    case 'offer': {
      const [, , split, elements, rejected] = decision
      input.offer(split, await source.feed(split).take(elements, rejected))
      return
    }
    case 'overflow': {
      const [, , split, waiting] = decision
      const { element, offset } = await source.feed(split).takeBehind(waiting)
      input.overflow(split, element, offset, waiting)
      return
    }
    case 'watermark':
      input.advanceWatermark(decision[2], decision[3])
      return
    case 'idle':
      input.markIdle(decision[2])
      return
    case 'complete':
      input.complete(decision[2])
  }
}

/** A source that is read once more. */
class ReplayedSource {
  readonly input: EngineInput
  readonly #feeds: ReadonlyMap<string, SplitFeed>

  constructor(input: EngineInput, feeds: ReadonlyMap<string, SplitFeed>) {
    this.input = input
    this.#feeds = feeds
  }

  static async of(input: EngineInput, ordinal: number, log: TimeLog): Promise<ReplayedSource> {
    const { path } = input.step
    const known = new Set(
      log.decisions.flatMap((decision) => (decision[0] === 'open' && decision[1] === ordinal ? decision[2] : [])),
    )
    const splits = await splitsOf(input)
    const ids = splits.length === 1 && known.size === 1 ? [...known] : splits.map(({ split }) => split.id)
    const feeds = splits.map(({ split, open }, index) => {
      const id = ids[index]!
      return [id, new SplitFeed(path, id, () => open(split))] as const
    })
    return new ReplayedSource(input, new Map(feeds))
  }

  feed(split: string): SplitFeed {
    const feed = this.#feeds.get(split)
    if (feed === undefined) throw missing(this.input.step.path, split)
    return feed
  }

  async close(): Promise<void> {
    for (const feed of this.#feeds.values()) await feed.close()
  }
}

interface Readable {
  readonly split: SourceSplit
  readonly open: (split: SourceSplit) => SourceReader<unknown>
}

async function splitsOf({ step, payload }: EngineInput): Promise<readonly Readable[]> {
  if (payload.primitive === 'create') {
    const { elements } = payload
    return [{ split: { id: '0', restriction: null }, open: () => readerOf(elements) }]
  }
  const { source } = payload
  if (source.mode === 'pull') {
    const splits = await source.splits()
    return splits.map((split) => ({ split, open: () => source.open(split) }))
  }
  throw new PipelineError(
    'NOT_REPLAYABLE',
    `The source of "${step.path}" (${source.description}) delivers by itself, so its elements cannot be asked for again. Read them from where they were kept, ` +
      'under the same step name: readNdjson or readMemory in place of fromObservable.',
    { step: step.path },
  )
}

function readerOf(elements: readonly unknown[]): SourceReader<unknown> {
  const offsets = elements.map((_, index) => index)
  return {
    read: () => ({ elements, offsets, rejected: [], position: null, bytes: 0, done: true }),
    close: () => undefined,
  }
}

function missing(source: string, split: string): PipelineError {
  return new PipelineError(
    'REPLAY_SHORT',
    `The time log has elements of split "${split}" of source "${source}", and the source has no such split. The run cannot be told again without ` +
      'them. Read from where all of its elements are kept, split as they were, or as one split where there was one.',
    { step: source },
  )
}
