/**
 * write: elements into a sink.
 */
import type { Coder } from '../coder/coder.ts'
import { checkChoice } from '../error/check-options.ts'
import { PipelineError } from '../error/pipeline-error.ts'
import { primitive, type PTransform } from '../model/ptransform.ts'
import type { PCollection } from '../model/pcollection.ts'
import type { AnySink, Takes } from '../model/sink.ts'

/** Payload of `write`. */
export interface WritePayload {
  readonly primitive: 'write'
  readonly sink: AnySink<unknown>
  readonly takes: Takes
  readonly coder: Coder<unknown> | undefined
}

/**
 * Writes a collection into a sink. Connectors wrap it: `writeNdjson`, `writeCsv`.
 *
 * **Contract** — The sink is handed what it {@link Takes | takes}. One that takes overwrites is refused where elements have no place, as no
 * grouping has emitted them (`NOTHING_TO_OVERWRITE`, here or when the pipeline is run).
 *
 * **State** — For `final`, what may still change, until its window expires; in the global window until the end. For `changes` and
 * `overwrites`, where a pane must be held against those before it.
 */
export function write<T>(name: string, sink: AnySink<T>): PTransform<PCollection<T>, void> {
  const takes = checkChoice(`The sink of write(${JSON.stringify(name)})`, 'takes', sink.takes, TAKES) ?? 'panes'
  const payload: WritePayload = Object.freeze({
    primitive: 'write',
    sink: sink as AnySink<unknown>,
    takes,
    coder: sink.coder as Coder<unknown> | undefined,
  })
  return primitive(name, (input: PCollection<T>) => {
    const ref = input['~ref']
    if (takes === 'overwrites' && ref.panes === 'elements')
      throw nothingToOverwrite(ref.builder.pathOf(name), sink.description)
    ref.builder.add({ name, named: true, payload, inputs: [ref], outputs: [] })
  })
}

const TAKES: readonly Takes[] = ['final', 'changes', 'overwrites', 'panes']

function nothingToOverwrite(path: string, description: string): PipelineError {
  return new PipelineError(
    'NOTHING_TO_OVERWRITE',
    `The sink of "${path}" (${description}) takes overwrites, but its elements come from no grouping: they have no key and window whose earlier ` +
      "they could replace. Group them first (groupByKey, combinePerKey), or give a sink that takes 'final'.",
    { step: path },
  )
}
