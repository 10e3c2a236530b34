/**
 * buildGraph: runs a pipeline function and collects the steps that it applies.
 */
import { DuplicateStepNameError, PipelineError } from '../error/pipeline-error.ts'
import { makeRoot } from '../model/apply.ts'
import type { CollectionRef, GraphBuilder, StepSpec } from '../model/graph-builder.ts'
import type { PCollection, Root } from '../model/pcollection.ts'
import type { Collection, DriftSafety, PipelineGraph, Primitive, Step } from './pipeline-graph.ts'

/** The outputs of a pipeline, by name. */
export type Outputs = Readonly<Record<string, PCollection<unknown>>>

/** A pipeline: a function from the root to its outputs. Building it has no side effects. */
export type Pipeline<O extends Outputs> = (root: Root) => O

/** Builds the graph of a pipeline. Errors of construction are thrown here. */
export function buildGraph(pipeline: Pipeline<Outputs>): PipelineGraph {
  const builder = new Builder()
  const outputs = pipeline(makeRoot(builder))
  requireRecord(outputs)
  const ids = Object.entries(outputs).map(([name, collection]) => [name, outputId(builder, name, collection)] as const)
  return builder.finish(Object.fromEntries(ids))
}

function requireRecord(outputs: unknown): void {
  const what =
    typeof outputs === 'function'
      ? 'a function (was it to be called with arguments first?)'
      : typeof outputs !== 'object' || outputs === null
        ? String(outputs)
        : '~ref' in outputs
          ? 'a PCollection'
          : 'then' in outputs && typeof outputs.then === 'function'
            ? 'a promise'
            : undefined
  if (what === undefined) return
  throw new PipelineError(
    'NOT_AN_OUTPUT',
    `The pipeline function returned ${what}, so its outputs have no names. ` +
      'A pipeline returns a record of collections made from its own root, at once: (root) => ({ name: root.pipe(…) }).',
  )
}

function outputId(builder: Builder, name: string, collection: PCollection<unknown> | undefined): number {
  const ref = collection?.['~ref']
  if (ref?.builder === builder) return ref.id
  throw new PipelineError(
    'NOT_AN_OUTPUT',
    `The output "${name}" is ${ref === undefined ? 'not a PCollection' : 'a PCollection of another pipeline'}. ` +
      'A pipeline returns a record of collections made from its own root: (root) => ({ name: root.pipe(…) }).',
  )
}

class Builder implements GraphBuilder {
  readonly #steps: Step[] = []
  readonly #collections: Collection[] = []
  readonly #paths = new Set<string>()
  #scope = ''
  #rename: string | undefined

  add(spec: StepSpec): readonly CollectionRef[] {
    // A finished graph is frozen: who still adds to it holds a collection of a pipeline built before.
    if (Object.isFrozen(this.#steps)) throw foreign()
    for (const input of spec.inputs) this.#requireOwn(input)
    const renamed = this.#rename
    this.#rename = undefined
    const named = spec.named || renamed !== undefined
    const path = named ? this.#claim(renamed ?? spec.name) : this.#claimLabel(spec.name)
    const id = this.#steps.length
    const refs = spec.outputs.map(({ windowing, bounded, panes }) => {
      const collection: Collection = Object.freeze({
        id: this.#collections.length,
        step: id,
        windowing,
        bounded,
        panes,
      })
      this.#collections.push(collection)
      return Object.freeze({ ...collection, builder: this })
    })
    this.#steps.push(
      Object.freeze({
        id,
        path,
        named,
        payload: spec.payload as Primitive,
        inputs: Object.freeze(spec.inputs.map((input) => input.id)),
        outputs: Object.freeze(refs.map((ref) => ref.id)),
        drift: this.#driftSafety(path, spec),
      }),
    )
    return refs
  }

  scope<Out>(name: string, body: () => Out): Out {
    const outer = this.#scope
    const path = this.#claim(this.#rename ?? name)
    this.#rename = undefined
    this.#scope = path
    try {
      return body()
    } finally {
      this.#scope = outer
    }
  }

  rename<Out>(name: string, body: () => Out): Out {
    this.#rename = name
    try {
      return body()
    } finally {
      this.#rename = undefined
    }
  }

  pathOf(name: string): string {
    return join(this.#scope, this.#rename ?? name)
  }

  finish(outputs: Readonly<Record<string, number>>): PipelineGraph {
    return Object.freeze({
      steps: Object.freeze(this.#steps),
      collections: Object.freeze(this.#collections),
      outputs: Object.freeze(outputs),
    })
  }

  #claim(name: string): string {
    if (name === '' || /[/#]/.test(name)) {
      throw new PipelineError(
        'BAD_STEP_NAME',
        `"${name}" cannot name a step: names make up paths such as "Revenue/Sum", in which "/" separates and "#" numbers. ` +
          'Use a noun in PascalCase without them.',
      )
    }
    const path = join(this.#scope, name)
    if (this.#paths.has(path)) throw new DuplicateStepNameError(name, path)
    this.#paths.add(path)
    return path
  }

  #claimLabel(label: string): string {
    let path = join(this.#scope, label)
    for (let count = 2; this.#paths.has(path); count++) path = join(this.#scope, `${label}#${count}`)
    this.#paths.add(path)
    return path
  }

  #driftSafety(path: string, spec: StepSpec): DriftSafety {
    const reasons = new Map<string, DriftSafety['reasons'][number]>()
    for (const input of spec.inputs) {
      const upstream = this.#steps[this.#collections[input.id]!.step]!
      for (const reason of upstream.drift.reasons) reasons.set(`${reason.step} ${reason.reason}`, reason)
    }
    for (const reason of spec.drift ?? []) reasons.set(`${path} ${reason}`, Object.freeze({ step: path, reason }))
    return Object.freeze({ safe: reasons.size === 0, reasons: Object.freeze([...reasons.values()]) })
  }

  #requireOwn(input: CollectionRef): void {
    if (input.builder !== this) throw foreign()
  }
}

function foreign(): PipelineError {
  return new PipelineError(
    'FOREIGN_COLLECTION',
    'A collection of another pipeline is used here. Collections belong to the root they were made from; build both in one pipeline function.',
  )
}

function join(scope: string, name: string): string {
  return scope === '' ? name : `${scope}/${name}`
}
