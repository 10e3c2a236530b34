/**
 * Writes elements with the sink of a `write` step, as a runner would.
 */
import {
  create,
  GLOBAL_WINDOW,
  NO_FIRING,
  type AnySink,
  type PCollection,
  type PTransform,
  type SinkBase,
  type Takes,
  type WindowedValue,
} from '@tidemark/core'
import { buildGraph } from '@tidemark/core/graph'

/** An element in a window, as it reaches a sink. */
export function windowed<T>(value: T, more: Partial<WindowedValue<T>> = {}): WindowedValue<T> {
  return { value, timestamp: 0, window: GLOBAL_WINDOW, pane: NO_FIRING, sign: 1, ...more }
}

/** A sink, and what it says that it takes. */
export type WrittenSink<T> = SinkBase<T, Takes> & Pick<AnySink<T>, 'takes'>

/** The sink behind a transform that writes. */
export function sinkOf<T>(transform: PTransform<PCollection<T>, void>): WrittenSink<T> {
  const graph = buildGraph((root) => {
    root.pipe(create<T>('Elements', []), transform)
    return {}
  })
  const payload = graph.steps.at(-1)?.payload
  if (payload?.primitive !== 'write') throw new Error('not a sink')
  return payload.sink as WrittenSink<T>
}

/** Writes all elements and publishes them. */
export async function writeAll<T>(
  transform: PTransform<PCollection<T>, void>,
  elements: readonly WindowedValue<T>[],
): Promise<void> {
  const writer = await sinkOf(transform).open()
  await writer.write(elements)
  await writer.commit()
}
