/**
 * TestSource: a source that a script feeds. It has splits to name, and nothing to read.
 *
 * It is the source behind every test stream; whoever plays a script finds a stream's splits here.
 */
import { PipelineError, type PullSource, type Source } from '@tidemark/core'

/** A source without elements of its own. */
export interface TestSource<T> extends PullSource<T> {
  /** Name of the test stream. */
  readonly testStream: string
  /** Its splits; one at least. */
  readonly splitNames: readonly string[]
  /** Whether the stream says itself when an element happened. */
  readonly saysTimes: boolean
}

/** Makes the source of a test stream. */
export function testSource<T>(
  name: string,
  splitNames: readonly string[],
  bounded: boolean,
  saysTimes: boolean,
): TestSource<T> {
  return Object.freeze({
    mode: 'pull' as const,
    description: `test stream ${name}`,
    bounded,
    unit: 'element' as const,
    testStream: name,
    splitNames,
    saysTimes,
    splits: () => Promise.resolve(splitNames.map((id) => ({ id, restriction: null }))),
    open: () => {
      throw new PipelineError(
        'TEST_STREAM',
        `The test stream "${name}" has no elements of its own: a script gives them, one event after the other. ` +
          'Play one with playScript, expectPanes or evaluatePanes; for a runner, use readMemory of @tidemark/io/memory.',
      )
    },
  })
}

/** Says whether a source is that of a test stream. */
export function isTestSource(source: Source<unknown>): source is TestSource<unknown> {
  return 'testStream' in source
}
