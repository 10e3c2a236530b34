/**
 * A stream joined with the latest row of a dimension on Tidemark, through the public runner.
 */
import { asOfJoin, seconds, withKeys, write } from '@tidemark/core'
import { readMemory } from '@tidemark/io/memory'
import { batchRunner } from '@tidemark/runners/batch'
import { digestSink } from '../digest-sink.ts'
import { ChainDigest } from '../digest.ts'
import { dimensionSides, type Sided } from '../join-events.ts'

const sides = dimensionSides()

/** Runs the pipeline once. */
export async function run(): Promise<string> {
  const digest = new ChainDigest()
  const time = { timestamp: (element: Sided) => element.at, eventTimeOrder: { disorder: seconds(30) } }
  await batchRunner({ progress: 'never' }).run((root) => {
    const left = root.pipe(
      readMemory('Elements', sides.left, time),
      withKeys(({ key }) => key),
    )
    const right = root.pipe(
      readMemory('Rows', sides.right, time),
      withKeys(({ key }) => key),
    )
    asOfJoin('Priced', { left, right }, { type: 'inner', orderBy: (row) => row.amount }).pipe(
      write(
        'Digest',
        digestSink(([, answer]) => digest.add(answer.left.amount * answer.right.amount)),
      ),
    )
    return {}
  })
  return digest.toString()
}
