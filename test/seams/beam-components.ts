/**
 * The components of a Beam pipeline: transforms, collections, windowing strategies, coders and environments, each by its id.
 *
 * Coders and strategies are shared: what is the same has one id. A collection that a keyed step reads is coded as pairs, and so is
 * what is joined into it.
 */
import type { Coder } from '@tidemark/core'
import type { PipelineGraph } from '@tidemark/core/graph'
import { base64, beamWindowing, type BeamWindowing, type FunctionSpec } from './beam-windowing.ts'
import { protoMessage } from './proto-bytes.ts'

/** A transform: a function by URN, or what its parts do together. */
export interface BeamTransform {
  readonly uniqueName: string
  readonly spec?: FunctionSpec
  readonly subtransforms?: readonly string[]
  readonly inputs: Readonly<Record<string, string>>
  readonly outputs: Readonly<Record<string, string>>
  readonly environmentId?: string
}

/** A collection. */
export interface BeamCollection {
  readonly uniqueName: string
  readonly coderId: string
  readonly isBounded: 'BOUNDED' | 'UNBOUNDED'
  readonly windowingStrategyId: string
}

/** A coder. */
export interface BeamCoder {
  readonly spec: FunctionSpec
  readonly componentCoderIds?: readonly string[]
}

/** Where functions run. */
export interface BeamEnvironment {
  readonly urn: string
  readonly payload: string
  readonly capabilities: readonly string[]
}

/** All components, by id. */
export interface BeamComponentsJson {
  readonly transforms: Readonly<Record<string, BeamTransform>>
  readonly pcollections: Readonly<Record<string, BeamCollection>>
  readonly windowingStrategies: Readonly<Record<string, BeamWindowing>>
  readonly coders: Readonly<Record<string, BeamCoder>>
  readonly environments: Readonly<Record<string, BeamEnvironment>>
}

const STANDARD_CODERS = ['bytes', 'kv', 'iterable', 'timer', 'global_window', 'interval_window']

/** Collects the components of one graph. */
export class BeamComponents {
  readonly #graph: PipelineGraph
  readonly #transforms: Record<string, BeamTransform> = {}
  readonly #collections: Record<string, BeamCollection> = {}
  readonly #strategies = new Map<string, readonly [id: string, windowing: BeamWindowing]>()
  readonly #coders: Record<string, BeamCoder> = {}
  readonly #environment: BeamEnvironment
  readonly #keyed: readonly (readonly [key: string, value: string] | undefined)[]

  constructor(graph: PipelineGraph, endpoint: string) {
    this.#graph = graph
    this.#keyed = keyedCollections(graph)
    this.#environment = {
      urn: 'beam:env:external:v1',
      payload: base64(protoMessage([1, protoMessage([1, endpoint])])),
      capabilities: STANDARD_CODERS.map((name) => `beam:coder:${name}:v1`),
    }
  }

  json(): BeamComponentsJson {
    return {
      transforms: this.#transforms,
      pcollections: this.#collections,
      windowingStrategies: Object.fromEntries(this.#strategies.values()),
      coders: this.#coders,
      environments: { node: this.#environment },
    }
  }

  /** Adds a transform; its unique name is its id, which is what runners file state under. */
  transform(id: string, transform: Omit<BeamTransform, 'uniqueName'>): void {
    this.#transforms[id] = { uniqueName: id, ...transform }
  }

  /** The id of a collection of the graph. */
  collection(id: number): string {
    const { step, windowing, bounded } = this.#graph.collections[id]!
    const { path, outputs } = this.#graph.steps[step]!
    const keyed = this.#keyed[id]
    const coderId = keyed === undefined ? this.coder(undefined) : this.#pair(...keyed)
    return this.#collection(`${path}.${outputs.indexOf(id)}`, coderId, bounded, beamWindowing(windowing, 'node'))
  }

  /** The id of a collection inside a step: pairs, or pairs of a key and a list, windowed as a collection of the graph. */
  intermediate(name: string, like: number, kind: 'kv' | 'lists', input: number = like): string {
    const { windowing, bounded } = this.#graph.collections[like]!
    const [key, value] = this.#keyed[input] ?? [this.coder(undefined), this.coder(undefined)]
    const coder = kind === 'kv' ? this.#pair(key, value) : this.#pair(key, this.#standard('iterable', value))
    return this.#collection(name, coder, bounded, beamWindowing(windowing, 'node'))
  }

  /** The id of the collection that an impulse writes. */
  impulse(path: string): string {
    const windowing: BeamWindowing = {
      windowFn: { urn: 'beam:window_fn:global_windows:v1' },
      mergeStatus: 'NON_MERGING',
      windowCoderId: 'global_window',
      trigger: { default: {} },
      accumulationMode: 'DISCARDING',
      outputTime: 'END_OF_WINDOW',
      closingBehavior: 'EMIT_IF_NONEMPTY',
      allowedLateness: '0',
      onTimeBehavior: 'FIRE_ALWAYS',
      assignsToOneWindow: true,
      environmentId: 'node',
    }
    return this.#collection(`${path}.out`, this.#standard('bytes'), true, windowing)
  }

  /** The id of one of our coders; of canonical bytes when none is given. */
  coder(id = 'canonical:1'): string {
    this.#coders[id] = { spec: { urn: `tidemark:coder:${id}` } }
    return id
  }

  /** The id of the coder of a step's timers. */
  timerCoder(keyCoder: string | undefined, windowFnKind: string): string {
    const window = this.#standard(windowFnKind === 'global' ? 'global_window' : 'interval_window')
    return this.#standard('timer', this.coder(keyCoder), window)
  }

  #pair(key: string, value: string): string {
    for (const id of [key, value]) if (!(id in this.#coders)) this.coder(id)
    return this.#standard('kv', key, value)
  }

  #standard(name: string, ...componentCoderIds: readonly string[]): string {
    const id = componentCoderIds.length === 0 ? name : `${name}<${componentCoderIds.join(',')}>`
    this.#coders[id] = {
      spec: { urn: `beam:coder:${name}:v1` },
      ...(componentCoderIds.length > 0 && { componentCoderIds }),
    }
    return id
  }

  #collection(id: string, coderId: string, bounded: boolean, windowing: BeamWindowing): string {
    this.#standard(windowing.windowCoderId)
    const text = JSON.stringify(windowing)
    const [strategy] = this.#strategies.get(text) ?? [`windowing-${this.#strategies.size + 1}`]
    this.#strategies.set(text, [strategy, windowing])
    this.#collections[id] = {
      uniqueName: id,
      coderId,
      isBounded: bounded ? 'BOUNDED' : 'UNBOUNDED',
      windowingStrategyId: strategy,
    }
    return id
  }
}

/** For each collection that is read by key, or joined into one that is, the coders of its keys and values. */
function keyedCollections(graph: PipelineGraph): readonly (readonly [key: string, value: string] | undefined)[] {
  const keyed: (readonly [string, string] | undefined)[] = graph.collections.map(() => undefined)
  for (const { payload, inputs, outputs } of graph.steps.toReversed()) {
    if (payload.primitive === 'flatten') {
      for (const input of inputs) keyed[input] ??= keyed[outputs[0]!]
    } else if (payload.primitive === 'groupByKey' || payload.primitive === 'statefulParDo') {
      keyed[inputs[0]!] = [idOf(payload.keyCoder), idOf(payload.valueCoder)]
    } else if (payload.primitive === 'combinePerKey' && payload.keyed) {
      keyed[inputs[0]!] = [idOf(payload.keyCoder), idOf(payload.valueCoder)]
    }
  }
  return keyed
}

function idOf(coder: Coder<unknown> | undefined): string {
  return coder?.id ?? 'canonical:1'
}
