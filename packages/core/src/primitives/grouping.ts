/**
 * What groupings have in common: which inputs they refuse, and how their output is windowed.
 */
import { IncompatibleWindowingError } from '../error/pipeline-error.ts'
import type { CollectionRef, CollectionSpec, DriftReason } from '../model/graph-builder.ts'
import { continuationTrigger } from '../trigger/continuation.ts'
import { mayEmitSeveralPanes, mayFinish } from '../trigger/trigger-safety.ts'
import { formatTrigger } from '../trigger/trigger.ts'

/**
 * Refuses an input whose result would be wrong or never come: unbounded in the global window under the default trigger
 * (`NEVER_FIRES`), a trigger that may finish early (`UNSAFE_TRIGGER`), several panes of one key and window
 * (`SEVERAL_PANES`), discarding panes over changes (`DISCARDING_CHANGES`). cf. Beam's GroupByKey.
 *
 * Changes into windows that merge are taken: such a grouping keeps the elements of every session until it expires, so that an
 * element that is taken back leaves the sessions that there would have been without it.
 */
export function requireGroupable(input: CollectionRef, path: string): void {
  const { windowing } = input
  if (!input.bounded && windowing.windowFn.kind === 'global' && windowing.trigger.kind === 'default') {
    throw new IncompatibleWindowingError(
      'NEVER_FIRES',
      `"${path}" groups an unbounded collection in the global window with the default trigger. The global window never ends, ` +
        'so nothing would ever be emitted. Apply windowInto(fixedWindows(…)) before it, or a trigger such as repeatedly(afterCount(100)).',
      { step: path },
    )
  }
  requireSafeTrigger(input, path)
  requireSinglePanes(input, path)
  requireWholePanesOfChanges(input, path)
}

// What a discarding pane has emitted cannot be taken back by the next one.
function requireWholePanesOfChanges(input: CollectionRef, path: string): void {
  const { trigger, allowedLateness, accumulationMode } = input.windowing
  if (input.panes !== 'changes' || accumulationMode !== 'discarding' || !mayEmitSeveralPanes(trigger, allowedLateness))
    return
  throw new IncompatibleWindowingError(
    'DISCARDING_CHANGES',
    `"${path}" is fed by changes and would emit several discarding panes of one key and window. A change may take back what an ` +
      "earlier pane has already passed on, and no later pane could say so. Use accumulationMode: 'retracting' or 'accumulating'.",
    { step: path },
  )
}

function requireSafeTrigger(input: CollectionRef, path: string): void {
  const { trigger, allowedLateness, mayLoseData } = input.windowing
  const safe = !mayFinish(trigger) || (trigger.kind === 'after-watermark' && allowedLateness === 0)
  if (safe || mayLoseData) return
  throw new IncompatibleWindowingError(
    'UNSAFE_TRIGGER',
    `The trigger of "${path}", ${formatTrigger(trigger)}, may finish while its window still takes elements ` +
      `(allowed lateness ${allowedLateness} ms); the elements after that would be lost. ` +
      (trigger.kind === 'after-watermark'
        ? 'Give afterWatermark a late trigger, such as afterCount(1), '
        : 'Wrap it in repeatedly(…), ') +
      'or accept the loss with mayLoseData: true.',
    { step: path },
  )
}

/** Refuses several panes of one key and window where each would count as an element of its own (`SEVERAL_PANES`). */
export function requireSinglePanes(input: CollectionRef, path: string): void {
  if (input.panes !== 'several-panes' || input.windowing.mayDrift) return
  throw new IncompatibleWindowingError(
    'SEVERAL_PANES',
    `"${path}" is fed by ${input.windowing.accumulationMode} panes: a key and window may come several times, and each pane would ` +
      'count as one more element, differently live than in batch. ' +
      "Use accumulationMode: 'retracting' upstream (changes are netted), or a single pane with trigger: never(); " +
      'or accept it with mayDrift: true.',
    { step: path },
  )
}

/** The output of a grouping over this input: windows stay but do not merge again, the trigger becomes its continuation. */
export function groupedOutput(input: CollectionRef): CollectionSpec {
  const { windowing } = input
  const several = mayEmitSeveralPanes(windowing.trigger, windowing.allowedLateness)
  const changes = windowing.accumulationMode === 'retracting' && several
  return {
    windowing: Object.freeze({
      ...windowing,
      merged: windowing.merged || windowing.windowFn.merging,
      trigger: continuationTrigger(windowing.trigger),
    }),
    bounded: input.bounded,
    panes: changes ? 'changes' : several ? 'several-panes' : 'one-pane',
  }
}

/** Why a grouping over this input would drift. `outputsMerge` says whether the outputs of disjoint inputs can be merged. */
export function groupingDrift(input: CollectionRef, outputsMerge: boolean): readonly DriftReason[] {
  const reasons: DriftReason[] = []
  if (input.panes === 'several-panes') reasons.push('several-panes')
  const output = groupedOutput(input)
  if (output.panes === 'several-panes' && input.windowing.accumulationMode === 'discarding' && !outputsMerge) {
    reasons.push('outputs-do-not-merge')
  }
  return reasons
}
