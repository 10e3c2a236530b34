/**
 * SplitFeed: the elements of one split again, as many at a time as they came then.
 */
import { PipelineError, type RejectedRecord, type SourceBatch, type SourceReader } from '@tidemark/core'

/** Elements asked for at a time. */
const CREDITS = 1000

/** Reads a split and hands out its elements and its malformed records, each in their order. */
export class SplitFeed {
  readonly #source: string
  readonly #split: string
  readonly #open: () => SourceReader<unknown>
  #reader: SourceReader<unknown> | undefined
  #elements: unknown[] = []
  #offsets: number[] = []
  #rejected: RejectedRecord[] = []
  #done = false

  /** `open` is called when something of the split is asked for: a log has few splits at work at a time, and may have many in all. */
  constructor(source: string, split: string, open: () => SourceReader<unknown>) {
    this.#source = source
    this.#split = split
    this.#open = open
  }

  /** The next so many elements and so many malformed records. */
  async take(elements: number, rejected: number): Promise<SourceBatch<unknown>> {
    await this.#fill(elements, rejected)
    return {
      elements: this.#elements.splice(0, elements),
      offsets: this.#offsets.splice(0, elements),
      rejected: this.#rejected.splice(0, rejected),
      position: null,
      bytes: 0,
      done: false,
    }
  }

  /** The element behind the next `count`, which stay. */
  async takeBehind(count: number): Promise<{ readonly element: unknown; readonly offset: number }> {
    await this.#fill(count + 1, 0)
    return { element: this.#elements.splice(count, 1)[0], offset: this.#offsets.splice(count, 1)[0]! }
  }

  close(): void | Promise<void> {
    return this.#reader?.close()
  }

  async #fill(elements: number, rejected: number): Promise<void> {
    while (this.#elements.length < elements || this.#rejected.length < rejected) {
      if (this.#done) throw this.#tooShort(elements, rejected)
      this.#reader ??= this.#open()
      const batch = await this.#reader.read(CREDITS)
      this.#elements.push(...batch.elements)
      for (let index = 0; index < batch.offsets.length; index++) this.#offsets.push(batch.offsets[index]!)
      this.#rejected.push(...batch.rejected)
      this.#done = batch.done
    }
  }

  #tooShort(elements: number, rejected: number): PipelineError {
    return new PipelineError(
      'REPLAY_SHORT',
      `Split "${this.#split}" of source "${this.#source}" has ended, and the time log goes on with ${elements} elements and ${rejected} malformed ` +
        `records of it, of which ${this.#elements.length} and ${this.#rejected.length} are left. The run cannot be told again without them. Read from where all of ` +
        'its elements are kept.',
      { step: this.#source },
    )
  }
}
