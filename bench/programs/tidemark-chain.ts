/**
 * Three stateless steps on Tidemark, from a source with event time to a sink, through the public runner.
 */
import { filter, map, write } from '@tidemark/core'
import { readMemory } from '@tidemark/io/memory'
import { batchRunner } from '@tidemark/runners/batch'
import { isEven, price, withFee } from '../chain-steps.ts'
import { digestSink } from '../digest-sink.ts'
import { ChainDigest } from '../digest.ts'
import { EVENTS, registrarEvents, type RegistrarEvent } from '../events.ts'

const events = registrarEvents(EVENTS)

/** Runs the pipeline once. */
export async function run(): Promise<string> {
  const digest = new ChainDigest()
  await batchRunner({ progress: 'never' }).run((root) => {
    root.pipe(
      readMemory('Events', events, { timestamp: (event: RegistrarEvent) => event.at }),
      map(price),
      filter(isEven),
      map(withFee),
      write(
        'Digest',
        digestSink((value) => digest.add(value)),
      ),
    )
    return {}
  })
  return digest.toString()
}
