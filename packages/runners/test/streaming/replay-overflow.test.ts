/**
 * Replays of jobs that were outrun: which elements overflowed, and when, is told again.
 */
import { combinePerKey, composite, fixedWindows, map, minutes, windowInto, withKeys, write } from '@tidemark/core'
import type { PCollection, Root } from '@tidemark/core'
import { readMemory } from '@tidemark/io/memory'
import { replay, streamingRunner } from '@tidemark/runners/streaming'
import { count } from '@tidemark/transforms'
import { Subject } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { recorded, toldBy } from './replayed-job.ts'
import { settle, slowSink } from './slow-sink.ts'
import { act, actTime, liveActs, type Act, type ActSource } from './three-sources.ts'
import { virtualEnv } from './virtual-env.ts'

const perMinute = composite('PerMinute', (acts: PCollection<Act>) =>
  acts.pipe(
    windowInto(fixedWindows(minutes(1))),
    withKeys(({ page }) => page),
    combinePerKey('Count', count()),
  ),
)

/** A job that writes into a slow sink, and what it has been given. */
function busyJob() {
  const { env, pass } = virtualEnv(0)
  const acts$ = new Subject<Act>()
  const sink = slowSink<Act>()
  const kept: Act[] = []
  const pipelineOf = (acts: ActSource) => (root: Root) => {
    const all = root.pipe(acts)
    all.pipe(write('Slow', sink))
    return { all, perMinute: all.pipe(perMinute) }
  }
  const job = streamingRunner({ env, bundleSize: 2, timeLog: true }).run(pipelineOf(liveActs('Clicks', acts$)))
  const run = recorded(job)
  const next = (...times: readonly string[]): void => {
    for (const time of times) {
      kept.push(act(time, 'home'))
      acts$.next(kept.at(-1)!)
    }
  }
  const written = async (): Promise<void> => {
    sink.release()
    await settle()
    pass()
  }
  const again = () => replay(pipelineOf(readMemory('Clicks', kept, actTime)), run.timeLog())
  return { job, sink, pass, next, written, told: run.told, again, complete: () => acts$.complete() }
}

describe('an element that overflows while a write is pending', () => {
  // Mutation: packages/runners/src/streaming/replay/replay.ts: `source.feed(split).takeBehind(waiting)` → `source.feed(split).takeBehind(0)`
  it('is the same one in a replay, and those that waited before it are not', async () => {
    const { job, pass, next, written, told, again, complete } = busyJob()
    job.start()
    next('10:00:00')
    pass()
    next('10:00:01', '10:00:02', '10:00:03', '10:00:04')
    await written()
    next('10:00:05', '10:00:06', '10:00:07')
    await written()
    await written()
    next('10:01:10')
    complete()
    pass()
    await written()
    await job.done
    const overflowed = told().ledger.map(({ reason, element }) => `${reason} ${(element as Act).at}`)
    expect(overflowed).toEqual(['overflow 10:00:03', 'overflow 10:00:04', 'overflow 10:00:07'])
    expect(told().outputs['perMinute']!.map(({ value }) => value)).toEqual([
      ['home', 5],
      ['home', 1],
    ])
    expect(toldBy(await again())).toEqual(told())
  })

  // Mutation: packages/runners/src/streaming/push-input.ts: `overflow(SPLIT, element, offset, this.#count)` → `overflow(SPLIT, element, offset, 0)`
  it('is known also where the log ends before what waited was taken', async () => {
    const { job, sink, pass, next, told, again } = busyJob()
    job.start()
    next('10:00:00')
    pass()
    next('10:00:01', '10:00:02', '10:00:03')
    const stopped = job.stop()
    sink.release()
    await stopped
    expect(toldBy(await again())).toEqual(told())
  })
})

describe('an element that overflows while a bundle is on its way', () => {
  // Mutation: packages/runners/src/execution/time-log/calls.ts: `if (this.busy) this.#waiting.push(call)` → `if (false) this.#waiting.push(call)`
  it('stands in the ledger behind what that bundle put there, in the replay too', async () => {
    const { env, pass } = virtualEnv(0)
    const acts$ = new Subject<Act>()
    const kept: Act[] = []
    const next = (...acts: readonly Act[]): void => {
      for (const one of acts) {
        kept.push(one)
        acts$.next(one)
      }
    }
    // A source that answers what the pipeline does, before it has done it all.
    const echo = (one: Act): Act => {
      if (one.page === 'home') next(...['10:02:00', '10:02:01', '10:02:02'].map((time) => act(time, 'echo')))
      return one
    }
    const pipelineOf = (acts: ActSource, answer: (one: Act) => Act) => (root: Root) => ({
      perMinute: root.pipe(acts, map(answer), perMinute),
    })
    const job = streamingRunner({ env, bundleSize: 2, timeLog: true }).run(pipelineOf(liveActs('Clicks', acts$), echo))
    const { told, timeLog } = recorded(job)
    job.start()
    next(act('10:00:00', 'help'), act('10:01:10', 'help'))
    next(act('10:01:00', 'home'), act('10:00:05', 'late'))
    acts$.complete()
    pass()
    await job.done
    expect(told().ledger.map(({ reason, element }) => `${reason} ${pageOf(element)}`)).toEqual([
      'expired late',
      'overflow echo',
    ])
    const again = await replay(
      pipelineOf(readMemory('Clicks', kept, actTime), (one) => one),
      timeLog(),
    )
    expect(toldBy(again)).toEqual(told())
  })
})

// Behind the grouping's key, or as the source gave it.
function pageOf(element: unknown): string {
  return Array.isArray(element) ? String(element[0]) : (element as Act).page
}
