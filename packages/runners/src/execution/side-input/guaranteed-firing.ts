/**
 * guaranteedFiring: the watermark past which a window that has elements has fired (statement 71).
 *
 * A view that is read from its first pane on need not wait for a window to expire to know that it is empty: its trigger would have
 * fired by the end of the window (cf. Trigger.getWatermarkThatGuaranteesFiring in Beam). What comes late is seen by those that come later.
 */
import { MAX_TIMESTAMP, maxTimestamp, type Timestamp, type Trigger, type Window } from '@tidemark/core'

/** The watermark strictly above which a window with elements has fired under `trigger`; the end of time when none says so. */
export function guaranteedFiring(trigger: Trigger, window: Window): Timestamp {
  switch (trigger.kind) {
    case 'default':
    case 'after-watermark':
      return maxTimestamp(window)
    case 'repeatedly':
      return guaranteedFiring(trigger.of, window)
    case 'after-any':
      return Math.min(...trigger.of.map((part) => guaranteedFiring(part, window)))
    case 'after-all':
      return Math.max(...trigger.of.map((part) => guaranteedFiring(part, window)))
    case 'after-each':
      return guaranteedFiring(trigger.of[0]!, window)
    case 'or-finally':
      return Math.min(guaranteedFiring(trigger.main, window), guaranteedFiring(trigger.until, window))
    case 'after-count':
    case 'after-processing-time':
    case 'after-synchronized-processing-time':
    case 'never':
      return MAX_TIMESTAMP
  }
}
