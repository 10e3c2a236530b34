/**
 * afterCount: a number of new elements.
 */
import { PipelineError } from '../error/pipeline-error.ts'
import type { AfterCountTrigger } from './trigger.ts'

/**
 * Fires when at least `count` elements have come since the pane before. It is asked once per bundle, so a pane may hold
 * more; what is left when the window expires is emitted then.
 */
export function afterCount(count: number): AfterCountTrigger {
  if (!Number.isInteger(count) || count < 1) {
    throw new PipelineError(
      'BAD_TRIGGER',
      `afterCount(${count}): a pane cannot wait for ${count} elements. Give a whole number of at least 1.`,
    )
  }
  return Object.freeze({ kind: 'after-count', count })
}
