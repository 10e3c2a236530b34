/**
 * A graph as the skeleton of a Beam pipeline: the JSON form of org.apache.beam.model.pipeline.v1.Pipeline.
 *
 * It shows that a graph holds all that Beam's runners ask for. Functions are named by the path of their step, as they are found again
 * in a worker that builds the same pipeline. What Beam cannot do is refused by name.
 */
import { isMerging, PipelineError, type Coder } from '@tidemark/core'
import type { CombinePayload, PipelineGraph, StatefulPayload, Step } from '@tidemark/core/graph'
import { BeamComponents, type BeamComponentsJson } from './beam-components.ts'
import { base64, beamWindowFn, type FunctionSpec } from './beam-windowing.ts'
import { protoMap, protoMessage, type ProtoField } from './proto-bytes.ts'

/** A pipeline in the JSON form of its proto. */
export interface BeamPipeline {
  readonly components: BeamComponentsJson
  /** In the order in which elements flow. */
  readonly rootTransformIds: readonly string[]
  readonly requirements: readonly string[]
}

const STATE_KINDS = { value: 1, bag: 2, combining: 3, map: 4, set: 5 } as const
const TIME_DOMAINS = { 'event-time': 1, 'processing-time': 2 } as const

/** Prints a graph, to be run by workers at `endpoint`. Throws (code `BEAM_UNSUPPORTED`) for what Beam's runners cannot do. */
export function beamPipeline(graph: PipelineGraph, endpoint: string): BeamPipeline {
  const printer = new Printer(graph, endpoint)
  for (const step of graph.steps) printer.add(step)
  return printer.pipeline()
}

class Printer {
  readonly #graph: PipelineGraph
  readonly #components: BeamComponents
  readonly #requirements = new Set<string>()

  constructor(graph: PipelineGraph, endpoint: string) {
    this.#graph = graph
    this.#components = new BeamComponents(graph, endpoint)
  }

  pipeline(): BeamPipeline {
    return {
      components: this.#components.json(),
      rootTransformIds: this.#graph.steps.map(({ path }) => path),
      requirements: [...this.#requirements].toSorted((a, b) => (a < b ? -1 : 1)),
    }
  }

  add(step: Step): void {
    const { payload, path } = step
    const inputs = Object.fromEntries(step.inputs.map((id, index) => [`${index}`, this.#components.collection(id)]))
    const outputs = Object.fromEntries(
      step.outputs.map((id, index) => [
        payload.primitive === 'parDo' ? (payload.outputs[index] ?? 'out') : 'out',
        this.#components.collection(id),
      ]),
    )
    switch (payload.primitive) {
      case 'read':
        if (payload.source.mode === 'push')
          throw unsupported(path, 'reads a push source, which lives in this process only')
        this.#requirements.add('beam:requirement:pardo:splittable_dofn:v1')
        return this.#addSource(step, outputs, 'restriction')
      case 'create':
        return this.#addSource(step, outputs, undefined)
      case 'flatten':
        return this.#components.transform(path, { spec: { urn: 'beam:transform:flatten:v1' }, inputs, outputs })
      case 'windowInto': {
        const windowInto = protoMessage([1, functionBytes(beamWindowFn(payload.windowFn))])
        return this.#run(path, 'beam:transform:window_into:v1', windowInto, inputs, outputs)
      }
      case 'stateless':
        if (payload.side.names.length > 0) throw unsupported(path, 'reads side inputs')
        if (payload.form === 'reshuffle') {
          return this.#run(path, 'beam:transform:redistribute_arbitrarily:v1', undefined, inputs, outputs)
        }
        return this.#parDo(path, payload.form, inputs, outputs)
      case 'parDo':
        return this.#parDo(path, 'parDo', inputs, outputs)
      case 'write':
        return this.#parDo(path, 'write', inputs, outputs)
      case 'statefulParDo':
        return this.#addStateful(step, payload, inputs, outputs)
      case 'groupByKey':
        this.#requireBeamGrouping(step)
        // Beam's lists come in any order; ours are sorted.
        return payload.order === 'any'
          ? this.#components.transform(path, { spec: { urn: 'beam:transform:group_by_key:v1' }, inputs, outputs })
          : this.#addGrouping(step, inputs, outputs, 'Order', this.#doFn(path, 'order'))
      case 'combinePerKey':
        this.#requireBeamGrouping(step)
        return this.#addCombine(step, payload, inputs, outputs)
      case 'mapAsync':
      case 'intervalJoin':
      case 'asOfJoin':
        throw unsupported(path, 'has no transform of its own there')
    }
  }

  /** Impulse, then a function that makes elements of it: a splittable one for sources. */
  #addSource(step: Step, outputs: Named, restriction: 'restriction' | undefined): void {
    const { path } = step
    const impulse = this.#components.impulse(`${path}/Impulse`)
    this.#components.transform(`${path}/Impulse`, {
      spec: { urn: 'beam:transform:impulse:v1' },
      inputs: {},
      outputs: { out: impulse },
    })
    const coder = restriction && this.#components.coder('json:1')
    this.#parDo(`${path}/Read`, 'read', { 0: impulse }, outputs, [[7, coder]], path)
    this.#components.transform(path, { subtransforms: [`${path}/Impulse`, `${path}/Read`], inputs: {}, outputs })
  }

  #addStateful(step: Step, payload: StatefulPayload, inputs: Named, outputs: Named): void {
    const { path } = step
    if (payload.lateness !== undefined) throw unsupported(path, 'waits for a lateness of its own')
    const requirement = (name: string): unknown => this.#requirements.add(`beam:requirement:pardo:${name}:v1`)
    requirement('stateful')
    const sorted = payload.order === 'event-time'
    if (sorted) requirement('time_sorted_input')
    const expires = payload.onWindowExpiration !== undefined
    if (expires) requirement('on_window_expiration')
    const { keyCoder } = payload
    const timerCoder = this.#components.timerCoder(keyCoder?.id, this.#windowing(step))
    const families = Object.fromEntries(
      Object.entries(payload.timers).map(([name, { domain }]) => [name, timerBytes(TIME_DOMAINS[domain], timerCoder)]),
    )
    if (expires) families['onWindowExpiration'] = timerBytes(TIME_DOMAINS['event-time'], timerCoder)
    this.#parDo(path, 'stateful', inputs, outputs, [
      ...protoMap(4, this.#states(path, payload)),
      ...protoMap(9, families),
      [10, sorted],
      [12, expires ? 'onWindowExpiration' : ''],
    ])
  }

  #states(path: string, { state }: StatefulPayload): Readonly<Record<string, Uint8Array>> {
    const coderOf = (coder: Coder<never> | undefined): string => this.#components.coder(coder?.id)
    return Object.fromEntries(
      Object.entries(state as Readonly<Record<string, Cell>>).map(([name, cell]) => {
        const number = STATE_KINDS[cell.kind]
        const spec =
          cell.kind === 'combining'
            ? protoMessage([1, coderOf(cell.combineFn?.accumulatorCoder)], [2, this.#doFn(path, `combine ${name}`)])
            : cell.kind === 'map'
              ? protoMessage([1, coderOf(undefined)], [2, coderOf(cell.coder)])
              : protoMessage([1, coderOf(cell.coder)])
        return [name, protoMessage([number, spec])]
      }),
    )
  }

  #addCombine(step: Step, payload: CombinePayload, inputs: Named, outputs: Named): void {
    const { path } = step
    const accumulatorCoder = this.#components.coder(payload.combineFn.accumulatorCoder?.id)
    const combine = protoMessage([1, this.#doFn(path, `combine ${payload.combineFn.name}`)], [2, accumulatorCoder])
    if (payload.keyed) {
      this.#addGrouping(step, inputs, outputs, 'Combine', combine, 'beam:transform:combine_per_key:v1')
      return
    }
    if (this.#windowing(step) === 'global') {
      throw unsupported(
        path,
        'combines globally in the global window: the output over no elements needs a side input there',
      )
    }
    const [input, output] = [step.inputs[0]!, step.outputs[0]!]
    const keyed = this.#components.intermediate(`${path}/AddKey.out`, input, 'kv')
    const combined = this.#components.intermediate(`${path}/PerKey.out`, output, 'kv')
    this.#parDo(`${path}/AddKey`, 'add-key', inputs, { out: keyed }, [], path)
    this.#addGrouping(
      { ...step, path: `${path}/PerKey` },
      { 0: keyed },
      { out: combined },
      'Combine',
      combine,
      'beam:transform:combine_per_key:v1',
    )
    this.#parDo(`${path}/DropKey`, 'drop-key', { 0: combined }, outputs, [], path)
    const subtransforms = [`${path}/AddKey`, `${path}/PerKey`, `${path}/DropKey`]
    this.#components.transform(path, { subtransforms, inputs, outputs })
  }

  /** GroupByKey and what is done with the lists: a function, or the combining of their values. */
  #addGrouping(step: Step, inputs: Named, outputs: Named, then: string, payload: Uint8Array, urn?: string): void {
    const { path } = step
    const lists = this.#components.intermediate(`${path}/GroupByKey.out`, step.outputs[0]!, 'lists', step.inputs[0])
    const parts = [`${path}/GroupByKey`, `${path}/${then}`] as const
    this.#components.transform(parts[0], {
      spec: { urn: 'beam:transform:group_by_key:v1' },
      inputs,
      outputs: { out: lists },
    })
    const after = urn === undefined ? 'beam:transform:pardo:v1' : 'beam:transform:combine_grouped_values:v1'
    const body = urn === undefined ? protoMessage([1, payload]) : payload
    this.#run(parts[1], after, body, { 0: lists }, outputs)
    const spec = urn === undefined ? {} : { spec: { urn, payload: base64(payload) }, environmentId: 'node' }
    this.#components.transform(path, { ...spec, subtransforms: [...parts], inputs, outputs })
  }

  #parDo(id: string, role: string, inputs: Named, outputs: Named, more: readonly ProtoField[] = [], path = id): void {
    this.#run(id, 'beam:transform:pardo:v1', protoMessage([1, this.#doFn(path, role)], ...more), inputs, outputs)
  }

  #run(id: string, urn: string, payload: Uint8Array | undefined, inputs: Named, outputs: Named): void {
    const spec = payload === undefined ? { urn } : { urn, payload: base64(payload) }
    this.#components.transform(id, { spec, inputs, outputs, environmentId: 'node' })
  }

  #doFn(path: string, role: string): Uint8Array {
    return functionBytes({ urn: 'tidemark:fn:v1', payload: base64(JSON.stringify({ step: path, role })) })
  }

  #windowing(step: Step): string {
    return this.#graph.collections[step.inputs[0]!]!.windowing.windowFn.kind
  }

  #requireBeamGrouping(step: Step): void {
    const { windowing } = this.#graph.collections[step.inputs[0]!]!
    if (this.#graph.collections[step.outputs[0]!]!.panes === 'changes') {
      throw unsupported(step.path, "retracts: Beam's runners have no changes that take elements back")
    }
    if (isMerging(windowing) && windowing.windowFn.kind !== 'sessions') {
      throw unsupported(step.path, `merges ${windowing.windowFn.description}, which runners would have to ask us for`)
    }
  }
}

type Named = Readonly<Record<string, string>>
interface Cell {
  readonly kind: keyof typeof STATE_KINDS
  readonly coder?: Coder<never>
  readonly combineFn?: { readonly accumulatorCoder?: Coder<never> }
}

function timerBytes(domain: number, coder: string): Uint8Array {
  return protoMessage([1, domain], [2, coder])
}

function functionBytes({ urn, payload }: FunctionSpec): Uint8Array {
  return protoMessage([1, urn], [3, payload === undefined ? undefined : Buffer.from(payload, 'base64')])
}

function unsupported(path: string, what: string): PipelineError {
  return new PipelineError(
    'BEAM_UNSUPPORTED',
    `"${path}" ${what}. Run this pipeline with our runners, or without it.`,
    {
      step: path,
    },
  )
}
