/**
 * never: one pane, when the window expires.
 */
import type { NeverTrigger } from './trigger.ts'

/** Never fires. The window is emitted once, when the watermark passes its end plus the allowed lateness. */
export function never(): NeverTrigger {
  return Object.freeze({ kind: 'never' })
}
