/**
 * expectPanes: a pipeline, what happens to it and the panes it must emit, as a table in which one sees time.
 *
 * The engine plays it. The reference evaluator, which shares no code with the engine, plays it too and must agree, so a test that
 * passes has been passed twice.
 */
import { checkOptions, PipelineError, type PCollection, type PTransform, type Timestamp } from '@tidemark/core'
import { buildGraph, type Outputs, type Pipeline } from '@tidemark/core/graph'
import { AT_ONCE, withAnswers, type CallAnswers } from '../evaluator/call-answers.ts'
import { evaluatePanesWith } from '../panes/evaluate-panes.ts'
import { streamsOf } from '../test-stream/read-script.ts'
import { fedByStream } from '../test-stream/fed-by-stream.ts'
import { testStream } from '../test-stream/test-stream.ts'
import { requireAgreement } from './engine-and-evaluator.ts'
import { compareRow, expectationsOf } from './expectations.ts'
import { lineScript, placed, scaleOf, type LineContext } from './line-script.ts'
import { panesError } from './panes-report.ts'
import { parseTable } from './parse-table.ts'
import { playScriptWith } from './play-script.ts'
import type { Written } from './time-line.ts'

/** What a time line leaves to be said. */
export interface ExpectPanesOptions<T> {
  /** What `+0s` stands for, and when processing time begins; `10:00:05` is on its day. Zero or more (0, the beginning of 1970). */
  readonly base?: Timestamp
  /** Makes an element of what stands in the time line, where that is not the element itself. */
  readonly element?: (written: Written) => T
  /** Makes of an emitted value what stands in the time line, where that is not the value itself. */
  readonly show?: (value: unknown) => Written
}

/**
 * Plays a time line to a transform or a pipeline and compares the panes; throws where they are others.
 *
 * A transform is fed by one stream, and its output is called `panes`. A pipeline begins with test streams and names its outputs.
 *
 * ```ts
 * expectPanes(revenuePerMinute, `
 *   elements    10:00:05 eu=1  |            | 10:00:40 eu=2  |              | 10:00:59 eu=4
 *   processing                 | 00:00:11   |                |              |
 *   watermark                  |            |                | 10:01:00     |
 *   panes                      | early eu=1 |                | on-time eu=3 | late eu=7
 * `)
 * ```
 *
 * **Contract** — The notation:
 *
 *     time line  =  block, { empty line, block }          a block goes on after the steps of the one before
 *     block      =  line, { newline, line }               lines that begin with // are comments
 *     line       =  kind, [ "(", name, ")" ], cells       kind: elements watermark processing idle complete panes ledger
 *     cells      =  cell, { "|", cell }                   a cell for each step; those left out at the end are empty
 *     elements   :  { [ time ], value }                   one bundle; first those without a time, at the current watermark
 *     watermark  :  { time }
 *     processing :  { time }                              of the clock, which begins at the base
 *     idle, complete :  { "all" | [ stream ], [ "#", split ] }
 *     panes      :  { [ timing ], [ "-" ], value, { "in", window | "at", time | "#", index | "last" } }
 *     ledger     :  { reason, value }
 *     timing     =  "early" | "on-time" | "late"
 *     time       =  10:00:05 | 10:00 | +1m30s | 2026-03-01T10:00:00Z
 *     window     =  "[", time, ",", time, ")" | "global"
 *     value      =  word | number | 12n | true | null | 'text' | key=value | [value, …] | { name: value, … }
 *
 * The steps happen one after the other; within a step, lines happen from top to bottom. `|` parts steps, spaces part words, and both
 * may stand in brackets and quotes. The name is a stream (`elements(Clicks)`), a split of it (`Clicks#a`, `#a`) or an output
 * (`panes(totals)`); where there is only one it may be left out. `-` says that a pane takes the value back.
 *
 * Compared is what came in each step. Of a pane, what is not written is not compared. Panes of one step may stand in any order, but
 * those of one key by window, and those of one key and window as they are emitted. Outputs without a line are not compared; the
 * ledger is always, and empty where it has no line. Errors: `BAD_TIME_LINE` with line and column, `PANES_DIFFER`, and
 * `EVALUATOR_DISAGREES` where engine and reference evaluator emit different panes.
 */
export function expectPanes<T>(
  subject: PTransform<PCollection<T>, unknown> | Pipeline<Outputs>,
  notation: string,
  options: ExpectPanesOptions<T> = {},
): void {
  expectPanesWith(subject, notation, options, () => AT_ONCE)
}

/** The same where functions of `mapAsync` return promises: they are awaited, and an element leaves as soon as it has come. */
export async function expectPanesAsync<T>(
  subject: PTransform<PCollection<T>, unknown> | Pipeline<Outputs>,
  notation: string,
  options: ExpectPanesOptions<T> = {},
): Promise<void> {
  return withAnswers((answersFor) => expectPanesWith(subject, notation, options, answersFor))
}

function expectPanesWith<T>(
  subject: PTransform<PCollection<T>, unknown> | Pipeline<Outputs>,
  notation: string,
  options: ExpectPanesOptions<T>,
  answersFor: (scope: string) => CallAnswers,
): void {
  checkOptions('expectPanes', options, { base: true, element: true, show: true })
  const pipeline = typeof subject === 'function' ? subject : fedByStream(testStream<T>('Elements'), subject, 'panes')
  const graph = buildGraph(pipeline)
  const line = parseTable(notation)
  const scale = scaleOf(line, requireBase(options.base ?? 0))
  const elementOf = options.element ?? ((written: Written) => written)
  const context: LineContext = { line, scale, streams: streamsOf(graph, []), elementOf }
  // What is expected is read before anything is played: a slip in the notation says more than a difference.
  const expectations = expectationsOf(line, scale, Object.keys(graph.outputs))
  const script = lineScript(context)
  const show = options.show ?? ((value: unknown) => value)
  try {
    const played = playScriptWith(pipeline, script.events, answersFor('engine'))
    const rows = expectations.map((expectation) => compareRow(expectation, played, script, show))
    const error = panesError(line, scale, rows)
    if (error !== undefined) throw error
    requireAgreement(played, evaluatePanesWith(pipeline, script.events, answersFor('evaluator')))
  } catch (error) {
    throw placed(error, context, script)
  }
}

function requireBase(base: Timestamp): Timestamp {
  if (Number.isSafeInteger(base) && base >= 0) return base
  throw new PipelineError(
    'BAD_OPTION',
    `The base of a time line is ${base}. Processing time begins there, so it is a whole number of milliseconds since 1970. ` +
      'Give zero or more, or leave it out for 1970 itself.',
  )
}
