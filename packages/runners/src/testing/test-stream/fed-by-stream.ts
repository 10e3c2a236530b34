/**
 * fedByStream: the pipeline of a transform under test, fed by one test stream.
 */
import type { PCollection, PTransform, Root } from '@tidemark/core'
import type { Outputs, Pipeline } from '@tidemark/core/graph'
import type { TestStream } from './test-stream.ts'

/** Feeds a transform by a stream. Its output is called `name`; outputs that have names of their own keep them. */
export function fedByStream<T>(
  stream: TestStream<T>,
  transform: PTransform<PCollection<T>, unknown>,
  name: string,
): Pipeline<Outputs> {
  return (root: Root) => {
    const output = root.pipe(stream, transform)
    return isCollection(output) ? { [name]: output } : (output as Outputs)
  }
}

function isCollection(output: unknown): output is PCollection<unknown> {
  return typeof output === 'object' && output !== null && '~ref' in output
}
