/**
 * Assertions of invariants: checked where they are relied on, phrased with their values.
 */
import { PipelineError } from './pipeline-error.ts'

/** Throws a {@link PipelineError} with code `INVARIANT` unless `condition` holds: a fault of the library, not of the pipeline. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) {
    throw new PipelineError('INVARIANT', `Invariant broken: ${message}. This is a fault in Tidemark; please report it.`)
  }
}
