/**
 * An engine whose calls a test answers by hand: what is asked, and what comes of each answer, as short text.
 */
import {
  mapAsync,
  type KV,
  type MapAsyncOptions,
  type PCollection,
  type PTransform,
  type ReadOptions,
  type Root,
} from '@tidemark/core'
import type { AsyncStep } from '../../../src/execution/async/async-step.ts'
import type { AsyncRequest } from '../../../src/execution/async/open-calls.ts'
import type { EngineOptions } from '../../../src/execution/engine.ts'
import { numbers, Scripted, type Element } from '../scripted.ts'

type Keyed = PCollection<KV<string, number>>

/** Keyed numbers whose answers are ten times as much. What the function says is never asked here: the test answers. */
export function tenfold(options: MapAsyncOptions<KV<string, number>> = {}): PTransform<Keyed, Keyed> {
  return mapAsync('Tenfold', (): KV<string, number> => ['', Number.NaN], options)
}

/** Elements of a scripted source through {@link tenfold}, and what follows. */
export function throughCalls(
  options: MapAsyncOptions<KV<string, number>> = {},
  after: (answered: Keyed) => PCollection<unknown> = (answered) => answered,
  before: (elements: Keyed) => Keyed = (elements) => elements,
  source: Partial<ReadOptions<Element>> = {},
): (root: Root) => { readonly out: PCollection<unknown> } {
  return (root) => ({ out: after(before(numbers(root, source)).pipe(tenfold(options))) })
}

/** An engine whose calls are answered by hand. */
export class Answered extends Scripted {
  readonly #asked = new Map<number, AsyncRequest>()

  constructor(pipeline: (root: Root) => Readonly<Record<string, PCollection<unknown>>>, options: EngineOptions = {}) {
    super(pipeline, options)
  }

  get calls(): AsyncStep {
    return this.engine.asyncSteps[0]!
  }

  /** What is asked since the last time, such as `3: a=1 @5`. */
  asks(most = Infinity): readonly string[] {
    return this.calls.takeRequests(most).map((request) => {
      this.#asked.set(request.id, request)
      return `${request.id}: ${(request.element as readonly unknown[]).join('=')} @${request.timestamp}`
    })
  }

  /** Answers calls that have been asked for, in this order, with ten times their number. */
  answer(...ids: readonly number[]): this {
    this.asks()
    for (const id of ids) {
      const [key, value] = this.#asked.get(id)!.element as KV<string, number>
      this.calls.complete(id, { ok: true, answer: [key, value * 10] })
    }
    return this
  }

  /** Fails a call for good. */
  fail(id: number, message = 'no route', tries = 4): this {
    this.asks()
    const cause = new Error(message)
    this.calls.complete(id, { ok: false, failure: { tries, code: 'USER_CODE', message }, cause })
    return this
  }

  get outputWatermark(): number {
    return this.engine.outputWatermark('out')
  }
}
