/**
 * Drift reasons in words: for each, why a step's settled result may depend on arrival, and what to do about it.
 *
 * One text for each reason of the closed list, so that a new reason without one does not compile. Pictures of a graph show them.
 */
import type { DriftReason } from '../model/graph-builder.ts'

/** A reason in words: two sentences for a reader who has just met its name. */
export interface DriftReasonText {
  /** Why the step's answer may depend on arrival. */
  readonly why: string
  /** What to do, so that it does not. */
  readonly cure: string
}

/** All reasons in words. */
export const DRIFT_REASON_TEXTS: Readonly<Record<DriftReason, DriftReasonText>> = Object.freeze({
  'arrival-ordered-state': {
    why: 'It takes elements into its state as they arrive, and another order of arrival may leave other state.',
    cure: "Leave out order: 'arrival', so that they run in the order of event time.",
  },
  'order-any': {
    why: 'It lists values as they arrived.',
    cure: "Leave out order: 'any', so that they are sorted by timestamp.",
  },
  'several-panes': {
    why: 'It takes each pane of a key and window as one more element, and how many panes there are depends on arrival.',
    cure: "Use accumulationMode: 'retracting' in the grouping above, so that earlier panes are taken back, or trigger: never() for a single pane.",
  },
  'outputs-do-not-merge': {
    why: 'It emits a window in discarding panes, cut by arrival, and what it makes of the parts does not tell what it would make of the whole.',
    cure: "Use accumulationMode: 'accumulating' or 'retracting', trigger: never() for a single pane, or a combiner with mergeOutputs.",
  },
  'discarding-through-stateless-step': {
    why: 'It changes discarding panes one by one, after which nobody knows how to merge them, and where they were cut depends on arrival.',
    cure: "Use accumulationMode: 'accumulating' or 'retracting' in the grouping above, or trigger: never() for a single pane.",
  },
  'processing-time-timer': {
    why: "Its timers follow the runner's clock, which is another one in each run and stands still in batch.",
    cure: 'Use eventTimeTimer(), which follows the watermark.',
  },
  'finish-bundle': {
    why: 'It emits what a bundle left over, and where bundles end depends on the run.',
    cure: 'Leave out finishBundle and emit from process; what must be kept between elements belongs into a statefulParDo.',
  },
  'reads-pane': {
    why: 'It reads which pane an element is, and which panes there are depends on arrival.',
    cure: 'Leave out readsPane and go by the value and its window, or use trigger: never() in the grouping above for a single pane.',
  },
  'pane-timestamps': {
    why: 'It uses the timestamps of panes, and the earliest or latest of a pane leaves out elements that were late.',
    cure: 'Leave out timestampCombiner, so that a pane has the last timestamp of its window.',
  },
  'side-input-before-final': {
    why: 'It reads a side input as soon as that has a pane, and what is in it by then depends on arrival.',
    cure: "Leave out ready: 'first-pane' in the view, so that elements wait until its window is final.",
  },
  'impure-lookup': {
    why: 'It asks for something outside of the pipeline, which may answer otherwise when it is asked again.',
    cure: 'Say pure: true if equal elements always get the same answer; else bring what is asked for into the pipeline and join with it.',
  },
  'freezes-without-known-at': {
    why: 'It answers elements by the rows that have come until then and lets the answers stand, and which rows have come depends on arrival.',
    cure: "Give knownAt, so that it goes by what was known at the element's time, or use lateRows: 'wait' or 'restate'.",
  },
} satisfies Record<DriftReason, DriftReasonText>)
