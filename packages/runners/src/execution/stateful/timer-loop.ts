/**
 * Timer loops: a callback that sets its timer again for a time that has come would fire for ever.
 */
import { formatTimestamp, PipelineError } from '@tidemark/core'

/** Firings of one key and window at one time that are taken for an endless loop. */
export const TOO_OFTEN = 100_000

/** The error of a timer that has fired {@link TOO_OFTEN}. */
export function timerLoop(step: string, timer: string, time: number): PipelineError {
  return new PipelineError(
    'TIMER_LOOP',
    `Timer "${timer}" of step "${step}" fired for ${formatTimestamp(time)} after ${TOO_OFTEN} others of its key and window that did not ` +
      'get any further: its callback sets it again for a time that has come, so that time stands still. ' +
      "setAfter and setRelative stop at the window's expiry: do not set the timer again from there.",
    { step },
  )
}
