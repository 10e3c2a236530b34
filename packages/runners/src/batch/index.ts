/**
 * The door of the batch runner: history in, settled results out.
 */
export { batchRunner } from './batch-runner.ts'
export type { BatchOptions, BatchRunner } from './batch-runner.ts'
export type { BatchElapsed, BatchResult, ElementOf } from './batch-result.ts'
export type { DeadLetterLimit } from '../driver/dead-letter-breaker.ts'
export type { ProgressMode, ProgressTarget } from '../driver/progress-target.ts'
export type { Clock, Env } from '../env/env.ts'
export { formatExplanation } from '../execution/explain/format-explanation.ts'
export type { Explanation, SourceWatermark, SplitWatermark } from '../execution/explain/explanation.ts'
export type { TriggerNode, WatermarkHold } from '../execution/explain/explanation.ts'
export type { AwaitingJoin, AwaitingStep } from '../execution/explain/explanation.ts'
export type { AsyncInspection, AwaitedView, GateInspection, JoinInspection } from '../execution/explain/inspection.ts'
