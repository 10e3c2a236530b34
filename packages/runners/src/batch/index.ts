/**
 * The door of the batch runner: history in, settled results out.
 */
export { batchRunner } from './batch-runner.ts'
export type { BatchOptions, BatchRunner } from './batch-runner.ts'
export type { BatchElapsed, BatchResult, ElementOf } from './batch-result.ts'
export type { DeadLetterLimit } from './dead-letter-breaker.ts'
export type { ProgressMode, ProgressTarget } from './progress.ts'
