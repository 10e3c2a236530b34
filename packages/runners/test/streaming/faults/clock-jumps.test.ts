/**
 * A time of the day that jumps while a job runs.
 */
import {
  afterProcessingTime,
  afterWatermark,
  combinePerKey,
  composite,
  days,
  fixedWindows,
  hours,
  milliseconds,
  minutes,
  read,
  seconds,
  windowInto,
  withKeys,
  type PCollection,
  type PullSource,
  type SourceBatch,
} from '@tidemark/core'
import { manualClock } from '@tidemark/core/testing'
import { memorySource } from '@tidemark/io/memory'
import { batchRunner } from '@tidemark/runners/batch'
import { fromObservable, replayLog, streamingRunner } from '@tidemark/runners/streaming'
import { count } from '@tidemark/transforms'
import { Subject } from 'rxjs'
import { TestScheduler } from 'rxjs/testing'
import { describe, expect, it, vi } from 'vitest'
import { at, click, clickTime, show, type Click } from '../clicks.ts'
import { settle } from '../slow-sink.ts'

const earlyAfter = (delay: Parameters<typeof afterProcessingTime>[0]) =>
  composite('PerMinute', (clicks: PCollection<Click>) =>
    clicks.pipe(
      windowInto(fixedWindows(minutes(1)), {
        trigger: afterWatermark({ early: afterProcessingTime(delay) }),
        allowedLateness: milliseconds(0),
        accumulationMode: 'accumulating',
      }),
      withKeys((element) => element.page),
      combinePerKey('Count', count()),
    ),
  )

const jumps = [hours(-1), hours(1), days(20 * 365)]

describe('C8: the time of the day jumps', () => {
  const panesWith = async (jump: (typeof jumps)[number] | undefined) => {
    const clock = manualClock(at('10:00:00'))
    const clicks$ = new Subject<Click>()
    const job = streamingRunner({ env: { clock }, maxFuture: minutes(10) }).run((root) => ({
      counts: root.pipe(
        fromObservable('Clicks', clicks$, { ...clickTime, idleAfter: minutes(1) }),
        earlyAfter(seconds(10)),
      ),
    }))
    const seen: [string, number][] = []
    job.outputs.counts.subscribe((pane) => seen.push([`${pane.pane.timing} ${show(pane)}`, clock.mono()]))
    const hear = async (time: string): Promise<void> => {
      clicks$.next(click(time))
      await settle()
    }
    const pass = async (length: number): Promise<void> => {
      clock.advance(milliseconds(length))
      await settle()
    }
    await settle()
    await hear('10:00:00')
    await pass(4000)
    if (jump !== undefined) clock.jump(jump)
    await hear('10:00:04')
    await pass(6000)
    await pass(1)
    await hear('10:09:00')
    await pass(1000)
    if (jump !== undefined) clock.jump(jump)
    await hear('10:00:30')
    clicks$.complete()
    await job.done
    return { seen, ledger: [...job.ledgerCounts] }
  }

  it.each(jumps)('C8: by %s, and no result and no timer of a live job changes', async (jump) => {
    const undisturbed = await panesWith(undefined)
    expect(undisturbed).toEqual({
      seen: [
        ['early 10:00 home 2', 10_001],
        ['on-time 10:00 home 2', 10_001],
        ['on-time 10:09 home 1', 11_001],
      ],
      ledger: [['PerMinute/Count expired', 1]],
    })
    expect(await panesWith(jump)).toEqual(undisturbed)
  })

  it.each(jumps)('C8: by %s, and a split is silent after the same time', async (jump) => {
    const clock = manualClock(at('10:00:00'))
    const source: PullSource<Click> = {
      ...memorySource({ busy: [click('10:00:01'), click('10:02:00')], silent: [] as readonly Click[] }),
      bounded: false,
      open: ({ id }) => {
        let read = id === 'silent'
        return {
          read(): SourceBatch<Click> | Promise<SourceBatch<Click>> {
            if (read) return new Promise(() => undefined)
            read = true
            const elements = [click('10:00:01'), click('10:02:00')]
            return { elements, offsets: [0, 1], rejected: [], position: 2, bytes: 0, done: false }
          },
          close: () => undefined,
        }
      },
    }
    const job = streamingRunner({ env: { clock } }).run((root) => ({
      counts: root.pipe(read('Clicks', source, { ...clickTime, idleAfter: minutes(5) }), earlyAfter(hours(5))),
    }))
    const seen: string[] = []
    job.outputs.counts.subscribe((pane) => seen.push(show(pane)))
    await settle()
    clock.jump(jump)
    clock.advance(milliseconds(299_999))
    await settle()
    expect(seen).toEqual([])
    clock.advance(milliseconds(1))
    await settle()
    expect(seen).toEqual(['10:00 home 1'])
    await job.stop()
  })

  it.each(jumps)('C8: by %s, and a replay keeps its pace', async (jump) => {
    const clock = manualClock(at('10:00:00'))
    const log = [click('09:00:00'), click('09:00:10')]
    const seen: number[] = []
    replayLog(log, { arrival: (element) => element.at, speed: '1x', env: { clock } }).subscribe(() =>
      seen.push(clock.mono()),
    )
    clock.advance(seconds(4))
    clock.jump(jump)
    clock.advance(seconds(20))
    expect(seen).toEqual([0, 10_000])
  })

  it.each(jumps)('C8: by %s, and a batch run took as long as it took', async (jump) => {
    const clock = manualClock(at('10:00:00'))
    const source = memorySource([click('10:00:00')])
    const open: typeof source.open = (...split) => {
      clock.advance(seconds(3))
      clock.jump(jump)
      return source.open(...split)
    }
    const { elapsed } = await batchRunner({ progress: 'never', env: { clock } }).run((root) => ({
      clicks: root.pipe(read('Clicks', { ...source, open }, clickTime)),
    }))
    expect(elapsed.milliseconds).toBe(3000)
  })

  // Mutation: packages/runners/src/streaming/processing-clock.ts: `Math.floor(origin + clock.mono())` → `clock.now()`
  it('C8: of the machine back an hour, and timers ring all the same; on twenty years, and none rings early', async () => {
    const clicks$ = new Subject<Click>()
    const job = streamingRunner({ maxFuture: 'off' }).run((root) => {
      const clicks = root.pipe(fromObservable('Clicks', clicks$, clickTime))
      return {
        soon: clicks.apply('Soon', earlyAfter(milliseconds(30))),
        late: clicks.apply('Late', earlyAfter(hours(10))),
      }
    })
    const seen: string[] = []
    job.outputs.soon.subscribe((pane) => seen.push(`soon ${show(pane)}`))
    job.outputs.late.subscribe((pane) => seen.push(`late ${show(pane)}`))
    job.start()
    const wall = vi.spyOn(Date, 'now')
    const real = Date.now.bind(Date)
    try {
      const start = real()
      clicks$.next(click('10:00:00'))
      wall.mockImplementation(() => start - 3_600_000)
      await vi.waitFor(() => expect(seen).toEqual(['soon 10:00 home 1']), { timeout: 10_000 })
      wall.mockImplementation(() => start + 20 * 365 * 86_400_000)
      clicks$.next(click('10:00:01'))
      await vi.waitFor(() => expect(seen).toEqual(['soon 10:00 home 1', 'soon 10:00 home 2']), { timeout: 10_000 })
    } finally {
      wall.mockRestore()
    }
    await job.stop()
    expect(seen).toEqual(['soon 10:00 home 1', 'soon 10:00 home 2'])
  })
})

describe('the clock of a job', () => {
  it('is the scheduler it is given, whatever the machine says', () => {
    const scheduler = new TestScheduler((actual, expected) => expect(actual).toEqual(expected))
    scheduler.run(({ hot, expectObservable }) => {
      const job = streamingRunner({ env: { random: () => 0 } }).run((root) => ({
        counts: root.pipe(
          fromObservable('Clicks', hot('-a', { a: click('10:00:00') }), clickTime),
          earlyAfter(seconds(1)),
        ),
      }))
      expectObservable(job.outputs.counts, '2s !').toBe('- 1001ms a', { a: expect.anything() as never })
    })
  })

  it('cannot be two', () => {
    const options = {
      scheduler: new TestScheduler(() => undefined),
      env: { clock: manualClock() },
    }
    expect(() => streamingRunner(options)).toThrow(expect.objectContaining({ code: 'BAD_OPTION' }))
  })

  it('is an env with parts that there are', () => {
    const env = { clok: manualClock() } as object
    for (const make of [streamingRunner, batchRunner]) {
      expect(() => make({ env })).toThrow(/has no option "clok".*Did you mean "clock"/)
    }
  })
})
