/**
 * Count and sum per window and key on Tidemark, through the public runner.
 */
import { combinePerKey, fixedWindows, seconds, windowInto, withKeys } from '@tidemark/core'
import { readMemory } from '@tidemark/io/memory'
import { batchRunner } from '@tidemark/runners/batch'
import { combineAll, count, sumOf } from '@tidemark/transforms'
import { TotalsDigest } from '../digest.ts'
import { EVENTS, registrarEvents, type RegistrarEvent } from '../events.ts'

const events = registrarEvents(EVENTS)

/** Runs the pipeline once. */
export async function run(): Promise<string> {
  const { outputs } = await batchRunner({ progress: 'never' }).run((root) => ({
    totals: root.pipe(
      readMemory('Events', events, {
        timestamp: (event: RegistrarEvent) => event.at,
        eventTimeOrder: { disorder: seconds(30) },
      }),
      windowInto(fixedWindows(seconds(60))),
      withKeys((event) => event.tld),
      combinePerKey('Totals', combineAll({ count: count(), sum: sumOf((event: RegistrarEvent) => event.amount) })),
    ),
  }))
  const digest = new TotalsDigest()
  for (const { value } of outputs.totals) digest.add(value[1].count, value[1].sum)
  return digest.toString()
}
