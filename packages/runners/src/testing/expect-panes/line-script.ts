/**
 * lineScript: the script that the event lines of a time line stand for.
 *
 * A step plays its lines from top to bottom. Every event knows its step and its place, so that panes find their column and a
 * fault in the script is shown where it stands in the text.
 */
import type { Timestamp } from '@tidemark/core'
import type { ScriptEvent } from '../panes/script.ts'
import { ScriptError, type ScriptStream } from '../test-stream/read-script.ts'
import { isTestSource } from '../test-stream/test-source.ts'
import { parseElements, parseNames, parseTimes } from './parse-items.ts'
import type { Cell, TimeLine, TimeScale, Written } from './time-line.ts'
import { TimeLineError, type Place } from './time-line-error.ts'
import { formatTime, isRelative } from './written-time.ts'
import { wordsOf } from './parse-table.ts'

/** A script, with the step and the place of each of its events. */
export interface LineScript {
  readonly events: readonly ScriptEvent[]
  /** Step of each event. */
  readonly stepOf: readonly number[]
  readonly places: readonly Place[]
}

/** What the reading of a time line needs to know. */
export interface LineContext {
  readonly line: TimeLine
  readonly scale: TimeScale
  readonly streams: readonly ScriptStream[]
  /** Makes the element of a stream that a written value stands for. */
  readonly elementOf: (written: Written) => unknown
}

/** How a time line writes times: as lengths when its first time is one. */
export function scaleOf(line: TimeLine, base: Timestamp): TimeScale {
  const words = line.steps.flat().flatMap((cell) => wordsOf(line.notation, cell).map(({ text }) => text))
  const clock = words.findIndex((word) => /^\d{1,2}:\d\d/.test(word))
  const length = words.findIndex(isRelative)
  return { base, relative: length >= 0 && (clock < 0 || length < clock) }
}

/** Makes the script of a time line; throws a {@link TimeLineError} at what cannot be read. */
export function lineScript(context: LineContext): LineScript {
  const { line, scale } = context
  const events: ScriptEvent[] = []
  const stepOf: number[] = []
  const places: Place[] = []
  const clock: LineClock = { now: scale.base, told: new Set() }
  const add = (step: number, place: Place, event: ScriptEvent): void => {
    events.push(event)
    stepOf.push(step)
    places.push(place)
  }
  const nowhere: Place = { line: 1, column: 1, length: 1 }
  if (scale.base > 0) add(0, nowhere, { processingTime: scale.base })
  for (const [step, cells] of line.steps.entries()) {
    for (const cell of cells) for (const [place, event] of eventsOf(context, cell, clock)) add(step, place, event)
  }
  return { events, stepOf, places }
}

/** Shows a fault of the script where it stands in the text; any other error as it is. */
export function placed(error: unknown, { line }: LineContext, script: LineScript): unknown {
  const place = error instanceof ScriptError ? script.places[error.at] : undefined
  if (place === undefined) return error
  const { cause } = error as ScriptError
  return new TimeLineError(line.notation, place, 'what stands here cannot be', (cause as Error).message)
}

function eventsOf(context: LineContext, cell: Cell, clock: LineClock): readonly (readonly [Place, ScriptEvent])[] {
  const { line, scale } = context
  const { label, place } = cell
  const { told } = clock
  switch (label.kind) {
    case 'elements': {
      const { stream, split } = subjectOf(context, cell)
      requireTimes(context, cell, told.has(stream))
      const rows = parseElements(line.notation, cell, scale).map(({ value, time }) => {
        const element = context.elementOf(value)
        return time === undefined ? ([element] as const) : ([element, time] as const)
      })
      return [[place, { elements: stream, ...split, rows }]]
    }
    case 'watermark': {
      const { stream, split } = subjectOf(context, cell)
      told.add(stream)
      return parseTimes(line.notation, cell, scale).map(({ time, place: at }) => [
        at,
        { watermark: stream, ...split, t: time },
      ])
    }
    case 'processing':
      return parseTimes(line.notation, cell, scale).map(({ time, place: at }) => {
        if (time < clock.now) throw clockBack(context, at, time, clock.now)
        const by = time - clock.now
        clock.now = time
        return [at, { processingTime: by }]
      })
    case 'idle':
      return namedStreams(context, cell).map(({ stream, split, place: at }) => [at, { idle: stream, ...split }])
    case 'complete':
      return namedStreams(context, cell).map(({ stream, split, place: at }) => [at, { complete: stream, ...split }])
    default:
      return []
  }
}

/** What the lines so far have said: what the clock shows, and which streams have a watermark. */
interface LineClock {
  now: Timestamp
  readonly told: Set<string>
}

/** An element without a time happens at the current watermark: it must be clear that it does, and there must be one. */
function requireTimes({ line, scale }: LineContext, cell: Cell, told: boolean): void {
  const items = parseElements(line.notation, cell, scale)
  const timed = items.findIndex(({ time }) => time !== undefined)
  const untimed = items.findIndex(({ time }, index) => time === undefined && (!told || (timed >= 0 && index > timed)))
  if (untimed < 0) return
  throw new TimeLineError(
    line.notation,
    items[untimed]!.place,
    told
      ? 'this element has no time, and stands behind one that has'
      : 'this element has no time, and the stream has no watermark yet',
    told
      ? 'Without a time it happens at the current watermark. Give it the time that is meant, or put it first.'
      : 'Without a time it would happen at the watermark, which is at the beginning of time. Give it one, as in 10:00:05 a=1.',
  )
}

interface Subject {
  readonly stream: string
  readonly split: { readonly split?: string }
}

/** The stream, and the split, that a line is about: those it names, or the only stream there is. */
function subjectOf(context: LineContext, { label, place }: Cell): Subject {
  return subjectNamed(context, label.subject, { ...place })
}

function subjectNamed({ line, streams }: LineContext, name: string | undefined, place: Place): Subject {
  const [path = '', split] = (name ?? '').split('#') as [string?, string?]
  const given = { split: split === undefined ? {} : { split } }
  if (path !== '') return { stream: path, ...given }
  if (streams.length === 1) return { stream: streams[0]!.step.path, ...given }
  throw new TimeLineError(
    line.notation,
    place,
    streams.length === 0
      ? 'the pipeline has no stream'
      : `the pipeline has ${streams.length} streams, and none is named`,
    streams.length === 0
      ? 'Begin the pipeline with a testStream.'
      : `Name one of ${streams.map(nameOfStream).join(', ')} in brackets, as in elements(${nameOfStream(streams[0]!)}).`,
  )
}

/** The streams and splits that the words of an `idle` or `complete` line stand for; `all` is all that the line is about. */
function namedStreams(context: LineContext, cell: Cell): readonly (Subject & { readonly place: Place })[] {
  const { label } = cell
  return parseNames(context.line.notation, cell).flatMap(({ text, place }) => {
    if (text !== 'all') return [{ ...subjectNamed(context, text, place), place }]
    if (label.subject !== undefined) return [{ ...subjectNamed(context, label.subject, place), place }]
    return context.streams.map(({ step }) => ({ stream: step.path, split: {}, place }))
  })
}

function nameOfStream({ step: { path, payload } }: ScriptStream): string {
  return payload.primitive === 'read' && isTestSource(payload.source) ? payload.source.testStream : path
}

function clockBack({ line, scale }: LineContext, place: Place, to: Timestamp, from: Timestamp): TimeLineError {
  return new TimeLineError(
    line.notation,
    place,
    `processing time would go back from ${formatTime(from, scale)} to ${formatTime(to, scale)}`,
    `It begins at ${formatTime(scale.base, scale)}, the base, and only goes on.`,
  )
}
