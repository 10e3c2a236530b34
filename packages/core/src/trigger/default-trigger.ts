/**
 * The default trigger: once at the end of the window, then for every late bundle.
 */
import type { DefaultTrigger } from './trigger.ts'

/** Fires when the watermark passes the end of the window, then once per bundle of late elements (Beam's DefaultTrigger). */
export function defaultTrigger(): DefaultTrigger {
  return Object.freeze({ kind: 'default' })
}
