/**
 * Count and sum per window and key on Beam's TypeScript direct runner.
 *
 * It makes text of its functions and functions of the text, so they reach nothing but globals.
 */
import { loadBeam } from '../beam.ts'
import { TotalsDigest } from '../digest.ts'
import { EVENTS, registrarEvents, type RegistrarEvent } from '../events.ts'

const beam = loadBeam()
const bench = { events: registrarEvents(EVENTS), time: beam.time, digest: new TotalsDigest() }
Object.assign(globalThis, { bench })

/** Runs the pipeline once. It has no watermark: all elements are one bundle, and windows end with it. */
export async function run(): Promise<string> {
  bench.digest = new TotalsDigest()
  await beam.directRunner().run((root) => {
    root
      .apply(beam.create([0]))
      .flatMap(beam.withName('events', () => bench.events))
      .apply(beam.assignTimestamps((event: RegistrarEvent) => bench.time(event.at)))
      .apply(beam.windowInto(beam.fixedWindows(60)))
      .apply(
        beam
          .groupBy((event: RegistrarEvent) => event.tld, 'tld')
          .combining(() => 1, beam.sum, 'count')
          .combining('amount', beam.sum, 'sum'),
      )
      .map(beam.withName('totals', ({ count, sum }: { count: number; sum: number }) => bench.digest.add(count, sum)))
  })
  return bench.digest.toString()
}
