/**
 * A CPU profile of a program: where its time goes, by function.
 */
import { Session } from 'node:inspector/promises'
import { basename } from 'node:path'

/** The share of one function in the time of a profile, in itself: what it calls and what was compiled into it count apart. */
export interface ProfileRow {
  readonly name: string
  /** File and line, empty for what is no JavaScript. */
  readonly place: string
  /** Of 1. */
  readonly share: number
}

/** Microseconds between two samples. */
const INTERVAL = 200

/** Runs a program `times` times under the profiler; returns its functions by self time. */
export async function profile(run: () => unknown, times: number): Promise<readonly ProfileRow[]> {
  const session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.setSamplingInterval', { interval: INTERVAL })
  await session.post('Profiler.start')
  for (let time = 0; time < times; time++) await run()
  const { profile: taken } = await session.post('Profiler.stop')
  session.disconnect()
  const frames = new Map(taken.nodes.map(({ id, callFrame }) => [id, callFrame]))
  const rows = new Map<string, { readonly name: string; readonly place: string; samples: number }>()
  for (const sample of taken.samples ?? []) {
    const { functionName, url, lineNumber } = frames.get(sample)!
    const place = url === '' ? '' : `${basename(url, '.js')}.ts`
    const key = `${functionName} ${url} ${lineNumber}`
    const row = rows.get(key) ?? { name: functionName === '' ? '(anonymous)' : functionName, place, samples: 0 }
    row.samples++
    rows.set(key, row)
  }
  const all = taken.samples?.length ?? 1
  return [...rows.values()]
    .toSorted((a, b) => b.samples - a.samples)
    .map(({ name, place, samples }) => ({ name, place, share: samples / all }))
}
