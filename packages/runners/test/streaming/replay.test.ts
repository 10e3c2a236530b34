/**
 * replay, seen from outside: a job over observables and a file, in virtual time, and the same run told again from its time log.
 */
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { hours, map, minutes, parDo, read, type Root } from '@tidemark/core'
import { memorySource, readMemory } from '@tidemark/io/memory'
import { readNdjson } from '@tidemark/io/ndjson'
import { replay, streamingRunner } from '@tidemark/runners/streaming'
import { from, Subject } from 'rxjs'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { at } from './clicks.ts'
import { recorded, toldBy, withoutPositions } from './replayed-job.ts'
import { act, actPipeline, actTime, liveActs, ORDER_LINES, fileOrders, viewTime } from './three-sources.ts'
import type { Act, ActSource } from './three-sources.ts'
import { virtualEnv } from './virtual-env.ts'

let folder = ''
let orderFile = ''

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidemark-replay-'))
  orderFile = join(folder, 'orders.ndjson')
  writeFileSync(orderFile, ORDER_LINES.join('\n'))
})
afterEach(() => rmSync(folder, { recursive: true }))

/** Runs the job live, and gives what it has told, its log, and the elements as they came. */
async function live() {
  const { clock, env, pass } = virtualEnv(at('10:00:00'))
  const kept = { clicks: [] as Act[], views: [] as Act[] }
  const subjects = { clicks: new Subject<Act>(), views: new Subject<Act>() }
  const next = (source: 'clicks' | 'views', ...acts: readonly Act[]): void => {
    for (const one of acts) {
      kept[source].push(one)
      subjects[source].next(one)
    }
  }
  // The third click of a bundle brings on a burst, while its bundle is on its way.
  const burst = ['10:00:36', '10:00:37', '10:00:38', '10:00:39', '10:00:40'].map((time) => act(time, 'help'))
  const seen = ({ page }: Act): void => {
    if (page === 'burst') next('clicks', ...burst)
  }
  const job = streamingRunner({ env, bundleSize: 3, maxFuture: minutes(10), timeLog: true, settled: true }).run(
    actPipeline(
      {
        clicks: liveActs('Clicks', subjects.clicks),
        views: liveActs('Views', subjects.views, viewTime),
        orders: fileOrders(orderFile),
      },
      seen,
    ),
  )
  const { told, timeLog } = recorded(job)
  job.start()
  await vi.waitFor(() => {
    pass()
    expect(job.ledgerCounts.get('Orders dead-letter')).toBe(2)
  })
  next('clicks', act('10:00:01', 'home'), act('10:00:03', 'home'))
  next('views', act('10:00:02', 'home'))
  pass(4_000)
  next('views', act('10:00:20', 'help'))
  pass(9_000) // the clock's early panes, and pauses
  next('clicks', act('10:00:30', 'home'), act('10:00:31', 'shop'), act('10:00:35', 'burst'))
  pass(25_000) // views are silent
  next('clicks', act('10:01:20', 'home'))
  pass()
  next('clicks', act('10:00:50', 'home'), act('10:00:10', 'help')) // late, and taken
  pass(1_000)
  next('clicks', act('10:01:50', 'shop'))
  pass()
  next('clicks', act('10:00:15', 'home')) // too late
  clock.jump(hours(1)) // the machine was suspended
  pass(1)
  next('views', act('10:40:00', 'help'), act('13:00:00', 'help')) // of the time of the day; from the future
  pass(11_000)
  subjects.clicks.complete()
  const drained = job.drain()
  await vi.waitFor(() => {
    pass()
    expect(job.state).toBe('done')
  })
  await drained
  return { job, told: told(), timeLog: timeLog(), kept }
}

describe('a replay', () => {
  // Mutation: packages/runners/src/streaming/replay/replay.ts: `engine.advanceProcessingTime(decision[1], decision[2])` → `engine.advanceProcessingTime(decision[1])`
  // Mutation: packages/runners/src/streaming/replay/replay.ts: `...(log.maxFuture === null ? {} : { maxFuture: log.maxFuture }),` → ``
  // Mutation: packages/runners/src/streaming/replay/replay.ts: `now: log.now,` → `now: 0,`
  // Mutation: packages/runners/src/streaming/replay/replay.ts: `input.markIdle(decision[2])` → `void decision[2]`
  // Mutation: packages/runners/src/streaming/replay/split-feed.ts: `this.#rejected.splice(0, rejected)` → `[]`
  it('tells a live run again, from its log as text and from its elements in memory: outputs and ledger, in order', async () => {
    const { job, told, timeLog, kept } = await live()
    const again = await replay(
      actPipeline({
        clicks: readMemory('Clicks', kept.clicks, actTime),
        views: readMemory('Views', kept.views, viewTime),
        orders: fileOrders(orderFile),
      }),
      timeLog,
    )
    expect(toldBy(again)).toEqual(told)
    expect(again.settled).toEqual({ ...job.settled })
    expect(again.counters).toEqual(job.counters)
    // The run had something of everything that a replay could get wrong.
    const kinds = new Set(timeLog.decisions.map(([kind]) => kind))
    expect([...kinds].sort()).toEqual(['complete', 'idle', 'offer', 'open', 'overflow', 'tick'])
    expect(timeLog.decisions.some((decision) => decision[0] === 'tick' && decision[2] !== undefined)).toBe(true)
    expect(new Set(told.outputs['perMinute']!.map(({ pane }) => pane.timing))).toEqual(
      new Set(['early', 'on-time', 'late']),
    )
    expect(new Set(told.outputs['visits']!.map(({ sign }) => sign))).toEqual(new Set([1, -1]))
    expect(told.outputs['pauses']!.length).toBeGreaterThan(2)
    expect(new Set(told.ledger.map(({ reason }) => reason))).toEqual(
      new Set(['dead-letter', 'overflow', 'expired', 'future']),
    )
  })

  // Mutation: packages/runners/src/streaming/replay/replay.ts: `splits.length === 1 && known.size === 1` → `false`
  it('reads from files what came from observables, under the same names', async () => {
    const { told, timeLog, kept } = await live()
    const file = (name: string, acts: readonly Act[]): string => {
      const path = join(folder, `${name}.ndjson`)
      for (const one of acts) appendFileSync(path, `${JSON.stringify(one)}\n`)
      return path
    }
    const again = await replay(
      actPipeline({
        clicks: readNdjson<Act>('Clicks', file('clicks', kept.clicks), actTime),
        views: readNdjson<Act>('Views', file('views', kept.views), viewTime),
        orders: fileOrders(orderFile),
      }),
      timeLog,
    )
    expect(withoutPositions(toldBy(again))).toEqual(withoutPositions(told))
    const places = (ledger: typeof told.ledger, step: string) =>
      ledger.filter((entry) => entry.step === step).map(({ position }) => position)
    expect(places(again.ledger, 'Orders')).toEqual(places(told.ledger, 'Orders'))
    // The burst overflowed with its fourth element, the ninth click: the one of line 9.
    expect(places(told.ledger, 'Clicks')[0]).toEqual({ split: '0', offset: 8, unit: 'element' })
    expect(places(again.ledger, 'Clicks')[0]).toEqual({ split: '0', offset: 9, unit: 'line' })
  })

  // Mutation: packages/runners/src/streaming/replay/replay.ts: `for (const value of values) outputs[name]!.push(value)` → `outputs[name]!.push(...values)`
  it('takes bundles of any size, and elements that are no plain data where nobody asks for settled results', async () => {
    const days = (acts: ActSource) => (root: Root) => ({
      days: root.pipe(
        acts,
        map((one) => new Date(at(one.at))),
      ),
    })
    const { env, pass } = virtualEnv(0)
    const many = Array.from({ length: 200_000 }, () => act('10:00:00', 'home'))
    const job = streamingRunner({ env, bundleSize: many.length, timeLog: true }).run(
      days(liveActs('Clicks', from(many))),
    )
    job.start()
    pass()
    await job.done
    const again = await replay(days(readMemory('Clicks', many, actTime)), job.timeLog)
    expect(again.outputs.days).toHaveLength(many.length)
    expect(again.outputs.days[0]!.value).toEqual(new Date(at('10:00:00')))
    expect(() => again.settled.days).toThrow(expect.objectContaining({ code: expect.stringMatching(/./) }))
  })

  // Mutation: packages/runners/src/streaming/replay/replay.ts: `...sources.map((source) => () => source.close()), ` → ``
  it('closes what it has opened and tears down what it has set up, also when it fails', async () => {
    const clicks = [act('10:00:00', 'home'), act('10:00:01', 'boom'), act('10:00:02', 'home')]
    const log: string[] = []
    const noting = (acts: ActSource) => (root: Root) => ({
      pages: root.pipe(
        acts,
        parDo({
          setup: () => void log.push('setup'),
          teardown: () => void log.push('teardown'),
          process: ({ page }: Act) => {
            if (page === 'boom' && log.includes('again')) throw new Error('boom')
            return [page]
          },
        }),
      ),
    })
    const { env, pass } = virtualEnv(0)
    const job = streamingRunner({ env, timeLog: true }).run(noting(liveActs('Clicks', from(clicks))))
    job.start()
    await vi.waitFor(() => {
      pass()
      expect(job.state).toBe('done')
    })
    log.push('again')
    const source = memorySource(clicks)
    const open: typeof source.open = (split) => ({ ...source.open(split), close: () => void log.push('close') })
    const again = replay(noting(read('Clicks', { ...source, open }, actTime)), job.timeLog)
    await expect(again).rejects.toMatchObject({ code: 'USER_CODE' })
    expect(log).toEqual(['setup', 'teardown', 'again', 'setup', 'close', 'teardown'])
  })
})
