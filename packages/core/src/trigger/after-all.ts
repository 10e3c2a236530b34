/**
 * afterAll: triggers combined.
 */
import { requireParts } from './parts.ts'
import type { AfterAllTrigger, Trigger } from './trigger.ts'

/** Fires once, when all of its parts are ready. */
export function afterAll(...triggers: readonly Trigger[]): AfterAllTrigger {
  return Object.freeze({ kind: 'after-all', of: requireParts('afterAll', triggers) })
}
