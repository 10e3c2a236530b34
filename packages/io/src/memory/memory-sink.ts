/**
 * memorySink: what was written, once it is published; for tests and examples.
 */
import {
  checkChoice,
  checkOptions,
  PipelineError,
  type Sink,
  type SinkWriter,
  type Taken,
  type Takes,
} from '@tidemark/core'

/** What a sink into memory takes. */
export interface MemorySinkOptions<K extends Takes> {
  /** One of: `panes` (default), `final`, `changes`, `overwrites`. */
  readonly takes?: K
}

/** A sink that keeps what is committed. */
export type MemorySink<T, K extends Takes = 'panes'> = Sink<T, K> & {
  /** All that was committed so far, in the order written. */
  readonly committed: readonly Taken<T, K>[]
}

/**
 * Makes a sink into memory. Nothing is in `committed` before the run has succeeded.
 *
 * ```ts
 * memorySink<number>().takes // => 'panes'
 * memorySink<number>({ takes: 'changes' }).committed // => []
 * ```
 */
export function memorySink<T>(options?: MemorySinkOptions<'panes'>): MemorySink<T>
export function memorySink<T>(options: MemorySinkOptions<'final'>): MemorySink<T, 'final'>
export function memorySink<T>(options: MemorySinkOptions<'changes'>): MemorySink<T, 'changes'>
export function memorySink<T>(options: MemorySinkOptions<'overwrites'>): MemorySink<T, 'overwrites'>
export function memorySink<T>(options: MemorySinkOptions<Takes> = {}): MemorySink<T, Takes> {
  checkOptions('memorySink', options, { takes: true })
  const takes =
    checkChoice('memorySink', 'takes', options.takes, ['panes', 'final', 'changes', 'overwrites']) ?? 'panes'
  const committed: Taken<T>[] = []
  return { description: 'memory', takes, committed, open: () => new MemoryWriter(committed) }
}

class MemoryWriter<T> implements SinkWriter<T, Takes> {
  readonly #committed: Taken<T>[]
  #pending: Taken<T>[] | undefined = []

  constructor(committed: Taken<T>[]) {
    this.#committed = committed
  }

  write(elements: readonly Taken<T>[]): void {
    const pending = this.#pending ?? refuse('write')
    for (const element of elements) pending.push(element)
  }

  commit(): void {
    for (const element of this.#pending ?? refuse('commit')) this.#committed.push(element)
    this.#pending = undefined
  }

  abort(): void {
    this.#pending = undefined
  }
}

function refuse(what: string): never {
  throw new PipelineError(
    'WRITER_ENDED',
    `A ${what} came to a writer into memory that has committed or aborted. What was published is whole, and nothing can be added to it. ` +
      'Open another writer.',
  )
}
