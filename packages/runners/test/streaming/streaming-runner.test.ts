/**
 * The RxJS streaming runner, sentence by sentence of its design.
 */
import { formatTimestamp, MAX_TIMESTAMP } from '@tidemark/core'
import { fromObservable, streamingRunner } from '@tidemark/runners/streaming'
import { distinctUntilChanged, map, NEVER, Observable, of, Subject, throwError } from 'rxjs'
import { describe, expect, it, vi } from 'vitest'
import { clicksPerMinute, marbles, panes, virtualTime } from './clicks-per-minute.ts'
import { click, clickTime, perMinute, show, type Click } from './clicks.ts'

describe('outputs', () => {
  it('are observables of windowed values: a window closes at the element that moves the watermark past its end', () => {
    virtualTime().run(({ hot, expectObservable }) => {
      const job = clicksPerMinute(hot('-a--b--c--d---e---', marbles))
      expectObservable(job.outputs.counts.pipe(map(show))).toBe('-------x------y---', panes)
    })
  })

  it('are multicast without replay: a late subscriber sees only the elements to come', () => {
    virtualTime().run(({ hot, expectObservable }) => {
      const job = clicksPerMinute(hot('-a--b--c--d---e---|', marbles))
      const counts$ = job.outputs.counts.pipe(map(show))
      expectObservable(counts$).toBe('         -------x------y---(z|)', panes)
      expectObservable(counts$, '----------^----').toBe('--------------y---(z|)', panes)
      expectObservable(counts$, '------------------^').toBe('------------------(z|)', panes)
    })
  })

  it('tell a subscriber that comes after the end how the job ended', () => {
    virtualTime().run(({ cold, expectObservable }) => {
      const done = clicksPerMinute(cold('-a|', marbles))
      const failed = clicksPerMinute(cold('-a#', marbles, 'lost'))
      failed.done.catch(() => undefined)
      expectObservable(done.outputs.counts, '-----^').toBe('-----|')
      expectObservable(failed.outputs.counts.pipe(map(show)), '-----^').toBe(
        '-----#',
        {},
        expect.objectContaining({ code: 'SOURCE_FAILED' }),
      )
    })
  })

  it('do not stop the job when they are unsubscribed', () => {
    virtualTime().run(({ hot, expectObservable, expectSubscriptions }) => {
      const clicks$ = hot('-a--b--c--d---e---|', marbles)
      const job = clicksPerMinute(clicks$)
      expectObservable(job.outputs.counts.pipe(map(show)), '^--------!').toBe('-------x--', panes)
      expectObservable(job.outputs.counts.pipe(map(show)), '^').toBe('-------x------y---(z|)', panes)
      expectSubscriptions(clicks$.subscriptions).toBe('^-----------------!')
    })
  })

  it('go on when a subscriber throws, which RxJS reports by itself', async () => {
    vi.useFakeTimers()
    const clicks$ = new Subject<Click>()
    const job = clicksPerMinute(clicks$)
    const seen: string[] = []
    job.outputs.counts.subscribe(() => {
      throw new Error('a fault of the subscriber')
    })
    job.outputs.counts.subscribe((pane) => seen.push(show(pane)))
    job.start()
    clicks$.next(click('10:00:01'))
    clicks$.complete()
    expect(() => vi.runAllTimers()).toThrow('a fault of the subscriber')
    vi.runAllTimers()
    vi.useRealTimers()
    await job.done
    expect(seen).toEqual(['10:00 home 1'])
  })
})

describe('the processing clock', () => {
  it('is the RxJS scheduler, so a TestScheduler drives the whole job synchronously', () => {
    const scheduler = virtualTime()
    const job = clicksPerMinute(of(click('10:00:01')), { scheduler })
    const seen: string[] = []
    job.outputs.counts.subscribe((pane) => seen.push(show(pane)))
    scheduler.flush()
    expect(seen).toEqual(['10:00 home 1'])
    expect(job.state).toBe('done')
  })
})

describe('start', () => {
  it('comes by itself on the next macrotask, not before', async () => {
    const subscribed = vi.fn<() => void>()
    const job = clicksPerMinute(
      new Observable((subscriber) => {
        subscribed()
        subscriber.complete()
      }),
    )
    await Promise.resolve()
    expect(subscribed).not.toHaveBeenCalled()
    expect(job.state).toBe('created')
    await new Promise((resolve) => setTimeout(resolve, 5))
    expect(subscribed).toHaveBeenCalledOnce()
    await job.done
  })

  it('comes at once with start(), and only once', async () => {
    const subscribed = vi.fn<() => void>()
    const job = clicksPerMinute(
      new Observable((subscriber) => {
        subscribed()
        subscriber.complete()
      }),
    )
    job.start()
    expect(job.state).toBe('running')
    expect(subscribed).toHaveBeenCalledOnce()
    job.start()
    await job.done
    expect(subscribed).toHaveBeenCalledOnce()
  })

  it('waits for start() when autoStart is false', () => {
    virtualTime().run(({ cold, expectObservable, expectSubscriptions, flush }) => {
      const clicks$ = cold('-a|', marbles)
      const job = clicksPerMinute(clicks$, { autoStart: false })
      expectObservable(job.outputs.counts).toBe('-')
      expectSubscriptions(clicks$.subscriptions).toBe([])
      flush()
      expect(job.state).toBe('created')
    })
  })
})

describe('the end of a source', () => {
  it('by completion moves its watermark to the end of time and closes windows', () => {
    virtualTime().run(({ hot, expectObservable, flush }) => {
      const job = clicksPerMinute(hot('-a--|', marbles))
      expectObservable(job.outputs.counts.pipe(map(show))).toBe('----(x|)', { x: '10:00 home 1' })
      const watermarks = job.watermark$.pipe(map(({ counts }) => formatTimestamp(counts)))
      expectObservable(watermarks).toBe('sa--(e|)', { s: '-infinity', a: '2026-03-01T09:59:56.000Z', e: '+infinity' })
      flush()
      expect(job.state).toBe('done')
    })
  })

  it('by completion of one of two leaves the windows to the other', () => {
    virtualTime().run(({ hot, expectObservable }) => {
      const job = streamingRunner().run((root) => ({
        one: root.pipe(fromObservable('One', hot('a|', marbles), clickTime), perMinute),
        two: root.apply('Other', {
          name: 'Other',
          expand: () => root.pipe(fromObservable('Two', hot('-a---|', marbles), clickTime), perMinute),
        }),
      }))
      expectObservable(job.outputs.one.pipe(map(show))).toBe('-x---|', { x: '10:00 home 1' })
      expectObservable(job.outputs.two.pipe(map(show))).toBe('-----(x|)', { x: '10:00 home 1' })
    })
  })

  it('by an error gives no panes, leaves the watermark where it is, fails the job and unsubscribes the other sources', () => {
    virtualTime().run(({ hot, expectObservable, expectSubscriptions, flush }) => {
      const other$ = hot('-a-------', marbles)
      const job = streamingRunner().run((root) => ({
        counts: root.pipe(fromObservable('Clicks', hot('-a--#', marbles, new Error('gone')), clickTime), perMinute),
        other: root.pipe(fromObservable('Other', other$, clickTime)),
      }))
      const failure = expect.objectContaining({ code: 'SOURCE_FAILED', step: 'Clicks', cause: new Error('gone') })
      expectObservable(job.outputs.counts).toBe('----#', {}, failure)
      const watermarks = job.watermark$.pipe(
        map(({ counts }) => formatTimestamp(counts)),
        distinctUntilChanged(),
      )
      expectObservable(watermarks).toBe('sa--|', {
        s: '-infinity',
        a: '2026-03-01T09:59:56.000Z',
      })
      expectSubscriptions(other$.subscriptions).toBe('^---!')
      flush()
      expect(job.state).toBe('failed')
    })
  })

  it('by an error takes its place behind the elements that came before it', () => {
    virtualTime().run(({ hot, expectObservable }) => {
      const job = clicksPerMinute(hot('(abc#)', marbles))
      expectObservable(job.outputs.counts.pipe(map(show))).toBe(
        '(x#)',
        panes,
        expect.objectContaining({ code: 'SOURCE_FAILED' }),
      )
    })
  })
})

describe('done', () => {
  it('resolves when all sources have completed and all windows are closed', async () => {
    const job = clicksPerMinute(of(click('10:00:01'), click('10:02:00')), { settled: true })
    await job.done
    expect(job.settled.counts.entries.map(({ value, count }) => [value, count])).toEqual([
      [['home', 1], 1],
      [['home', 1], 1],
    ])
    expect(job.watermark$).toBeInstanceOf(Observable)
    let watermark = 0
    job.watermark$.subscribe(({ counts }) => (watermark = counts))
    expect(watermark).toBe(MAX_TIMESTAMP)
  })

  it('rejects with the failure', async () => {
    const job = clicksPerMinute(throwError(() => new Error('gone')))
    await expect(job.done).rejects.toMatchObject({ code: 'SOURCE_FAILED', message: expect.stringContaining('gone') })
    expect(job.state).toBe('failed')
  })

  it('causes no unhandled rejection when a subscriber has been told of the failure', async () => {
    const unhandled = vi.fn<() => void>()
    process.on('unhandledRejection', unhandled)
    const job = clicksPerMinute(throwError(() => new Error('gone')))
    const told = vi.fn<(error: unknown) => void>()
    job.outputs.counts.subscribe({ error: told })
    await new Promise((resolve) => setTimeout(resolve, 20))
    process.off('unhandledRejection', unhandled)
    expect(told).toHaveBeenCalledOnce()
    expect(unhandled).not.toHaveBeenCalled()
    await expect(job.done).rejects.toThrow('gone')
  })

  it('refuses a settled result that was not asked for', () => {
    const job = clicksPerMinute(NEVER, { autoStart: false })
    expect(() => job.settled.counts).toThrow(expect.objectContaining({ code: 'NOT_SETTLED' }))
  })
})

describe('drain', () => {
  it('stops reading, moves the watermark to the end and closes windows', () => {
    virtualTime().run(({ hot, cold, expectObservable, expectSubscriptions, flush }) => {
      const clicks$ = hot('-a--b--c--', marbles)
      const job = clicksPerMinute(clicks$)
      cold('-----d').subscribe(() => void job.drain())
      expectObservable(job.outputs.counts.pipe(map(show))).toBe('-----(x|)', panes)
      expectSubscriptions(clicks$.subscriptions).toBe('^----!')
      flush()
      expect(job.state).toBe('done')
    })
  })

  it('still counts the elements that waited for their bundle', async () => {
    const clicks$ = new Subject<Click>()
    const job = clicksPerMinute(clicks$)
    const seen: string[] = []
    job.outputs.counts.subscribe((pane) => seen.push(show(pane)))
    job.start()
    clicks$.next(click('10:00:01'))
    await job.drain()
    expect(seen).toEqual(['10:00 home 1'])
    await job.done
  })

  it('of a job that has not started ends it without reading', async () => {
    const subscribed = vi.fn<() => void>()
    const job = clicksPerMinute(new Observable(() => subscribed()))
    await job.drain()
    expect(subscribed).not.toHaveBeenCalled()
    expect(job.state).toBe('done')
  })

  it('rejects when the job fails, or is stopped before its windows are closed', async () => {
    const failing = clicksPerMinute(throwError(() => new Error('gone')))
    failing.start()
    await expect(failing.drain()).rejects.toThrow('gone')
    const stopped = clicksPerMinute(NEVER)
    stopped.start()
    const drained = stopped.drain()
    await stopped.stop()
    await expect(drained).rejects.toMatchObject({ code: 'STOPPED' })
  })
})

describe('stop', () => {
  it('stops reading and keeps windows open: nothing more is emitted', () => {
    virtualTime().run(({ hot, cold, expectObservable, expectSubscriptions, flush }) => {
      const clicks$ = hot('-a--b--c--d---e---|', marbles)
      const job = clicksPerMinute(clicks$)
      cold('---------s').subscribe(() => void job.stop())
      expectObservable(job.outputs.counts.pipe(map(show))).toBe('-------x-----------', panes)
      expectSubscriptions(clicks$.subscriptions).toBe('^--------!')
      flush()
      expect(job.state).toBe('stopped')
    })
  })

  it('from a subscriber silences the rest of the same bundle', async () => {
    const job = clicksPerMinute(of(click('10:00:01'), click('10:00:02', 'help')))
    const seen: string[] = []
    job.outputs.counts.subscribe((pane) => {
      seen.push(show(pane))
      void job.stop()
    })
    await job.done
    expect(job.state).toBe('stopped')
    expect(seen).toHaveLength(1)
  })

  it('of a job that has not started keeps it from starting', async () => {
    const subscribed = vi.fn<() => void>()
    const job = clicksPerMinute(new Observable(() => subscribed()))
    await job.stop()
    await new Promise((resolve) => setTimeout(resolve, 5))
    expect(subscribed).not.toHaveBeenCalled()
    expect(job.state).toBe('stopped')
  })
})
