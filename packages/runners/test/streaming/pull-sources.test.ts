/**
 * Sources that are asked, in a live job.
 */
import { read, write, type PullSource, type SourceBatch } from '@tidemark/core'
import { memorySink, readMemory } from '@tidemark/io/memory'
import { fromObservable, streamingRunner } from '@tidemark/runners/streaming'
import { Subject } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { click, clickTime, perMinute, show, type Click } from './clicks.ts'
import { settle, slowSink } from './slow-sink.ts'

type Read = (credits: number) => SourceBatch<Click> | Promise<SourceBatch<Click>>

/** A source of the given splits; notes when their readers are closed. */
function sourceOf(splits: Readonly<Record<string, Read>>, closed: string[] = [], bounded = true): PullSource<Click> {
  return {
    mode: 'pull',
    description: 'test',
    bounded,
    unit: 'element',
    splits: () => Promise.resolve(Object.keys(splits).map((id) => ({ id, restriction: null }))),
    open: ({ id }) => ({ read: splits[id]!, close: () => void closed.push(id) }),
  }
}

function batch(elements: readonly Click[], done: boolean): SourceBatch<Click> {
  return { elements, offsets: elements.map((_, index) => index), rejected: [], position: 0, bytes: 0, done }
}

function clicksFrom(minute: number, count: number): readonly Click[] {
  return Array.from({ length: count }, (_, index) => ({ page: 'home', at: minute * 60_000 + index }))
}

describe('a pull source', () => {
  it('is read to its end, and the job is done', async () => {
    const clicks = [click('10:00:01'), click('10:00:02'), click('10:02:00')]
    const job = streamingRunner({ bundleSize: 2 }).run((root) => ({
      counts: root.pipe(readMemory('Clicks', clicks, clickTime), perMinute),
    }))
    const seen: string[] = []
    job.outputs.counts.subscribe((pane) => seen.push(show(pane)))
    await job.done
    expect(seen).toEqual(['10:00 home 2', '10:02 home 1'])
  })

  it('is paced by credits: asked for one bundle, and for the next only when no write is pending', async () => {
    const asked: number[] = []
    const sink = slowSink<Click>()
    const source = sourceOf({
      a: (credits) => {
        asked.push(credits)
        return batch(clicksFrom(asked.length, credits), asked.length === 3)
      },
    })
    const job = streamingRunner({ bundleSize: 10 }).run((root) => {
      const clicks = root.pipe(read('Clicks', source, clickTime))
      clicks.pipe(write('Slow', sink))
      return { clicks }
    })
    await settle()
    expect(asked).toEqual([10])
    sink.release()
    await settle()
    expect(asked).toEqual([10, 10])
    sink.release()
    await settle()
    sink.release()
    await job.done
    expect(sink.written).toHaveLength(30)
  })

  it('lets other sources have their go in between', async () => {
    const clicks$ = new Subject<Click>()
    let reads = 0
    const source = sourceOf({ a: () => batch(clicksFrom(reads, 10), ++reads === 10_000) })
    const job = streamingRunner({ bundleSize: 10 }).run((root) => ({
      live: root.pipe(fromObservable('Live', clicks$, clickTime)),
      history: root.pipe(read('History', source, clickTime)),
    }))
    const readsWhenHeard: number[] = []
    job.outputs.live.subscribe(() => readsWhenHeard.push(reads))
    job.start()
    setTimeout(() => clicks$.next(click('10:00:00')), 5)
    await settle()
    expect(readsWhenHeard).toHaveLength(1)
    expect(readsWhenHeard[0]).toBeLessThan(10_000)
    await job.stop()
  })

  it('that fails fails the job without closing a window', async () => {
    const closed: string[] = []
    const source = sourceOf(
      { a: () => batch([click('10:00:01')], false), b: () => Promise.reject(new Error('connection lost')) },
      closed,
    )
    const job = streamingRunner({ retry: 'off' }).run((root) => ({
      counts: root.pipe(read('Clicks', source, clickTime), perMinute),
    }))
    const seen: string[] = []
    job.outputs.counts.subscribe({ next: (pane) => seen.push(show(pane)), error: () => undefined })
    await expect(job.done).rejects.toMatchObject({ code: 'SOURCE_FAILED', step: 'Clicks' })
    expect(seen).toEqual([])
    expect(closed.toSorted()).toEqual(['a', 'b'])
  })

  it('whose splits cannot be listed fails the job', async () => {
    const source = { ...sourceOf({}), splits: () => Promise.reject(new Error('no such directory')) }
    const job = streamingRunner().run((root) => ({ clicks: root.pipe(read('Clicks', source, clickTime)) }))
    await expect(job.done).rejects.toMatchObject({
      code: 'SOURCE_FAILED',
      message: expect.stringContaining('no such directory'),
    })
  })

  it('without a split is complete', async () => {
    const job = streamingRunner().run((root) => ({ clicks: root.pipe(read('Clicks', sourceOf({}), clickTime)) }))
    await job.done
    expect(job.state).toBe('done')
  })

  it('reads at most eight splits of a bounded source at once', async () => {
    let open = 0
    let most = 0
    const splits = Object.fromEntries(
      Array.from({ length: 20 }, (_, index): [string, Read] => [
        `split ${index}`,
        async () => {
          most = Math.max(most, ++open)
          await Promise.resolve()
          open--
          return batch([click('10:00:00')], true)
        },
      ]),
    )
    const job = streamingRunner().run((root) => ({
      counts: root.pipe(read('Clicks', sourceOf(splits), clickTime), perMinute),
    }))
    const counts: number[] = []
    job.outputs.counts.subscribe(({ value: [, clicks] }) => counts.push(clicks))
    await job.done
    expect(most).toBe(8)
    expect(counts).toEqual([20])
  })

  it('that cannot be closed fails the job before it publishes', async () => {
    const source = sourceOf({ a: () => batch([click('10:00:01')], true) })
    const open: typeof source.open = (split) => ({
      ...source.open(split),
      close: () => Promise.reject(new Error('still locked')),
    })
    const sink = memorySink<Click>()
    const job = streamingRunner().run((root) => {
      const clicks = root.pipe(read('Clicks', { ...source, open }, clickTime))
      clicks.pipe(write('Memory', sink))
      return { clicks }
    })
    await expect(job.done).rejects.toThrow('still locked')
    expect(sink.committed).toEqual([])
  })

  it('drains: what has been read is counted, a read that is under way is not awaited', async () => {
    const closed: string[] = []
    let reads = 0
    const source = sourceOf(
      {
        a: () => (++reads === 1 ? batch([click('10:00:01')], false) : new Promise<SourceBatch<Click>>(() => undefined)),
      },
      closed,
      false,
    )
    const job = streamingRunner().run((root) => ({ counts: root.pipe(read('Clicks', source, clickTime), perMinute) }))
    const seen: string[] = []
    job.outputs.counts.subscribe((pane) => seen.push(show(pane)))
    await settle()
    await job.drain()
    expect(seen).toEqual(['10:00 home 1'])
    expect(closed).toEqual(['a'])
  })
})
