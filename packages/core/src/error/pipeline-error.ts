/**
 * The root of every error of the library.
 *
 * `code` is stable and meant for programs; the message is for people and says what is wrong, with the values,
 * why it matters and what to do. One small subclass stands for each thing that a program might want to catch.
 */

/** What an error may carry beside its message. */
export interface PipelineErrorOptions {
  /** Path of the step at fault, such as `RevenuePerRegion/Sum`. */
  readonly step?: string | undefined
  /** What was thrown by user code or by the platform. */
  readonly cause?: unknown
}

/** An error of a pipeline, at construction or while it runs. */
export class PipelineError extends Error {
  /** Stable identifier in capitals, such as `DUPLICATE_STEP_NAME`. */
  readonly code: string
  /** Path of the step at fault, when one is. */
  readonly step: string | undefined

  constructor(code: string, message: string, options: PipelineErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = new.target.name
    this.code = code
    this.step = options.step
  }
}

/** Two steps of one scope bear the same name (`DUPLICATE_STEP_NAME`). */
export class DuplicateStepNameError extends PipelineError {
  constructor(name: string, path: string) {
    super(
      'DUPLICATE_STEP_NAME',
      `Two steps are named "${name}" (path "${path}"). A step name identifies state in a checkpoint, so it must be unique ` +
        `among its siblings. Apply one of them under another name: collection.apply("OtherName", transform).`,
      { step: path },
    )
  }
}

/** The windows, trigger or lateness of a step do not go together (`code` names the rule). */
export class IncompatibleWindowingError extends PipelineError {}

/** A function of the user threw (`USER_CODE`); the original is the `cause`. */
export class UserCodeError extends PipelineError {
  constructor(message: string, step: string, cause: unknown) {
    super('USER_CODE', message, { step, cause })
  }
}

/** A value cannot be a key, or cannot be encoded (`code` names the reason). */
export class EncodingError extends PipelineError {}
