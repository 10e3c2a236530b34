/**
 * A recorded log, live again.
 */
import { memorySource, readMemory } from '@tidemark/io/memory'
import { fromObservable, replayLog, streamingRunner, type ReplaySpeed } from '@tidemark/runners/streaming'
import { lastValueFrom, map, take, toArray } from 'rxjs'
import { TestScheduler } from 'rxjs/testing'
import { describe, expect, it } from 'vitest'
import { at, click, clickTime, perMinute, show, type Click } from './clicks.ts'

interface Logged extends Click {
  readonly arrived: number
}

/** A click that came in some milliseconds after ten o'clock. */
function logged(arrived: number, time: string): Logged {
  return { ...click(time), arrived: at('10:00:00') + arrived }
}

const arrival = (click: Logged): number => click.arrived
const a = logged(0, '10:00:00')
const b = logged(300, '09:59:58')
const c = logged(400, '10:00:01')
const d = logged(1000, '09:59:59')

function virtualTime(): TestScheduler {
  return new TestScheduler((actual, expected) => expect(actual).toEqual(expected))
}

describe('replayLog', () => {
  it('re-emits in the order of arrival, whatever the event times', async () => {
    const replayed = await lastValueFrom(replayLog([c, a, d, b], { arrival, speed: 'max' }).pipe(toArray()))
    expect(replayed).toEqual([a, b, c, d])
  })

  it.each<[ReplaySpeed, string]>([
    ['1x', 'a 299ms b 99ms c 599ms (d|)'],
    ['100x', 'a--bc-----(d|)'],
    [100, 'a--bc-----(d|)'],
    ['0.5x', 'a 599ms b 199ms c 1199ms (d|)'],
    ['max', '(abcd|)'],
  ])('at speed %s divides the time between arrivals by it', (speed, diagram) => {
    virtualTime().run(({ expectObservable }) => {
      expectObservable(replayLog([a, b, c, d], { arrival, speed })).toBe(diagram, { a, b, c, d })
    })
  })

  it('is cold: each subscription replays from the start', () => {
    virtualTime().run(({ expectObservable }) => {
      const replay$ = replayLog([a, b, c, d], { arrival, speed: '100x' })
      expectObservable(replay$).toBe('a--bc-----(d|)', { a, b, c, d })
      expectObservable(replay$, '--^').toBe('--a--bc-----(d|)', { a, b, c, d })
    })
  })

  it('stops when it is unsubscribed, and closes what it reads', async () => {
    let closed = false
    const streamed = async function* (): AsyncGenerator<Logged> {
      try {
        for (let index = 0; ; index++) yield logged(index, '10:00:00')
      } finally {
        closed = true
      }
    }
    const replayed = await lastValueFrom(replayLog(streamed(), { arrival, speed: 'max' }).pipe(take(3), toArray()))
    await Promise.resolve()
    expect(replayed).toHaveLength(3)
    expect(closed).toBe(true)
  })

  it('as fast as possible lets the program have its turn in between', async () => {
    const log = Array.from({ length: 10_000 }, (_, index) => logged(index, '10:00:00'))
    let emitted = 0
    let emittedAtTurn: number | undefined
    setTimeout(() => (emittedAtTurn = emitted), 0)
    await lastValueFrom(replayLog(log, { arrival, speed: 'max' }).pipe(map(() => emitted++)))
    expect(emitted).toBe(10_000)
    expect(emittedAtTurn).toBeLessThan(10_000)
  })

  it('of an endless iterable reads no further than it plays', async () => {
    const endless = function* (): Generator<Logged> {
      for (let index = 0; ; index++) yield logged(index, '10:00:00')
    }
    const replayed = await lastValueFrom(replayLog(endless(), { arrival, speed: 'max' }).pipe(take(2500), toArray()))
    expect(replayed).toHaveLength(2500)
  })

  it('of what is streamed refuses an element out of order', async () => {
    const streamed = async function* (): AsyncGenerator<Logged> {
      yield b
      yield a
    }
    await expect(lastValueFrom(replayLog(streamed(), { arrival, speed: 'max' }))).rejects.toMatchObject({
      code: 'LOG_OUT_OF_ORDER',
    })
  })

  it('reads a pull source split after split', async () => {
    const source = memorySource({ first: [a, b], second: [c, d] })
    expect(await lastValueFrom(replayLog(source, { arrival, speed: 'max' }).pipe(toArray()))).toEqual([a, b, c, d])
    const swapped = memorySource({ first: [c, d], second: [a, b] })
    await expect(lastValueFrom(replayLog(swapped, { arrival, speed: 'max' }))).rejects.toMatchObject({
      code: 'LOG_OUT_OF_ORDER',
    })
  })

  it('of a source with a malformed record fails rather than lose it', async () => {
    const source = memorySource([a])
    const open: typeof source.open = (split) => ({
      read: () => ({
        elements: [],
        offsets: [],
        rejected: [{ offset: 7, raw: '{', code: 'BAD_JSON', detail: 'unexpected end' }],
        position: 8,
        bytes: 1,
        done: true,
      }),
      close: () => source.open(split).close(),
    })
    await expect(lastValueFrom(replayLog({ ...source, open }, { arrival, speed: 'max' }))).rejects.toMatchObject({
      code: 'LOG_REJECTED',
      message: expect.stringContaining('BAD_JSON'),
    })
  })

  it.each<ReplaySpeed>([0, -1, Number.NaN, Infinity, 'x' as ReplaySpeed])('refuses the speed %s', (speed) => {
    expect(() => replayLog([a], { arrival, speed })).toThrow(expect.objectContaining({ code: 'BAD_SPEED' }))
  })

  it('refuses an element without an arrival', async () => {
    const log = [{ ...a, arrived: Number.NaN }]
    await expect(lastValueFrom(replayLog(log, { arrival, speed: 'max' }))).rejects.toMatchObject({
      code: 'BAD_TIMESTAMP',
    })
  })
})

describe('a log with real disorder, replayed into a job', () => {
  it('settles to what a job over the log as history settles to', async () => {
    const log = Array.from({ length: 5000 }, (_, index) => ({
      ...click('10:00:00'),
      at: at('10:00:00') + index * 100 - ((index * 7919) % 40) * 100,
      arrived: at('10:00:00') + index * 100,
    }))
    const runner = streamingRunner({ settled: true })
    const live = runner.run((root) => ({
      counts: root.pipe(
        fromObservable('Clicks', replayLog(log, { arrival, speed: 'max' }), { ...clickTime, arrival }),
        perMinute,
      ),
    }))
    const history = runner.run((root) => ({
      counts: root.pipe(readMemory('Clicks', log, { timestamp: clickTime.timestamp }), perMinute),
    }))
    await Promise.all([live.done, history.done])
    expect([...live.ledgerCounts]).toEqual([])
    expect(live.settled.counts).toEqual(history.settled.counts)
  })

  it('runs in virtual time, so that a day takes no time', () => {
    virtualTime().run(({ expectObservable }) => {
      const day = [logged(0, '10:00:00'), logged(3_600_000, '11:00:00'), logged(86_400_000, '23:59:00')]
      const job = streamingRunner().run((root) => ({
        counts: root.pipe(fromObservable('Clicks', replayLog(day, { arrival, speed: '1x' }), clickTime), perMinute),
      }))
      expectObservable(job.outputs.counts.pipe(map(show))).toBe('- 3599999ms x 82799999ms (yz|)', {
        x: '10:00 home 1',
        y: '11:00 home 1',
        z: '23:59 home 1',
      })
    })
  })
})
