/**
 * What triggers made of parts have in common: at least one part, in a frozen list.
 */
import { PipelineError } from '../error/pipeline-error.ts'
import type { Trigger } from './trigger.ts'

/** Returns the parts frozen; throws `BAD_TRIGGER` when there is none. */
export function requireParts(trigger: string, parts: readonly Trigger[]): readonly Trigger[] {
  if (parts.length === 0) {
    throw new PipelineError(
      'BAD_TRIGGER',
      `${trigger}() has no parts, so it could never be ready. Give at least one trigger.`,
    )
  }
  return Object.freeze([...parts])
}
