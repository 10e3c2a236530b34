/**
 * Watermarks of a scenario's sources, computed beside the engine: what decides whether an element is dropped.
 */
import { MIN_TIMESTAMP } from '@tidemark/core'
import type { PipelineSpec } from './pipeline-spec.ts'
import type { ScenarioEvent } from './scenario.ts'

/** The watermarks of all sources, as the events so far have moved them. */
export class ReferenceWatermarks {
  readonly #pipeline: PipelineSpec
  readonly #splits: { watermark: number; idle: boolean }[][]
  readonly #sources: number[]
  #least: number = MIN_TIMESTAMP

  constructor(pipeline: PipelineSpec) {
    this.#pipeline = pipeline
    this.#splits = pipeline.sources.map(({ splits }) =>
      Array.from({ length: splits }, () => ({ watermark: MIN_TIMESTAMP, idle: false })),
    )
    this.#sources = pipeline.sources.map(() => MIN_TIMESTAMP)
  }

  /** The watermark of all sources together: the least of those that have a split which is not idle; it never moves back. */
  get least(): number {
    return this.#least
  }

  /** Follows an event; of an offer, all elements. */
  follow(event: ScenarioEvent): void {
    if (event.kind === 'tick' || event.kind === 'restore' || event.kind === 'answer') return
    const split = this.#splits[event.source]![event.split]!
    split.idle = event.kind === 'idle'
    if (event.kind === 'watermark') split.watermark = Math.max(split.watermark, event.to)
    const { disorder } = this.#pipeline.sources[event.source]!
    if (event.kind === 'offer' && disorder !== undefined) {
      for (const [at] of event.elements)
        split.watermark = Math.max(split.watermark, at - disorder * this.#pipeline.unit)
    }
    const { source } = event
    const awake = this.#splits[source]!.filter(({ idle }) => !idle).map(({ watermark }) => watermark)
    if (awake.length > 0) this.#sources[source] = Math.max(this.#sources[source]!, Math.min(...awake))
    const speaking = this.#sources.filter((_, index) => this.#splits[index]!.some(({ idle }) => !idle))
    if (speaking.length > 0) this.#least = Math.max(this.#least, Math.min(...speaking))
  }
}
