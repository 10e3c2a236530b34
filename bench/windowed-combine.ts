/**
 * Windowed count and sum per key, beside the same by hand, in one process and in turns: `npm run bench`.
 *
 * Prints the median of the ratios of seven pairs, and their spread; both must give the same digest.
 */
import { combinePerKey, fixedWindows, seconds, windowInto, withKeys } from '@tidemark/core'
import { readMemory } from '@tidemark/io/memory'
import { batchRunner } from '@tidemark/runners/batch'
import { combineAll, count, sumOf } from '@tidemark/transforms'
import { registrarEvents, type RegistrarEvent } from './events.ts'
import { nestedMaps } from './rivals/nested-maps.ts'

const PAIRS = 7
const events = registrarEvents(1_000_000)

async function tidemark(): Promise<string> {
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
  return digest((emit) => {
    for (const { value } of outputs.totals) emit(value[1].count, value[1].sum)
  })
}

function byHand(): string {
  return digest((emit) => nestedMaps(events, emit))
}

function digest(run: (emit: (count: number, sum: number) => void) => void): string {
  let panes = 0
  let elements = 0
  let total = 0
  run((paneCount, paneSum) => {
    panes++
    elements += paneCount
    total += paneSum
  })
  return `${panes} panes, ${elements} elements, sum ${total}`
}

async function timed(run: () => string | Promise<string>): Promise<{ readonly ms: number; readonly said: string }> {
  const start = performance.now()
  const said = await run()
  return { ms: performance.now() - start, said }
}

const ratios: number[] = []
for (let pair = 0; pair <= PAIRS; pair++) {
  const ours = await timed(tidemark)
  const theirs = await timed(byHand)
  if (ours.said !== theirs.said) throw new Error(`digests differ: ${ours.said} and ${theirs.said}`)
  // The first pair warms both up.
  if (pair === 0) console.log(ours.said)
  else ratios.push(ours.ms / theirs.ms)
  console.log(
    `tidemark ${ours.ms.toFixed(0)} ms, nested maps by hand ${theirs.ms.toFixed(0)} ms, ratio ${(ours.ms / theirs.ms).toFixed(2)}`,
  )
}
ratios.sort((a, b) => a - b)
console.log(`median ratio ${ratios[3]!.toFixed(2)}, from ${ratios[0]!.toFixed(2)} to ${ratios.at(-1)!.toFixed(2)}`)
