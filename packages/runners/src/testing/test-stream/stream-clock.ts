/**
 * StreamClock: the watermark of one stream of a script, from those of its splits, and what a script may not do to it (77).
 *
 * The least over splits that are neither idle nor complete; where all are idle the largest; the end of time where all are
 * complete. It never moves back: a test stream refuses to be told so, and what another source, which may err, says of the past
 * changes nothing. Written from the statements, beside the engine's own, which must come to the same.
 */
import {
  formatTimestamp,
  isTimestamp,
  MAX_TIMESTAMP,
  MIN_TIMESTAMP,
  PipelineError,
  type Timestamp,
} from '@tidemark/core'
import { unknownSplit } from './test-stream.ts'

interface SplitClock {
  watermark: Timestamp
  idle: boolean
  complete: boolean
}

/** The watermark of a stream while a script is played. */
export class StreamClock {
  readonly name: string
  readonly #splits: ReadonlyMap<string, SplitClock>
  readonly #strict: boolean
  #watermark: Timestamp = MIN_TIMESTAMP

  /** `strict` is said of a test stream. */
  constructor(name: string, splits: readonly string[], strict: boolean) {
    this.name = name
    this.#strict = strict
    this.#splits = new Map(splits.map((id) => [id, { watermark: MIN_TIMESTAMP, idle: false, complete: false }]))
  }

  /** The stream's watermark. */
  get watermark(): Timestamp {
    return this.#watermark
  }

  /** Whether all splits that are not complete are silent, and there is one. */
  get isIdle(): boolean {
    const open = this.#open
    return open.length > 0 && open.every(({ idle }) => idle)
  }

  /** The splits that an event is about: the one it names, or all that are not complete. Throws where there is none. */
  splitsOf(named: string | undefined, what: string): readonly string[] {
    if (named === undefined) {
      const open = [...this.#splits].filter(([, { complete }]) => !complete).map(([id]) => id)
      if (open.length > 0) return open
      throw this.#isComplete('all of it', what)
    }
    const split = this.#splits.get(named)
    if (split === undefined) throw unknownSplit(this.name, named, [...this.#splits.keys()])
    if (split.complete) throw this.#isComplete(`its split "${named}"`, what)
    return [named]
  }

  /** When an element of a split happens that says no time: at the current watermark (77). */
  now(split: string): Timestamp {
    return Math.max(this.#watermark, this.#splits.get(split)!.watermark)
  }

  /** An element of a split has come. */
  wake(split: string): void {
    this.#splits.get(split)!.idle = false
    this.#update()
  }

  /** The watermark of a split moves. */
  advance(split: string, to: Timestamp): void {
    const clock = this.#splits.get(split)!
    if (!isTimestamp(to))
      throw this.#badWatermark(`to ${String(to)}, which is no timestamp`, 'Give whole milliseconds.')
    if (to === MAX_TIMESTAMP)
      throw this.#badWatermark('to the end of time', 'Only a complete stream is there: write its completion instead.')
    if (to < clock.watermark && this.#strict) {
      throw this.#badWatermark(
        `back from ${formatTimestamp(clock.watermark)} to ${formatTimestamp(to)}`,
        'What it said once, steps have acted on. Late elements need no earlier watermark: add them with their times.',
      )
    }
    clock.watermark = Math.max(clock.watermark, to)
    clock.idle = false
    this.#update()
  }

  /** A split falls silent. */
  markIdle(split: string): void {
    this.#splits.get(split)!.idle = true
    this.#update()
  }

  /** A split has come to its end. */
  complete(split: string): void {
    this.#splits.get(split)!.complete = true
    this.#update()
  }

  get #open(): readonly SplitClock[] {
    return [...this.#splits.values()].filter(({ complete }) => !complete)
  }

  #update(): void {
    const open = this.#open
    const awake = open.filter(({ idle }) => !idle)
    const times = (awake.length > 0 ? awake : open).map(({ watermark }) => watermark)
    const least = awake.length > 0 ? Math.min(...times) : Math.max(...times)
    this.#watermark = Math.max(this.#watermark, open.length === 0 ? MAX_TIMESTAMP : least)
  }

  #badWatermark(how: string, cure: string): PipelineError {
    return new PipelineError('BAD_SCRIPT', `The script moves the watermark of "${this.name}" ${how}. ${cure}`)
  }

  #isComplete(what: string, event: string): PipelineError {
    return new PipelineError(
      'BAD_SCRIPT',
      `The script has ${event} of "${this.name}", but ${what} is complete: nothing can follow that. Put the event before the completion.`,
    )
  }
}
