/**
 * What passes through a job: its bundles, its ledger and its counters.
 */
import type { LedgerEntry } from '@tidemark/core'
import { fromObservable, streamingRunner } from '@tidemark/runners/streaming'
import { map, Observable, of, Subject } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { clicksPerMinute, marbles, virtualTime } from './clicks-per-minute.ts'
import { at, click, clickTime, perMinute, type Click } from './clicks.ts'

describe('bundles', () => {
  it('do not nest: what a subscriber feeds back waits for the next turn', () => {
    virtualTime().run(({ hot, expectObservable }) => {
      const echo$ = new Subject<Click>()
      const job = streamingRunner().run((root) => ({
        clicks: root.pipe(fromObservable('Clicks', hot('-a--b|', marbles), clickTime)),
        echoes: root.pipe(fromObservable('Echoes', echo$, clickTime)),
      }))
      let inside = 0
      job.outputs.clicks.subscribe(({ value }) => {
        inside++
        echo$.next(value)
        inside--
      })
      expectObservable(
        job.outputs.echoes.pipe(map(({ value }) => `${value.at - at('10:00:00')} ${inside}`)),
        '^-----!',
      ).toBe('-a--b-', {
        a: '1000 0',
        b: '59000 0',
      })
    })
  })

  it('bound a synchronous flood: a full one is taken at once', async () => {
    const job = streamingRunner({ bundleSize: 100 }).run((root) => ({
      counts: root.pipe(
        fromObservable(
          'Clicks',
          new Observable<Click>((subscriber) => {
            for (let second = 0; second < 10_000; second++) subscriber.next({ page: 'home', at: second * 1000 })
            subscriber.complete()
          }),
          clickTime,
        ),
        perMinute,
      ),
    }))
    const sizes: number[] = []
    job.outputs.counts.subscribe(({ value: [, clicks] }) => sizes.push(clicks))
    job.start()
    expect(sizes.length).toBeGreaterThan(160)
    await job.done
    expect(sizes.reduce((sum, size) => sum + size)).toBe(10_000)
  })

  it('of any size give the same panes', async () => {
    const results = await Promise.all(
      [1, 3, 1000].map(async (bundleSize) => {
        const job = clicksPerMinute(of(...Object.values(marbles), click('10:00:05')), { bundleSize, settled: true })
        await job.done
        return [job.settled.counts.entries, [...job.ledgerCounts]]
      }),
    )
    expect(results[1]).toEqual(results[0])
    expect(results[2]).toEqual(results[0])
    expect(results[0]![1]).toEqual([['PerMinute/Count expired', 1]])
  })
})

describe('the ledger', () => {
  it('shows what left without reaching a pane, and counts it when nobody listens', async () => {
    const late = of(click('10:00:01'), click('10:05:00'), click('10:00:02'))
    const entries: LedgerEntry[] = []
    const heard = clicksPerMinute(late)
    heard.ledger.subscribe((entry) => entries.push(entry))
    const unheard = clicksPerMinute(late)
    await Promise.all([heard.done, unheard.done])
    expect(entries).toMatchObject([
      { reason: 'expired', step: 'PerMinute/Count', element: ['home', click('10:00:02')] },
    ])
    expect([...unheard.ledgerCounts]).toEqual([['PerMinute/Count expired', 1]])
  })

  it('takes elements from the future of the real clock, ten minutes ahead', async () => {
    const now = Date.now()
    const clicks = [now, now + 9 * 60_000, now + 11 * 60_000].map((at): Click => ({ page: 'home', at }))
    const job = clicksPerMinute(of(...clicks))
    await job.done
    expect([...job.ledgerCounts]).toEqual([['Clicks future', 1]])
    const unguarded = clicksPerMinute(of(...clicks), { maxFuture: 'off' })
    await unguarded.done
    expect([...unguarded.ledgerCounts]).toEqual([])
  })

  it('takes none by a virtual clock, unless a limit is stated', () => {
    const scheduler = virtualTime()
    const job = clicksPerMinute(of(click('10:00:00')), { scheduler })
    scheduler.flush()
    expect(job.state).toBe('done')
    expect([...job.ledgerCounts]).toEqual([])
  })
})

describe('counters', () => {
  it('say what each step took in and gave', async () => {
    const job = clicksPerMinute(of(click('10:00:01'), click('10:00:02')))
    await job.done
    expect(job.counters).toContainEqual(expect.objectContaining({ step: 'Clicks', in: 2, out: 2 }))
    expect(job.counters).toContainEqual(expect.objectContaining({ step: 'PerMinute/Count', in: 2, out: 1 }))
  })
})
