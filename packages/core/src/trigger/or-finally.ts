/**
 * orFinally: a trigger with an end.
 */
import type { OrFinallyTrigger, Trigger } from './trigger.ts'

/** Fires as `main` does, until `until` is ready: then it fires once more and finishes. `until` sees every element, across firings. */
export function orFinally(main: Trigger, until: Trigger): OrFinallyTrigger {
  return Object.freeze({ kind: 'or-finally', main, until })
}
