/**
 * Arrival: how elements reach a pipeline, event by event. Plain data, so that it can be run again, made smaller and printed.
 *
 * The elements of an arrival are those of its events, so an arrival with fewer events is about fewer elements.
 */
import type { Timestamp } from '@tidemark/core'
import type { Given } from './data-set.ts'

/** One thing that happens. Splits are named by their source and a number. */
export type ArrivalEvent =
  | { readonly kind: 'elements'; readonly source: string; readonly split: string; readonly elements: readonly Given[] }
  | { readonly kind: 'watermark'; readonly source: string; readonly split: string; readonly to: Timestamp }
  | { readonly kind: 'idle'; readonly source: string; readonly split: string }
  | { readonly kind: 'pause'; readonly to: number }
  /** Calls of asynchronous steps end: for each number the call at that place among those under way, counted round. */
  | { readonly kind: 'answers'; readonly places: readonly number[] }
  | { readonly kind: 'restore' }

/** How a run goes. After the last event every split is complete, and then every call ends. */
export interface Arrival {
  /** One of: `live`, by watermarks while elements come; `batch`, as history, where only a source's promise moves a watermark before its end. */
  readonly mode: 'live' | 'batch'
  /** Over how many shards keys are spread. */
  readonly shards: number
  /** Processing time at the start. */
  readonly now: number
  readonly splits: Readonly<Record<string, readonly string[]>>
  readonly events: readonly ArrivalEvent[]
}

/** The elements of an arrival, in the order in which they were given. */
export function elementsOf({ events }: Arrival): readonly Given[] {
  return events
    .flatMap((event) => (event.kind === 'elements' ? event.elements : []))
    .toSorted((a, b) => a.number - b.number)
}
