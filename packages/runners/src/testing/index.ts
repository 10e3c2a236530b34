/**
 * The door for testers: the reference evaluators, and settled results to compare with.
 */
export { evaluate } from './evaluator/evaluate.ts'
export type { Evaluation, EvaluatorInput } from './evaluator/evaluate.ts'
export type { DroppedElement } from './evaluator/without.ts'
export { evaluatePanes } from './panes/evaluate-panes.ts'
export type {
  CompleteEvent,
  ElementsEvent,
  OutputAt,
  PaneResult,
  ProcessingTimeEvent,
  Script,
  ScriptEvent,
  WatermarkEvent,
} from './panes/script.ts'
export { formatDifferences, settledDifferences, settledResult } from '../settled/settled-result.ts'
export type { SettledDifference, SettledEntry, SettledItem, SettledResult } from '../settled/settled-result.ts'
