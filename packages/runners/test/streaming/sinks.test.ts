/**
 * Write steps of a live job.
 */
import { write, type Sink } from '@tidemark/core'
import { memorySink } from '@tidemark/io/memory'
import { fromObservable, streamingRunner } from '@tidemark/runners/streaming'
import { of, Subject, throwError, type Observable } from 'rxjs'
import { TestScheduler } from 'rxjs/testing'
import { describe, expect, it } from 'vitest'
import { click, clickTime, type Click } from './clicks.ts'
import { settle, slowSink } from './slow-sink.ts'

function writing(clicks$: Observable<Click>, ...sinks: readonly Sink<Click>[]) {
  return streamingRunner().run((root) => {
    const clicks = root.pipe(fromObservable('Clicks', clicks$, clickTime))
    for (const [index, sink] of sinks.entries()) clicks.pipe(write(`Sink${index}`, sink))
    return { clicks }
  })
}

describe('a sink', () => {
  it('publishes when the job is done, and not before', async () => {
    const clicks$ = new Subject<Click>()
    const sink = memorySink<Click>()
    const job = writing(clicks$, sink)
    job.start()
    clicks$.next(click('10:00:00'))
    await settle()
    expect(sink.committed).toEqual([])
    clicks$.complete()
    await job.done
    expect(sink.committed.map(({ value }) => value)).toEqual([click('10:00:00')])
  })

  it('that is synchronous needs no promise: a virtual clock drives it to its commit', () => {
    const scheduler = new TestScheduler(() => undefined)
    const sink = memorySink<Click>()
    const job = streamingRunner({ scheduler }).run((root) => {
      const clicks = root.pipe(fromObservable('Clicks', of(click('10:00:00')), clickTime))
      clicks.pipe(write('Memory', sink))
      return { clicks }
    })
    scheduler.flush()
    expect(job.state).toBe('done')
    expect(sink.committed).toHaveLength(1)
  })

  it('that waits holds the job back until its write has settled', async () => {
    const sink = slowSink<Click>()
    const job = writing(of(click('10:00:00')), sink)
    await settle()
    expect(sink.log).toEqual(['open', 'write 1'])
    expect(job.state).toBe('running')
    sink.release()
    await job.done
    expect(sink.log).toEqual(['open', 'write 1', 'commit'])
  })

  it('publishes on drain', async () => {
    const clicks$ = new Subject<Click>()
    const sink = memorySink<Click>()
    const job = writing(clicks$, sink)
    job.start()
    clicks$.next(click('10:00:00'))
    await job.drain()
    expect(sink.committed).toHaveLength(1)
  })

  it('takes everything back on stop, once its pending write has settled', async () => {
    const clicks$ = new Subject<Click>()
    const sink = slowSink<Click>()
    const job = writing(clicks$, sink)
    job.start()
    clicks$.next(click('10:00:00'))
    await settle()
    const stopped = job.stop()
    await settle()
    expect(sink.log).toEqual(['open', 'write 1'])
    sink.release()
    await stopped
    expect(sink.log).toEqual(['open', 'write 1', 'abort'])
  })

  it('takes everything back when a source fails', async () => {
    const sink = memorySink<Click>()
    const job = writing(
      throwError(() => new Error('gone')),
      sink,
    )
    await expect(job.done).rejects.toThrow('gone')
    expect(sink.committed).toEqual([])
  })

  it('that fails fails the job, and the others take back what they have', async () => {
    const failing = slowSink<Click>()
    const other = slowSink<Click>()
    const job = writing(of(click('10:00:00')), failing, other)
    await settle()
    failing.refuse(new Error('disk full'))
    other.release()
    await expect(job.done).rejects.toMatchObject({
      code: 'SINK_FAILED',
      step: 'Sink0',
      message: expect.stringContaining('disk full'),
    })
    expect(other.log).toEqual(['open', 'write 1', 'abort'])
  })

  it('that throws at once fails the job too', async () => {
    const job = writing(of(click('10:00:00')), {
      description: 'throwing',
      open: () => ({
        write: () => {
          throw new Error('disk full')
        },
        commit: () => undefined,
        abort: () => undefined,
      }),
    })
    await expect(job.done).rejects.toMatchObject({ code: 'SINK_FAILED', step: 'Sink0' })
  })

  it('that cannot be opened fails the job before any source is read', async () => {
    const first = slowSink<Click>()
    const clicks$ = new Subject<Click>()
    const job = writing(clicks$, first, { description: 'locked', open: () => Promise.reject(new Error('locked')) })
    job.start()
    await expect(job.done).rejects.toMatchObject({ code: 'SINK_FAILED', step: 'Sink1' })
    expect(clicks$.observed).toBe(false)
    expect(first.log).toEqual(['open', 'abort'])
  })

  it('that cannot commit fails the job, and those after it publish nothing', async () => {
    const committed: string[] = []
    const sink = (name: string, fails: boolean): Sink<Click> => ({
      description: name,
      open: () => ({
        write: () => undefined,
        commit: () => {
          if (fails) throw new Error('no room')
          committed.push(name)
        },
        abort: () => void committed.push(`${name} aborted`),
      }),
    })
    const job = writing(of(click('10:00:00')), sink('a', false), sink('b', true), sink('c', false))
    let completed = false
    job.outputs.clicks.subscribe({ complete: () => (completed = true), error: () => undefined })
    await expect(job.done).rejects.toMatchObject({ code: 'SINK_FAILED', step: 'Sink1' })
    expect(committed).toEqual(['a', 'b aborted', 'c aborted'])
    expect(completed).toBe(false)
  })

  it('that opens slowly is let go of when the job is stopped meanwhile', async () => {
    let opened = (): void => undefined
    const log: string[] = []
    const clicks$ = new Subject<Click>()
    const job = writing(clicks$, {
      description: 'slow to open',
      open: () =>
        new Promise((resolve) => {
          opened = () =>
            resolve({
              write: () => undefined,
              commit: () => void log.push('commit'),
              abort: () => void log.push('abort'),
            })
        }),
    })
    job.start()
    const stopped = job.stop()
    opened()
    await stopped
    expect(log).toEqual(['abort'])
    expect(clicks$.observed).toBe(false)
  })
})
