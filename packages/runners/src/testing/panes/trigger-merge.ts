/**
 * How the states of a trigger join when windows merge (36).
 *
 * Only windows that hold elements merge their states. Where none did (all are new), the merged window starts as a new one:
 * there we differ from Beam, which takes "finished in all of no windows" for finished (`new-windows-merge`).
 */
import type { Trigger } from '@tidemark/core'
import {
  clear,
  newTriggerState,
  partStates,
  type Part,
  type TriggerContext,
  type TriggerState,
} from './trigger-state.ts'

/**
 * Returns the state of the merged window. `own` is the state of the window that the others merge into, when there was one,
 * finished or not; `sources` are the states of the windows with elements.
 */
export function mergeTriggers(
  trigger: Trigger,
  own: TriggerState | undefined,
  sources: readonly TriggerState[],
  context: TriggerContext,
): TriggerState {
  const result = newTriggerState(trigger)
  if (own !== undefined) copyFinished(own, result)
  merge(trigger, result, sources, context)
  return result
}

function merge(
  trigger: Trigger,
  result: TriggerState,
  sources: readonly TriggerState[],
  context: TriggerContext,
): void {
  const parts = partStates(trigger, result)
  const mergePart = (index: number): void =>
    merge(
      parts[index]![0],
      parts[index]![1],
      sources.map((source) => source.parts[index]!),
      context,
    )
  switch (trigger.kind) {
    case 'never':
      return
    case 'default':
      if (!context.endReached) context.wakeAtEnd()
      return
    case 'after-count':
      if (sources.some((source) => source.finished)) result.finished = true
      else result.count = sources.reduce((sum, source) => sum + source.count, 0)
      return
    case 'after-processing-time':
    case 'after-synchronized-processing-time':
      mergeTargets(result, sources, context)
      return
    case 'after-watermark':
      mergeAfterWatermark(parts, result, sources, context, mergePart)
      return
    case 'after-each':
      mergeInOrder(parts, mergePart)
      result.finished = result.parts.every((part) => part.finished)
      return
    case 'repeatedly':
      mergePart(0)
      return
    case 'after-all':
      parts.forEach((_, index) => mergePart(index))
      result.finished = result.parts.every((part) => part.finished)
      return
    case 'after-any':
    case 'or-finally':
      parts.forEach((_, index) => mergePart(index))
      result.finished = result.parts.some((part) => part.finished)
  }
}

function mergeTargets(result: TriggerState, sources: readonly TriggerState[], context: TriggerContext): void {
  if (result.finished) return
  const targets = sources.flatMap((source) => (source.target === undefined ? [] : [source.target]))
  if (targets.length === 0) return
  result.target = Math.min(...targets) // 26
  context.wakeAt(result.target)
}

function mergeAfterWatermark(
  parts: readonly Part[],
  result: TriggerState,
  sources: readonly TriggerState[],
  context: TriggerContext,
  mergePart: (index: number) => void,
): void {
  const [early, late] = parts
  if (early === undefined) {
    result.finished = context.endReached && sources.every((source) => source.finished) // 36
    return
  }
  if (context.endReached && sources.every((source) => source.parts[0]!.finished)) {
    early[1].finished = true
    if (late !== undefined) mergePart(1)
    return
  }
  mergePart(0)
  early[1].finished = false // 36: rewound
  if (late === undefined) return
  late[1].finished = false
  clear(late[1])
}

/** Of parts that work in turn, those after the first unfinished one have not begun. */
function mergeInOrder(parts: readonly Part[], mergePart: (index: number) => void): void {
  let begun = true
  for (const [index, [, state]] of parts.entries()) {
    if (begun) mergePart(index)
    begun &&= state.finished
  }
}

function copyFinished(from: TriggerState, to: TriggerState): void {
  to.finished = from.finished
  from.parts.forEach((part, index) => copyFinished(part, to.parts[index]!))
}
