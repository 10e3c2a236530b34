/**
 * afterWatermark: the end of the window, with early and late firings around it.
 */
import { checkOptions } from '../error/check-options.ts'
import type { AfterWatermarkTrigger, Trigger } from './trigger.ts'

/**
 * Fires when the input watermark is strictly past the window's last timestamp.
 *
 * `early` fires before that, repeatedly; `late` after it, repeatedly. Without `late` the trigger finishes at the end
 * of the window: with an allowed lateness above zero, late elements would be lost, so a grouping refuses it.
 */
export function afterWatermark(
  parts: { readonly early?: Trigger; readonly late?: Trigger } = {},
): AfterWatermarkTrigger {
  checkOptions('afterWatermark', parts, { early: true, late: true })
  return Object.freeze({ kind: 'after-watermark', early: parts.early, late: parts.late })
}
