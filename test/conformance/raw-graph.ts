/**
 * RawGraph: a pipeline graph built by hand, with any windowing, below the checks of construction.
 *
 * Beam allows some of what we refuse, and the vectors record what it then does; so must our machinery be able to run it.
 */
import {
  continuationTrigger,
  DEFAULT_WINDOWING,
  type CombineFn,
  type PullSource,
  type SideInputView,
  type WindowingStrategy,
} from '@tidemark/core'
import type { Collection, PipelineGraph, Primitive, StatefulPayload, StatelessForm, Step } from '@tidemark/core/graph'
import type { StatelessPayload, StepSide } from '@tidemark/core/graph'

const NO_SIDE: StepSide = { names: [], views: [] }

/** An element of a test source. It says its timestamp itself. */
export interface SourceElement {
  readonly timestamp: number
}

/** Collects steps; every method returns the id of the collection that the step writes. */
export class RawGraph {
  readonly #steps: Step[] = []
  readonly #collections: Collection[] = []
  readonly #outputs: Record<string, number> = {}

  /** An unbounded source whose elements are {@link SourceElement}s. */
  read(path: string): number {
    const source: PullSource<unknown> = {
      mode: 'pull',
      description: 'test stream',
      bounded: false,
      unit: 'element',
      splits: () => Promise.resolve([]),
      open: () => {
        throw new Error('a test stream is fed by its script')
      },
    }
    return this.#add(path, [], DEFAULT_WINDOWING, {
      primitive: 'read',
      source,
      timestamp: (element) => (element as SourceElement).timestamp,
      watermark: undefined,
      eventTimeOrder: undefined,
      arrival: undefined,
      maxFuture: undefined,
      timestampRange: undefined,
      idleAfter: undefined,
    })
  }

  /** A bounded source of {@link SourceElement}s, whose elements are there before the first event. */
  create(path: string, elements: readonly SourceElement[]): number {
    const timestamp = (element: unknown): number => (element as SourceElement).timestamp
    return this.#add(path, [], DEFAULT_WINDOWING, { primitive: 'create', elements, timestamp })
  }

  /** A stateless step. */
  stateless<T>(input: number, form: StatelessForm, fn: (element: T) => unknown): number {
    return this.#add(form, [input], this.windowing(input), {
      primitive: 'stateless',
      form,
      fn,
      onError: 'fail',
      side: NO_SIDE,
    })
  }

  /** A map that reads one view as soon as it has a pane: `lists` holds the list of each window under one key. */
  reading<T, S>(
    path: string,
    input: number,
    lists: number,
    view: Pick<SideInputView, 'form' | 'fallback'>,
    fn: (element: T, side: { readonly view: S }) => unknown,
  ): number {
    const side: StepSide = { names: ['view'], views: [{ ...view, path: 'View', ready: 'first-pane' }] }
    const payload: StatelessPayload = { primitive: 'stateless', form: 'map', fn, onError: 'fail', side }
    return this.#add(path, [input, lists], this.windowing(input), payload)
  }

  /** Elements into windows of `windowing`, which also rules the groupings below. */
  windowInto(input: number, windowing: WindowingStrategy): number {
    return this.#add('windowInto', [input], windowing, { primitive: 'windowInto', windowFn: windowing.windowFn })
  }

  /** New settings for the groupings below; windows stay as they are. */
  configure(input: number, windowing: WindowingStrategy): number {
    const fn = (element: unknown): unknown => element
    return this.#add('configure', [input], windowing, {
      primitive: 'stateless',
      form: 'map',
      fn,
      onError: 'fail',
      side: NO_SIDE,
    })
  }

  /** The values of each key and window. */
  groupByKey(path: string, input: number): number {
    return this.#add(path, [input], this.#grouped(input), {
      primitive: 'groupByKey',
      order: 'canonical',
      keyCoder: undefined,
      valueCoder: undefined,
    })
  }

  /** The values of each key and window, or of each window, combined. */
  combine<In, Acc, Out>(path: string, input: number, combineFn: CombineFn<In, Acc, Out>, keyed: boolean): number {
    return this.#add(path, [input], this.#grouped(input), {
      primitive: 'combinePerKey',
      combineFn: combineFn as unknown as CombineFn<unknown, unknown, unknown>,
      keyed,
      keyCoder: undefined,
      valueCoder: undefined,
    })
  }

  /** A stateful step. */
  stateful(path: string, input: number, payload: StatefulPayload): number {
    return this.#add(path, [input], this.windowing(input), payload)
  }

  /** Several collections as one, windowed as the first; the lateness is the largest. */
  flatten(inputs: readonly number[]): number {
    const allowedLateness = Math.max(...inputs.map((input) => this.windowing(input).allowedLateness))
    return this.#add('flatten', inputs, { ...this.windowing(inputs[0]!), allowedLateness }, { primitive: 'flatten' })
  }

  /** Names a collection as an output. */
  output(name: string, collection: number): this {
    this.#outputs[name] = collection
    return this
  }

  /** The windowing of a collection. */
  windowing(collection: number): WindowingStrategy {
    return this.#collections[collection]!.windowing
  }

  /** The graph so far. */
  build(): PipelineGraph {
    return { steps: [...this.#steps], collections: [...this.#collections], outputs: { ...this.#outputs } }
  }

  #grouped(input: number): WindowingStrategy {
    const windowing = this.windowing(input)
    return {
      ...windowing,
      merged: windowing.merged || windowing.windowFn.merging,
      trigger: continuationTrigger(windowing.trigger),
    }
  }

  #add(path: string, inputs: readonly number[], windowing: WindowingStrategy, payload: Primitive): number {
    const id = this.#steps.length
    const taken = this.#steps.some((step) => step.path === path)
    const unique = taken ? `${path}#${id}` : path
    const grouping = payload.primitive === 'groupByKey' || payload.primitive === 'combinePerKey'
    const panes = grouping
      ? 'several-panes'
      : payload.primitive === 'statefulParDo' || inputs[0] === undefined
        ? 'elements'
        : this.#collections[inputs[0]]!.panes
    const collection: Collection = { id: this.#collections.length, step: id, windowing, bounded: false, panes }
    this.#collections.push(collection)
    const drift = { safe: false, reasons: [] }
    this.#steps.push({ id, path: unique, named: true, payload, inputs, outputs: [collection.id], drift })
    return collection.id
  }
}
