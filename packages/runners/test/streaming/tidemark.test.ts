/**
 * tidemark(): a transform as an RxJS operator.
 */
import {
  boundedOutOfOrderness,
  composite,
  groupByKey,
  milliseconds,
  seconds,
  withKeys,
  type LedgerEntry,
  type PCollection,
} from '@tidemark/core'
import { tidemark } from '@tidemark/runners/streaming'
import { filter, map, Observable, of, range, take, toArray } from 'rxjs'
import { TestScheduler } from 'rxjs/testing'
import { describe, expect, it, vi } from 'vitest'
import { click, clickTime, perMinute, show, type Click } from './clicks.ts'

const marbles = { a: click('10:00:01'), b: click('10:00:59'), c: click('10:01:10'), d: click('10:00:02') }

function virtualTime(): TestScheduler {
  return new TestScheduler((actual, expected) => expect(actual).toEqual(expected))
}

describe('tidemark()', () => {
  it('stands in any pipe, between other operators', () => {
    virtualTime().run(({ hot, expectObservable }) => {
      const counts$ = hot('-a--b--c--|', marbles).pipe(
        filter(({ page }) => page === 'home'),
        tidemark(perMinute, { timestamp: (click) => click.at, watermark: boundedOutOfOrderness(seconds(5)) }),
        map(({ value: [page, clicks] }) => `${page} ${clicks}`),
      )
      expectObservable(counts$).toBe('-------x--(y|)', { x: 'home 2', y: 'home 1' })
    })
  })

  it('is cold: it subscribes when it is subscribed to, with one engine per subscription', () => {
    virtualTime().run(({ cold, expectObservable, expectSubscriptions }) => {
      const clicks$ = cold('-a--b--c--|', marbles)
      const counts$ = clicks$.pipe(tidemark(perMinute, clickTime), map(show))
      const panes = { x: '10:00 home 2', y: '10:01 home 1' }
      expectObservable(counts$).toBe('-------x--(y|)', panes)
      expectObservable(counts$, '---^').toBe('----------x--(y|)', panes)
      expectSubscriptions(clicks$.subscriptions).toBe(['^---------!', '---^---------!'])
    })
  })

  it('stops when it is unsubscribed, and leaves the source', () => {
    virtualTime().run(({ hot, expectObservable, expectSubscriptions }) => {
      const clicks$ = hot('-a--b--c--|', marbles)
      expectObservable(clicks$.pipe(tidemark(perMinute, clickTime), map(show)), '^-----!').toBe('------')
      expectSubscriptions(clicks$.subscriptions).toBe('^-----!')
    })
  })

  it('passes an error of the source through as it is, without panes', () => {
    virtualTime().run(({ hot, expectObservable }) => {
      const gone = new Error('gone')
      expectObservable(hot('-a--#', marbles, gone).pipe(tidemark(perMinute, clickTime))).toBe('----#', {}, gone)
    })
  })

  it('can be left from inside a source that emits without end while it is subscribed to', async () => {
    const endless$ = new Observable<Click>((subscriber) => {
      for (let minute = 0; !subscriber.closed; minute++) subscriber.next({ page: 'home', at: minute * 60_000 })
    })
    const first = await new Promise<readonly string[]>((resolve) => {
      endless$.pipe(tidemark(perMinute, clickTime), take(2), map(show), toArray()).subscribe(resolve)
    })
    expect(first).toEqual(['00:00 home 1', '00:01 home 1'])
  })

  it('throws errors of construction when it is called, not when it is subscribed to', () => {
    const endlessGroups = composite('Groups', (clicks: PCollection<Click>) =>
      clicks.pipe(
        withKeys((click) => click.page),
        groupByKey('Group'),
      ),
    )
    expect(() => tidemark(endlessGroups, clickTime)).toThrow(expect.objectContaining({ code: 'NEVER_FIRES' }))
  })

  it('tells of elements that reach no result', () => {
    virtualTime().run(({ hot, expectObservable, flush }) => {
      const entries: LedgerEntry[] = []
      const counts$ = hot('-a-c-d|', marbles).pipe(
        tidemark(perMinute, { ...clickTime, onLedger: (entry) => entries.push(entry) }),
        map(show),
      )
      expectObservable(counts$).toBe('---x--(y|)', { x: '10:00 home 1', y: '10:01 home 1' })
      flush()
      expect(entries).toMatchObject([{ reason: 'expired', element: ['home', marbles.d] }])
    })
  })

  it('takes its time from the scheduler it is given', () => {
    const scheduler = virtualTime()
    const seen: string[] = []
    const complete = vi.fn<() => void>()
    of(click('10:00:01'))
      .pipe(tidemark(perMinute, { ...clickTime, scheduler, idleAfter: milliseconds(5) }))
      .subscribe({ next: (pane) => seen.push(show(pane)), complete })
    expect(seen).toEqual([])
    scheduler.flush()
    expect(seen).toEqual(['10:00 home 1'])
    expect(complete).toHaveBeenCalledOnce()
  })

  it('takes a synchronous flood', async () => {
    const panes = await new Promise<readonly string[]>((resolve) => {
      range(0, 100_000)
        .pipe(
          map((second): Click => ({ page: 'home', at: second * 1000 })),
          tidemark(perMinute, clickTime),
          map(show),
          toArray(),
        )
        .subscribe(resolve)
    })
    expect(panes).toHaveLength(Math.ceil(100_000 / 60))
  })
})
