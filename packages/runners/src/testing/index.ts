/**
 * The door for testers: test streams and scripts, the time line of panes, the same-answer property, the reference evaluators, and
 * settled results to compare with.
 */
export { advanceProcessingTime, testStream } from './test-stream/test-stream.ts'
export type { StreamEvents, TestStream, TestStreamOptions } from './test-stream/test-stream.ts'
export { timestamped } from './test-stream/timestamped-element.ts'
export type { TimestampedElement } from './test-stream/timestamped-element.ts'
export { expectPanes, expectPanesAsync } from './expect-panes/expect-panes.ts'
export type { ExpectPanesOptions } from './expect-panes/expect-panes.ts'
export { PanesError } from './expect-panes/panes-report.ts'
export type { Written } from './expect-panes/time-line.ts'
export { TimeLineError } from './expect-panes/time-line-error.ts'
export { playScript, playScriptAsync } from './expect-panes/play-script.ts'
export type { Played } from './expect-panes/play-script.ts'
export { assertSameAnswer, assertSameAnswerAsync } from './assert-same-answer/assert-same-answer.ts'
export type { SameAnswer, SameAnswerInput, SameAnswerOptions } from './assert-same-answer/assert-same-answer.ts'
export type { ElementsByStream } from './assert-same-answer/data-set.ts'
export { SameAnswerError } from './assert-same-answer/same-answer-error.ts'
export { evaluate, evaluateAsync } from './evaluator/evaluate.ts'
export type { Evaluation, EvaluatorInput } from './evaluator/evaluate.ts'
export type { DroppedElement } from './evaluator/without.ts'
export { evaluatePanes } from './panes/evaluate-panes.ts'
export type {
  CompleteEvent,
  ElementOf,
  ElementsEvent,
  EntryAt,
  IdleEvent,
  OutputAt,
  PaneResult,
  ProcessingTimeEvent,
  Script,
  ScriptEvent,
  ScriptRow,
  StreamName,
  TracedResult,
  WatermarkEvent,
} from './panes/script.ts'
export { formatDifferences, settledDifferences, settledResult } from '../settled/settled-result.ts'
export type { SettledDifference, SettledEntry, SettledItem, SettledResult } from '../settled/settled-result.ts'
