/**
 * Two streams joined within five seconds on Tidemark, through the public runner.
 */
import { intervalJoin, milliseconds, seconds, withKeys, write } from '@tidemark/core'
import { readMemory } from '@tidemark/io/memory'
import { batchRunner } from '@tidemark/runners/batch'
import { digestSink } from '../digest-sink.ts'
import { ChainDigest } from '../digest.ts'
import { intervalSides, WITHIN, type Sided } from '../join-events.ts'

const sides = intervalSides()

/** Runs the pipeline once. */
export async function run(): Promise<string> {
  const digest = new ChainDigest()
  const time = { timestamp: (element: Sided) => element.at, eventTimeOrder: { disorder: seconds(30) } }
  await batchRunner({ progress: 'never' }).run((root) => {
    const left = root.pipe(
      readMemory('Left', sides.left, time),
      withKeys(({ key }) => key),
    )
    const right = root.pipe(
      readMemory('Right', sides.right, time),
      withKeys(({ key }) => key),
    )
    intervalJoin('Pairs', { left, right }, { before: milliseconds(WITHIN), after: milliseconds(WITHIN) }).pipe(
      write(
        'Digest',
        digestSink(([, pair]) => digest.add(pair.left.amount * pair.right.amount)),
      ),
    )
    return {}
  })
  return digest.toString()
}
