/**
 * JobInput: a source at work in a job.
 *
 * Sources deliver whenever they like; what they delivered reaches the engine only in turns of the job, a bundle at a time.
 */
import { PipelineError, type SourceBatch } from '@tidemark/core'
import type { Step } from '@tidemark/core/graph'
import type { SourceRetries } from '../driver/source-retries.ts'
import type { EngineInput } from '../execution/engine.ts'

/** What an input needs of its job. */
export interface InputHost {
  /** Most elements in a bundle. */
  readonly bundleSize: number
  /** Processing time. */
  now(): number
  /** How sources that fail are read again. */
  readonly retries: SourceRetries
  /** Asks for a turn as soon as the clock gives one. */
  wake(): void
  /** Takes a turn at once, unless the job is inside one or waits for a write. */
  takeTurn(): void
  /** Hands the engine a batch of a split. Throws when the run cannot go on. */
  offer(input: EngineInput, split: string, batch: SourceBatch<unknown>): void
  fail(error: PipelineError): void
}

/** One source, or the elements of a `create`. */
export interface JobInput {
  /** Whether every split is complete. */
  readonly isComplete: boolean
  /** Whether a split is left out of the watermark: what it has to offer goes first, or the watermark could pass it by. */
  readonly isIdle: boolean
  /** Whether a turn would find something to offer. */
  readonly ready: boolean
  /** Begins to read; may deliver at once. */
  start(): void
  /**
   * Hands the engine at most one bundle of each split, or the end of one, and says whether it did. Throws when the source has
   * failed.
   */
  offer(): boolean
  /** Reads on, as far as the source can be asked. */
  request?(): void
  /** Processing time at which a split will have been silent for too long. */
  nextIdle(): number | undefined
  /** Leaves out of the watermark the splits that have been silent for too long at processing time `now`. */
  markIdle(now: number): void
  /** Reads no further. With `ending`, what has been read is still offered and every split then ends; without, it is let go. */
  halt(ending: boolean): void
  /** Settles when nothing of the source is held any more. */
  released?(): void | Promise<void>
}

/** The error of a job whose source failed. An error of a connector of ours already says what to do. */
export function sourceFailure(step: Step, cause: unknown): PipelineError {
  if (cause instanceof PipelineError && isPull(step)) return cause
  return new PipelineError(
    'SOURCE_FAILED',
    `The source of step "${step.path}" failed: ${cause instanceof Error ? cause.message : String(cause)}. What it would have ` +
      'delivered is missing, so no window is closed and the job ends. Recover in the source, such as with retry(), or run the job again.',
    { step: step.path, cause },
  )
}

function isPull({ payload }: Step): boolean {
  return payload.primitive === 'read' && payload.source.mode === 'pull'
}
