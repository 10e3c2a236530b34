/**
 * repeatedly: a trigger without end.
 */
import type { RepeatedlyTrigger, Trigger } from './trigger.ts'

/** Fires whenever `trigger` does and starts it anew when it has finished; never finishes itself. */
export function repeatedly(trigger: Trigger): RepeatedlyTrigger {
  return Object.freeze({ kind: 'repeatedly', of: trigger })
}
