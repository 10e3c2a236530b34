/**
 * write: elements into a sink.
 */
import { primitive, type PTransform } from '../model/ptransform.ts'
import type { PCollection } from '../model/pcollection.ts'
import type { Sink } from '../model/sink.ts'

/** Payload of `write`. */
export interface WritePayload {
  readonly primitive: 'write'
  readonly sink: Sink<unknown>
}

/** Writes a collection into a sink. Connectors wrap it: `writeNdjson`, `writeCsv`. */
export function write<T>(name: string, sink: Sink<T>): PTransform<PCollection<T>, void> {
  const payload: WritePayload = Object.freeze({ primitive: 'write', sink })
  return primitive(name, (input: PCollection<T>) => {
    const ref = input['~ref']
    ref.builder.add({ name, named: true, payload, inputs: [ref], outputs: [] })
  })
}
