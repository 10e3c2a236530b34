/**
 * The fingerprint of a graph: one short text that is equal where state can be carried on.
 *
 * Stored with state and sent to workers. Whoever finds another one asks {@link fingerprintDifferences} what has changed.
 */
import { digest } from './digest.ts'
import { describeGraph, type GraphDescription } from './graph-description.ts'
import type { PipelineGraph } from './pipeline-graph.ts'

/** The form of descriptions. A change of what they hold, or of how they are written, needs the next number. */
const FORM = 1

/**
 * The fingerprint of a graph.
 *
 * **Contract** — Depends on what the steps are and how they are wired, on the paths of named steps, on windowing (with the
 * edition of the zone rules for calendar windows), combiners, cells, timers, coders and the names of outputs. Does not depend
 * on functions, on automatic labels such as `Map#2`, on the order in which steps were added, nor on machine or time zone.
 */
export function graphFingerprint(graph: PipelineGraph): string {
  return fingerprintOf(describeGraph(graph))
}

/** The fingerprint of a graph by its description. */
export function fingerprintOf(description: GraphDescription): string {
  return `g${FORM}-${digest(description)}`
}
