/**
 * The running total of each top-level domain on Tidemark: a step with one cell, through the public runner.
 */
import { seconds, statefulParDo, valueState, withKeys, write } from '@tidemark/core'
import { readMemory } from '@tidemark/io/memory'
import { batchRunner } from '@tidemark/runners/batch'
import { digestSink } from './digest-sink.ts'
import { ChainDigest } from './digest.ts'
import { EVENTS, registrarEvents, type RegistrarEvent } from './events.ts'

const events = registrarEvents(EVENTS)

/** Runs the pipeline once: elements in the order of time, or as they come. Every element emits the total that it has made. */
export async function runningTotals(order: 'event-time' | 'arrival'): Promise<string> {
  const digest = new ChainDigest()
  await batchRunner({ progress: 'never' }).run((root) => {
    root.pipe(
      readMemory('Events', events, {
        timestamp: (event: RegistrarEvent) => event.at,
        eventTimeOrder: { disorder: seconds(30) },
      }),
      withKeys((event) => event.tld),
      statefulParDo('RunningTotal', {
        state: { total: valueState<number>() },
        order,
        orderBy: (event) => event.amount,
        process({ value, state }) {
          const total = (state.total.read() ?? 0) + value.amount
          state.total.write(total)
          return [total]
        },
      }),
      write(
        'Digest',
        digestSink((value) => digest.add(value)),
      ),
    )
    return {}
  })
  return digest.toString()
}
