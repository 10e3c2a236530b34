/**
 * What each node of a trigger waits for.
 */
import { formatTimestamp, formatTrigger, type Timestamp, type Trigger, type Window } from '@tidemark/core'
import { datum, isFinished, NO_DATUM, type TriggerState } from '../trigger/trigger-state.ts'
import type { TriggerNode } from './explanation.ts'

/** The moment at which a trigger is explained. */
export interface TriggerMoment {
  readonly window: Window
  readonly inputWatermark: Timestamp
  readonly processingTime: number
}

/** The nodes of a trigger, in preorder, as the machines number them; `state` is `undefined` for triggers without memory. */
export function explainTrigger(
  trigger: Trigger,
  state: TriggerState | undefined,
  moment: TriggerMoment,
): readonly TriggerNode[] {
  const nodes: TriggerNode[] = []
  const visit = (part: Trigger, depth: number): void => {
    const node = nodes.length
    const finished = state !== undefined && isFinished(state, node)
    const memory = state === undefined ? NO_DATUM : datum(state, node)
    const waitsFor = finished ? 'has finished' : waitsForOf(part, memory, moment)
    nodes.push({ depth, trigger: formatTrigger(part), waitsFor })
    for (const child of childrenOf(part)) visit(child, depth + 1)
  }
  visit(trigger, 0)
  return nodes
}

function waitsForOf(trigger: Trigger, memory: number, moment: TriggerMoment): string {
  const { window, inputWatermark, processingTime } = moment
  const last = window.end - 1
  const end =
    inputWatermark > last
      ? 'the watermark has passed the end of the window'
      : `waits for the watermark to pass ${formatTimestamp(last)}`
  switch (trigger.kind) {
    case 'default':
      return inputWatermark > last ? `${end}: fires with each late bundle` : end
    case 'never':
      return 'never fires: one pane when the window expires'
    case 'after-count':
      return `has counted ${Math.max(0, memory)} of ${trigger.count} elements since the last pane`
    case 'after-processing-time':
    case 'after-synchronized-processing-time':
      if (memory === NO_DATUM) return 'waits for the first element of a pane'
      return `waits for the clock to pass ${formatTimestamp(memory)}, and it is ${formatTimestamp(processingTime)}`
    case 'after-watermark':
      return end
    case 'repeatedly':
      return 'fires whenever its part does'
    case 'after-any':
      return 'waits for one of its parts'
    case 'after-all':
      return 'waits for all of its parts'
    case 'after-each':
      return 'waits for its parts, one after the other'
    case 'or-finally':
      return 'fires as its first part does, until the second is ready'
  }
}

// In the order in which compileTrigger numbers them; an early part that was not given is a node all the same.
function childrenOf(trigger: Trigger): readonly Trigger[] {
  switch (trigger.kind) {
    case 'after-watermark': {
      const { early, late } = trigger
      if (early === undefined && late === undefined) return []
      return [early ?? { kind: 'never' }, ...(late === undefined ? [] : [late])]
    }
    case 'repeatedly':
      return [trigger.of]
    case 'after-any':
    case 'after-all':
    case 'after-each':
      return trigger.of
    case 'or-finally':
      return [trigger.main, trigger.until]
    default:
      return []
  }
}
