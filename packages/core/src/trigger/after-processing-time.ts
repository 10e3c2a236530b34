/**
 * afterProcessingTime: a delay on the runner's clock.
 */
import type { Duration } from '@js-joda/core'
import { checkOptions, type OptionNames } from '../error/check-options.ts'
import { PipelineError } from '../error/pipeline-error.ts'
import { requireNotNegative, toMillis } from '../time/duration.ts'
import type { AfterProcessingTimeTrigger, ProcessingTimeStep } from './trigger.ts'

/** How {@link afterProcessingTime} rounds its target: up to a multiple of `to`, shifted by `offset` (zero). */
export interface Alignment {
  readonly to: Duration
  readonly offset?: Duration
}

const ALIGNMENT: OptionNames<Alignment> = { to: true, offset: true }

/**
 * Fires when the runner's clock is strictly past the arrival of the pane's first element plus `delay`, rounded up to
 * `align` when given. Later elements do not extend it.
 *
 * **Contract** — The clock stands still in batch: there it adds no panes.
 */
export function afterProcessingTime(delay: Duration, align?: Alignment): AfterProcessingTimeTrigger {
  const steps: ProcessingTimeStep[] = [{ delay: requireNotNegative(delay, 'The delay of afterProcessingTime') }]
  if (align !== undefined) {
    checkOptions('The alignment of afterProcessingTime', align, ALIGNMENT)
    const to = toMillis(align.to)
    if (to <= 0) {
      throw new PipelineError(
        'BAD_TRIGGER',
        `afterProcessingTime aligned to ${to} ms: there is no multiple of it to wait for. Give more than zero.`,
      )
    }
    steps.push({ align: to, offset: align.offset === undefined ? 0 : toMillis(align.offset) })
  }
  return Object.freeze({
    kind: 'after-processing-time',
    steps: Object.freeze(steps.map((step) => Object.freeze(step))),
  })
}
