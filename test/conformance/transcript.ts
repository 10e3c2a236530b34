/**
 * Beam's trigger transcripts: a pipeline of one grouping, and what it emits after each action.
 *
 * Read as Beam's Python harness does: windows are printed with their last instant, elements are their own timestamps, each
 * `input` is one bundle, panes accumulate unless said otherwise, and an expectation may name only part of a pane.
 */
import { customWindows, fixedWindows, globalWindow, milliseconds, sessions, type WindowFn } from '@tidemark/core'
import type { WindowingStrategy } from '@tidemark/core'
import { windowingOf, type BeamTrigger } from './beam-settings.ts'

/** A pane, or the part of it that an expectation names. */
export interface TranscriptPane {
  readonly window: readonly [first: number, last: number]
  readonly values?: readonly number[]
  readonly timestamp?: number
  readonly index?: number
  readonly nonspeculative_index?: number
  readonly early?: boolean
  readonly late?: boolean
  readonly final?: boolean
}

/** What stands of windows, as Beam's file would like it; no harness of Beam asserts it. */
export interface TranscriptState {
  readonly present?: readonly (readonly [number, number])[]
  readonly absent?: readonly (readonly [number, number])[]
  readonly tombstone?: readonly (readonly [number, number])[]
}

/** One action. */
export type TranscriptAction =
  | { readonly input: readonly number[] }
  | { readonly watermark: number }
  | { readonly expect: readonly TranscriptPane[] }
  | { readonly state: TranscriptState }

/** One transcript. */
export interface Transcript {
  readonly name: string
  /** How the harness must fail, when the transcript is wrong on purpose. */
  readonly error?: string
  readonly window_fn?: string
  readonly trigger_fn?: string
  readonly timestamp_combiner?: string
  readonly allowed_lateness?: number
  readonly accumulation_mode?: 'accumulating' | 'discarding'
  readonly transcript: readonly TranscriptAction[]
}

/** The windowing of a transcript. */
export function transcriptWindowing(transcript: Transcript): WindowingStrategy {
  const combiner = transcript.timestamp_combiner ?? 'OUTPUT_AT_EOW'
  const windowing = windowingOf({
    trigger: triggerOf(transcript.trigger_fn ?? 'Default'),
    accumulation: transcript.accumulation_mode ?? 'accumulating',
    allowedLatenessMs: transcript.allowed_lateness ?? 0,
    timestampCombiner: combiner.startsWith('OUTPUT_AT_EARLIEST')
      ? 'EARLIEST'
      : combiner === 'OUTPUT_AT_LATEST'
        ? 'LATEST'
        : 'END_OF_WINDOW',
  })
  const transformed = combiner === 'OUTPUT_AT_EARLIEST_TRANSFORMED'
  return { ...windowing, windowFn: windowFnOf(transcript.window_fn ?? 'GlobalWindows()', transformed) }
}

function windowFnOf(text: string, transformed: boolean): WindowFn {
  const [, name, operand] = /^(\w+)\((\d*)\)$/.exec(text) ?? []
  const length = milliseconds(Number(operand))
  switch (name) {
    case 'FixedWindows':
      return fixedWindows(length)
    case 'Sessions':
      return sessions(length)
    case 'GlobalWindows':
      return globalWindow()
    case 'CustomTimestampingFixedWindowsWindowFn':
      return customWindows({
        name: 'custom-timestamping',
        assign: fixedWindows(length).assign,
        // Beam's combiners ask for it only when told to.
        ...(transformed && { outputTimestamp: (_window, timestamp) => timestamp + 100 }),
      })
    default:
      throw new Error(`no window function ${text}`)
  }
}

// Python's notation: a name, and in brackets a number or triggers, by name or in order.
function triggerOf(text: string): BeamTrigger {
  const [, name, inner = ''] = /^(\w+)(?:\((.*)\))?$/.exec(text.trim()) ?? []
  switch (name) {
    case 'Default':
      return { type: 'default' }
    case 'AfterCount':
      return { type: 'afterCount', n: Number(inner) }
    case 'AfterWatermark': {
      const parts = new Map(operandsOf(inner).map((operand) => [operand.slice(0, operand.indexOf('=')), operand]))
      const part = (key: string): BeamTrigger | undefined => {
        const operand = parts.get(key)
        return operand === undefined ? undefined : triggerOf(operand.slice(key.length + 1))
      }
      const [early, late] = [part('early'), part('late')]
      return { type: 'afterWatermark', ...(early && { early }), ...(late && { late }) }
    }
    default:
      throw new Error(`no trigger ${text}`)
  }
}

function operandsOf(text: string): readonly string[] {
  const operands: string[] = []
  let depth = 0
  let operand = ''
  for (const character of text) {
    if (character === '(') depth += 1
    if (character === ')') depth -= 1
    if (character === ',' && depth === 0) {
      operands.push(operand.trim())
      operand = ''
    } else {
      operand += character
    }
  }
  return operand.trim() === '' ? operands : [...operands, operand.trim()]
}
