/**
 * readScript: the events of a script, one after the other, checked and spelled out: which read step, which split, which times.
 *
 * The one reading of scripts, for the engine and the reference evaluator alike: what a script means cannot differ between them.
 */
import { formatTimestamp, isTimestamp, PipelineError, type Timestamp } from '@tidemark/core'
import type { PipelineGraph, ReadPayload, Step } from '@tidemark/core/graph'
import type { ElementsEvent, Script, ScriptEvent, ScriptRow } from '../panes/script.ts'
import { StreamClock } from './stream-clock.ts'
import { isTestSource } from './test-source.ts'
import { timestamped } from './timestamped-element.ts'

const ONLY_SPLIT = '0'

/** A read step of a pipeline under a script, and its splits. */
export interface ScriptStream {
  readonly step: Step
  readonly splits: readonly string[]
  readonly clock: StreamClock
}

/** An element as the read step's source would give it, and when it happened. */
export interface SourceRow {
  readonly element: unknown
  readonly timestamp: Timestamp
}

/** What takes the events of a script. `clock` has followed the event already when it is taken. */
export interface ScriptPlayer {
  /** The event of this index comes next. */
  begin(at: number): void
  addElements(stream: ScriptStream, split: string, rows: readonly SourceRow[]): void
  advanceWatermark(stream: ScriptStream, split: string, to: Timestamp): void
  markIdle(stream: ScriptStream, split: string): void
  complete(stream: ScriptStream, split: string): void
  advanceProcessingTime(by: number): void
}

/** The streams of a pipeline under a script: its read steps, with the splits that their test stream has or the script names. */
export function streamsOf(graph: PipelineGraph, script: Script): readonly ScriptStream[] {
  return graph.steps.flatMap((step) => {
    const { payload, path } = step
    if (payload.primitive !== 'read') return []
    const { source } = payload
    const splits = isTestSource(source) ? source.splitNames : namedSplits(path, script)
    return [{ step, splits, clock: new StreamClock(path, splits, isTestSource(source)) }]
  })
}

/** An event of a script cannot be (`BAD_SCRIPT`). */
export class ScriptError extends PipelineError {
  /** Index of the event in its script. */
  readonly at: number

  constructor(at: number, cause: PipelineError) {
    super('BAD_SCRIPT', `Event ${at} of the script cannot be. ${cause.message}`, { cause })
    this.at = at
  }
}

/** Plays a script; throws a {@link ScriptError} at the first event that cannot be. */
export function readScript(streams: readonly ScriptStream[], script: Script, player: ScriptPlayer): void {
  for (const [at, event] of script.entries()) {
    player.begin(at)
    try {
      readEvent(streams, event, player)
    } catch (error) {
      throw error instanceof PipelineError && FAULTS_OF_SCRIPTS.has(error.code) ? new ScriptError(at, error) : error
    }
  }
}

const FAULTS_OF_SCRIPTS: ReadonlySet<string> = new Set(['BAD_SCRIPT', 'UNKNOWN_SPLIT'])

function readEvent(streams: readonly ScriptStream[], event: ScriptEvent, player: ScriptPlayer): void {
  if ('processingTime' in event) {
    player.advanceProcessingTime(requireAdvance(event.processingTime))
  } else if ('elements' in event) {
    const stream = streamOf(streams, event.elements)
    const [split] = stream.clock.splitsOf(event.split ?? stream.splits[0]!, 'elements')
    const rows = event.rows.map((row) => sourceRow(stream, split!, row))
    stream.clock.wake(split!)
    player.addElements(stream, split!, rows)
  } else if ('watermark' in event) {
    const stream = streamOf(streams, event.watermark)
    for (const split of stream.clock.splitsOf(event.split, 'a watermark')) {
      stream.clock.advance(split, event.t)
      player.advanceWatermark(stream, split, event.t)
    }
  } else if ('idle' in event) {
    const stream = streamOf(streams, event.idle)
    for (const split of stream.clock.splitsOf(event.split, 'silence')) {
      stream.clock.markIdle(split)
      player.markIdle(stream, split)
    }
  } else {
    const stream = streamOf(streams, event.complete)
    for (const split of stream.clock.splitsOf(event.split, 'a completion')) {
      stream.clock.complete(split)
      player.complete(stream, split)
    }
  }
}

/** The element and its time: as the script says, as the source says, or the current watermark (77). */
function sourceRow({ step, clock }: ScriptStream, split: string, [value, said]: ScriptRow): SourceRow {
  const payload = step.payload as ReadPayload
  if (isTestSource(payload.source)) {
    const timestamp = said ?? (payload.source.saysTimes ? payload.timestamp(value) : clock.now(split))
    return { element: timestamped(value, requireTime(step, timestamp)), timestamp }
  }
  const own = timeBySource(payload, value)
  if (said === undefined || own === undefined || own === said) {
    return { element: value, timestamp: requireTime(step, said ?? own ?? clock.now(split)) }
  }
  throw new PipelineError(
    'BAD_SCRIPT',
    `The script says that an element of "${step.path}" happened at ${formatTimestamp(said)}, but by the step's own timestamp function it was ` +
      `${formatTimestamp(own)}. Runs would differ. Leave the time out of the script, or use a testStream.`,
  )
}

function requireTime({ path }: Step, timestamp: unknown): Timestamp {
  if (isTimestamp(timestamp)) return timestamp
  throw new PipelineError(
    'BAD_SCRIPT',
    `An element of "${path}" has the time ${String(timestamp)} in the script, which is no timestamp. Give whole milliseconds.`,
  )
}

/** The time that the function of a real source gives, if it gives one. */
function timeBySource({ timestamp }: ReadPayload, value: unknown): Timestamp | undefined {
  try {
    const time: unknown = timestamp(value)
    return isTimestamp(time) ? time : undefined
  } catch {
    return undefined
  }
}

function streamOf(streams: readonly ScriptStream[], name: string): ScriptStream {
  const named = streams.filter(({ step }) => step.path === name)
  const found = named.length > 0 ? named : streams.filter(({ step }) => testStreamName(step) === name)
  if (found.length === 1) return found[0]!
  const paths = streams.map(({ step }) => step.path).join(', ')
  throw new PipelineError(
    'BAD_SCRIPT',
    found.length === 0
      ? `The script names the source "${name}", but no read step of the pipeline has that path; there are [${paths}]. ` +
          'Its events would reach nothing. Use the path of a read step, or a test stream of the pipeline.'
      : `The script names the test stream "${name}", which the pipeline reads ${found.length} times. Give the path of one: ` +
          `[${found.map(({ step }) => step.path).join(', ')}].`,
  )
}

function testStreamName({ payload }: Step): string | undefined {
  return payload.primitive === 'read' && isTestSource(payload.source) ? payload.source.testStream : undefined
}

/** The splits that the events of a source name, in order; one when none is named. */
function namedSplits(path: string, script: Script): readonly string[] {
  const names = script.flatMap((event) =>
    'processingTime' in event || pathOf(event) !== path || event.split === undefined ? [] : [event.split],
  )
  return names.length === 0 ? [ONLY_SPLIT] : [...new Set(names)]
}

function pathOf(event: Exclude<ScriptEvent, { processingTime: number }>): string {
  if ('elements' in event) return (event satisfies ElementsEvent).elements
  if ('watermark' in event) return event.watermark
  return 'idle' in event ? event.idle : event.complete
}

function requireAdvance(by: number): number {
  if (Number.isSafeInteger(by) && by >= 0) return by
  throw new PipelineError(
    'BAD_SCRIPT',
    `The script moves processing time on by ${by} ms. It is counted in whole milliseconds and never goes back. Give zero or more.`,
  )
}
