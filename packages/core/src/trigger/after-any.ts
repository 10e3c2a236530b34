/**
 * afterAny: triggers combined.
 */
import { requireParts } from './parts.ts'
import type { AfterAnyTrigger, Trigger } from './trigger.ts'

/** Fires once, when any of its parts is ready; the others start anew. */
export function afterAny(...triggers: readonly Trigger[]): AfterAnyTrigger {
  return Object.freeze({ kind: 'after-any', of: requireParts('afterAny', triggers) })
}
