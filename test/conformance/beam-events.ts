/**
 * Events of the vectors as a script.
 */
import { timeOf, type BeamTime } from './beam-time.ts'
import type { Script, ScriptEvent } from '@tidemark/runners/testing'
import type { SourceElement } from './raw-graph.ts'

/** The path of the one source of every vector. */
export const SOURCE = 'Source'

/** An event of a vector, with elements of some form. */
export type BeamEvent<E> =
  { readonly elements: readonly E[] } | { readonly watermark: BeamTime } | { readonly advanceProcessingTime: number }

/** An element of a vector: key, value, timestamp; where there are branches, a tag before them. */
export type BeamElement =
  | readonly [key: string, value: number, timestamp: BeamTime]
  | readonly [tag: string, key: string, value: number, timestamp: BeamTime]

/** An element in our pipeline. */
export interface TaggedElement extends SourceElement {
  readonly tag: string
  readonly key: string
  readonly value: number
}

/** Returns the script of a vector whose elements become those of the source by `elementOf`. */
export function scriptOf<E>(events: readonly BeamEvent<E>[], elementOf: (element: E) => SourceElement): Script {
  return events.map((event): ScriptEvent => {
    if ('advanceProcessingTime' in event) return { processingTime: event.advanceProcessingTime }
    if ('watermark' in event) {
      return event.watermark === 'inf' ? { complete: SOURCE } : { watermark: SOURCE, t: timeOf(event.watermark) }
    }
    const elements = event.elements.map(elementOf)
    return { elements: SOURCE, rows: elements.map((element) => [element, element.timestamp]) }
  })
}

/** Returns our element for one with or without a tag. */
export function taggedElement(element: BeamElement): TaggedElement {
  const [tag, key, value, timestamp] = element.length === 4 ? element : ['', ...element]
  return { tag, key, value, timestamp: timeOf(timestamp) }
}
