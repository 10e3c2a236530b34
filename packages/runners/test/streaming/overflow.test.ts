/**
 * What happens when an observable outruns the job.
 */
import { write, type LedgerEntry } from '@tidemark/core'
import { fromObservable, streamingRunner, type OverflowOptions } from '@tidemark/runners/streaming'
import { Subject } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { click, clickTime, type Click } from './clicks.ts'
import { settle, slowSink } from './slow-sink.ts'

/** A job whose sink is busy with the first click. */
async function busyJob(overflow: OverflowOptions) {
  const clicks$ = new Subject<Click>()
  const sink = slowSink<Click>()
  const job = streamingRunner({ bundleSize: 2 }).run((root) => {
    const clicks = root.pipe(fromObservable('Clicks', clicks$, { ...clickTime, ...overflow }))
    clicks.pipe(write('Slow', sink))
    return { clicks }
  })
  const entries: LedgerEntry[] = []
  job.ledger.subscribe((entry) => entries.push(entry))
  job.start()
  clicks$.next(click('10:00:00'))
  await settle()
  return { job, clicks$, sink, entries }
}

const seconds = ['10:00:01', '10:00:02', '10:00:03', '10:00:04', '10:00:05']

describe('an observable cannot be blocked: while a write is pending, overflow', () => {
  it('is fail by default: the job fails at the first element for which there is no room', async () => {
    const { job, clicks$, sink } = await busyJob({})
    for (const time of seconds.slice(0, 2)) clicks$.next(click(time))
    expect(job.state).toBe('running')
    clicks$.next(click(seconds[2]!))
    expect(job.state).toBe('failed')
    expect(clicks$.observed).toBe(false)
    sink.release()
    await expect(job.done).rejects.toMatchObject({ code: 'OVERFLOW', step: 'Clicks' })
    expect(sink.log).toEqual(['open', 'write 1', 'abort'])
  })

  it('can be drop: what there is no room for goes to the ledger, at once, and the rest goes on', async () => {
    const { job, clicks$, sink, entries } = await busyJob({ overflow: 'drop' })
    for (const time of seconds) clicks$.next(click(time))
    expect(entries).toMatchObject(
      seconds.slice(2).map((time, index) => ({
        reason: 'overflow',
        step: 'Clicks',
        element: click(time),
        timestamp: click(time).at,
        position: { split: '0', offset: index + 3, unit: 'element' },
      })),
    )
    expect(job.ledgerCounts.get('Clicks overflow')).toBe(3)
    clicks$.complete()
    sink.release()
    await settle()
    sink.release()
    await job.done
    expect(sink.written).toEqual(['10:00:00', ...seconds.slice(0, 2)].map((time) => click(time)))
  })

  it('can be buffer: up to the stated limit elements wait, in order, and are written in bundles', async () => {
    const { job, clicks$, sink } = await busyJob({ overflow: 'buffer', limit: 4 })
    for (const time of seconds.slice(0, 4)) clicks$.next(click(time))
    expect(sink.written).toHaveLength(1)
    clicks$.complete()
    for (let writes = 0; writes < 3; writes++) {
      sink.release()
      await settle()
    }
    await job.done
    expect(sink.written).toEqual(['10:00:00', ...seconds.slice(0, 4)].map((time) => click(time)))
    expect(sink.log).toEqual(['open', 'write 1', 'write 2', 'write 2', 'commit'])
  })

  it('of a full buffer fails the job', async () => {
    const { job, clicks$, sink } = await busyJob({ overflow: 'buffer', limit: 4 })
    for (const time of seconds) clicks$.next(click(time))
    expect(job.state).toBe('failed')
    sink.release()
    await expect(job.done).rejects.toMatchObject({ code: 'OVERFLOW' })
  })
})

describe('a limit', () => {
  it.each([0, -1, 1.5, Number.NaN])('of %s is refused at construction', (limit) => {
    expect(() => fromObservable('Clicks', new Subject<Click>(), { ...clickTime, overflow: 'buffer', limit })).toThrow(
      expect.objectContaining({ code: 'BAD_LIMIT' }),
    )
  })
})

describe('an element that comes from inside a bundle', () => {
  it('overflows like any other: a feedback loop cannot grow memory', async () => {
    const clicks$ = new Subject<Click>()
    const job = streamingRunner({ bundleSize: 2 }).run((root) => ({
      clicks: root.pipe(fromObservable('Clicks', clicks$, clickTime)),
    }))
    job.outputs.clicks.subscribe({
      next: ({ value }) => {
        for (let copy = 0; copy < 3; copy++) clicks$.next(value)
      },
      error: () => undefined,
    })
    job.start()
    clicks$.next(click('10:00:00'))
    await expect(job.done).rejects.toMatchObject({ code: 'OVERFLOW' })
  })
})
