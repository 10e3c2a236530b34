/**
 * play: a pipeline, what the world does to it, and what came out, as short text.
 *
 * Two are asked: the engine, and the reference evaluator, which shares no code with it. Where they differ, `play` throws, so
 * every expectation in a test of a statement holds for both. `playEngine` asks the engine alone, where the evaluator has no say.
 *
 * Elements are `[at, key, value]` with small times, so that windows such as `[0,10)` can be reckoned in the head. Each event runs
 * to quiescence before the next (statement 77). A pane reads `on-time a=3 @9 [0,10)`: timing, key and value, timestamp, window; what
 * takes something back reads `-a=3 @9 [0,10)`. In the numbered form, `on-time#2/0 last a=3 @9 [0,10)`, the index follows
 * the timing, then the index among panes that are not early, then `last`. Elements of no grouping have no timing.
 */
import {
  map,
  read,
  type KV,
  type LedgerEntry,
  type PCollection,
  type PullSource,
  type ReadOptions,
  type Root,
  type Timestamp,
} from '@tidemark/core'
import { buildGraph, type PipelineGraph } from '@tidemark/core/graph'
import { evaluatePanes, type OutputAt, type PaneResult, type Script, type ScriptEvent } from '@tidemark/runners/testing'
import { isDeepStrictEqual } from 'node:util'
import { Engine, type EngineInput } from '../../packages/runners/src/execution/engine.ts'
import { byEvent, shown, shownInFull, shownLedger } from './as-text.ts'

const SPLIT = '0'

/** An element: its time, its key, its value. */
export type Element<V = number> = readonly [at: Timestamp, key: string, value: V]

/** Builds the pipeline: one collection, or several by name. */
export type Build = (root: Root) => PCollection<unknown> | Readonly<Record<string, PCollection<unknown>>>

/** What a source can do; see {@link source}. */
export interface SourceEvents {
  /** Elements, as one bundle. */
  readonly add: (...elements: readonly Element<unknown>[]) => ScriptEvent
  /** The watermark moves to `t`. */
  readonly watermark: (t: Timestamp) => ScriptEvent
  /** The source is complete: its watermark moves to the end of time. */
  readonly end: () => ScriptEvent
}

/** What came out of one output. */
export interface PlayedOutput {
  /** Panes as `on-time a=3 @9 [0,10)`. */
  readonly panes: readonly string[]
  /** Panes with their numbers, as `on-time#2/0 last a=3 @9 [0,10)`. */
  readonly numbered: readonly string[]
  /** Panes of each event of the script. */
  readonly byEvent: readonly (readonly string[])[]
  /** The watermark of the output after each event of the script, by the engine. */
  readonly watermarks: readonly Timestamp[]
}

/** What came of a script: that of the first output, and all by name. */
export interface Played extends PlayedOutput {
  readonly outputs: Readonly<Record<string, PlayedOutput>>
  /** Entries as `expired at Sum: a=1 @3 [0,10)`. */
  readonly ledger: readonly string[]
}

/** The events of the source of the given name. */
export function source(name: string): SourceEvents {
  return {
    add: (...elements) => ({ elements: name, rows: elements.map((element) => [element, element[0]] as const) }),
    watermark: (t) => ({ watermark: name, t }),
    end: () => ({ complete: name }),
  }
}

/** The events of the source `In`. */
export const { add, watermark, end }: SourceEvents = source('In')

/** Processing time moves on by so many milliseconds. It starts at 0. */
export function tick(by: number): ScriptEvent {
  return { processingTime: by }
}

/** The elements of a source, by key. Its watermark moves by the script alone, unless `options` name a strategy. */
export function keyed<V = number>(
  root: Root,
  name = 'In',
  options: Partial<ReadOptions<Element<V>>> & { readonly bounded?: boolean } = {},
): PCollection<KV<string, V>> {
  const { bounded = false, ...rest } = options
  return root.pipe(
    read(name, described<Element<V>>(bounded), { timestamp: ([at]) => at, ...rest }),
    map(([, key, value]) => [key, value] as const),
  )
}

/** Plays a script to the engine and to the reference evaluator; throws where they differ. */
export function play(build: Build, script: Script): Played {
  const graph = graphOf(build)
  const played = run(graph, script)
  const [engine, evaluator] = [played, evaluatePanes(graph, script)].map((result) => inFull(result, script))
  if (isDeepStrictEqual(engine, evaluator)) return asPlayed(played, script)
  throw new Error(`The engine gives\n${JSON.stringify(engine)}\nand the evaluator\n${JSON.stringify(evaluator)}`)
}

/** Plays a script to the engine alone. */
export function playEngine(build: Build, script: Script): Played {
  return asPlayed(run(graphOf(build), script), script)
}

function graphOf(build: Build): PipelineGraph {
  return buildGraph((root) => {
    const built = build(root)
    return isCollection(built) ? { out: built } : built
  })
}

function isCollection(built: ReturnType<Build>): built is PCollection<unknown> {
  return '~ref' in built
}

/** What a script led to, unsorted, and the watermark of each output after each event. */
interface Run extends PaneResult {
  readonly watermarks: Readonly<Record<string, readonly Timestamp[]>>
}

function run(graph: PipelineGraph, script: Script): Run {
  const names = Object.keys(graph.outputs)
  const outputs: Record<string, OutputAt[]> = Object.fromEntries(names.map((name) => [name, []]))
  const watermarks: Record<string, Timestamp[]> = Object.fromEntries(names.map((name) => [name, []]))
  const ledger: LedgerEntry[] = []
  let at = -1
  let now = 0
  const engine = new Engine(graph, {
    onOutput: (name, values) => outputs[name]!.push(...values.map((element) => ({ at, element }))),
    onLedger: (entry) => ledger.push(entry),
  })
  for (const input of engine.inputs) open(input)
  for (const event of script) {
    at += 1
    if ('processingTime' in event) engine.advanceProcessingTime((now += event.processingTime))
    else feed(engine.inputs, event)
    for (const name of names) watermarks[name]!.push(engine.outputWatermark(name))
  }
  engine.assertConserved()
  return { outputs, ledger, watermarks }
}

// Elements of a create step are there before the first event.
function open(input: EngineInput): void {
  input.openSplits([SPLIT])
  if (input.payload.primitive !== 'create') return
  offer(input, input.payload.elements)
  input.complete(SPLIT)
}

function feed(inputs: readonly EngineInput[], event: Exclude<ScriptEvent, { readonly processingTime: number }>): void {
  const input = (name: string): EngineInput => inputs.find(({ step }) => step.path === name)!
  if ('elements' in event) {
    offer(
      input(event.elements),
      event.rows.map(([element]) => element),
    )
  } else if ('watermark' in event) input(event.watermark).advanceWatermark(SPLIT, event.t)
  else if ('idle' in event) input(event.idle).markIdle(SPLIT)
  else input(event.complete).complete(SPLIT)
}

function offer(input: EngineInput, elements: readonly unknown[]): void {
  const offsets = elements.map((_, index) => index)
  input.offer(SPLIT, { elements, offsets, rejected: [], position: null, bytes: 0, done: false })
}

function asPlayed({ outputs, ledger, watermarks }: Run, script: Script): Played {
  const played = Object.entries(outputs).map(([name, elements]): readonly [string, PlayedOutput] => {
    const events = byEvent(elements, script, shown)
    const numbered = byEvent(elements, script, shownInFull).flat()
    return [name, { panes: events.flat(), numbered, byEvent: events.slice(1), watermarks: watermarks[name]! }]
  })
  return { ...played[0]![1], outputs: Object.fromEntries(played), ledger: shownLedger(ledger) }
}

/** All that the engine and the evaluator must agree in; the order of ledger entries is nobody's promise. */
function inFull({ outputs, ledger }: PaneResult, script: Script): unknown {
  const events = Object.entries(outputs).map(([name, elements]) => [name, byEvent(elements, script, shownInFull)])
  return { events, ledger: shownLedger(ledger).toSorted() }
}

function described<T>(bounded: boolean): PullSource<T> {
  return {
    mode: 'pull',
    description: 'script',
    bounded,
    unit: 'element',
    splits: () => Promise.resolve([]),
    open: () => {
      throw new Error('the script offers the elements; nobody opens this source')
    },
  }
}
