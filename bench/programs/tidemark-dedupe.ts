/**
 * One element of each id on Tidemark, through the public runner: in the order of time, with what differs reported.
 */
import { seconds, write } from '@tidemark/core'
import { readMemory } from '@tidemark/io/memory'
import { batchRunner } from '@tidemark/runners/batch'
import { deduplicateById } from '@tidemark/transforms'
import { digestSink } from '../digest-sink.ts'
import { ChainDigest } from '../digest.ts'
import { deliveries, type Delivery } from '../numbers.ts'

const all = deliveries()

/** Runs the pipeline once. */
export async function run(): Promise<string> {
  const digest = new ChainDigest()
  await batchRunner({ progress: 'never' }).run((root) => {
    const { kept } = root
      .pipe(
        readMemory('Deliveries', all, {
          timestamp: (delivery: Delivery) => delivery.at,
          eventTimeOrder: { disorder: seconds(30) },
        }),
      )
      .pipe(deduplicateById('Once', { id: ({ id }) => id }))
    kept.pipe(
      write(
        'Digest',
        digestSink(({ amount }) => digest.add(amount)),
      ),
    )
    return {}
  })
  return digest.toString()
}
