/**
 * afterEach: triggers combined.
 */
import { requireParts } from './parts.ts'
import type { AfterEachTrigger, Trigger } from './trigger.ts'

/** Fires as its first part until that finishes, then as the second, and so on; finishes with the last. */
export function afterEach(...triggers: readonly Trigger[]): AfterEachTrigger {
  return Object.freeze({ kind: 'after-each', of: requireParts('afterEach', triggers) })
}
