/**
 * What a live job does around its elements: setups, errors of user functions, elements given in the program.
 */
import { create, map as mapElements, MIN_TIMESTAMP, parDo, type PipelineError } from '@tidemark/core'
import { fromObservable, streamingRunner } from '@tidemark/runners/streaming'
import { asapScheduler, NEVER, of, queueScheduler, Subject, type SchedulerLike } from 'rxjs'
import { describe, expect, it, vi } from 'vitest'
import { click, clickTime, perMinute, show, type Click } from './clicks.ts'
import { settle } from './slow-sink.ts'

describe('setup and teardown', () => {
  function logged(log: string[], teardown: () => void | Promise<void> = () => undefined) {
    const clicks$ = new Subject<Click>()
    const pages = parDo({
      setup: async () => {
        await Promise.resolve()
        log.push(`setup, ${clicks$.observed ? 'subscribed' : 'not subscribed'}`)
      },
      process: ({ page }: Click) => [page],
      teardown() {
        log.push('teardown')
        return teardown()
      },
    })
    const job = streamingRunner().run((root) => ({
      pages: root.pipe(fromObservable('Clicks', clicks$, clickTime), pages),
    }))
    job.outputs.pages.subscribe({ next: ({ value }) => log.push(value), error: () => log.push('error') })
    return { job, clicks$ }
  }

  it('stand around the subscription: sources are subscribed to when all is set up', async () => {
    const log: string[] = []
    const { job, clicks$ } = logged(log)
    await settle()
    clicks$.next(click('10:00:00'))
    clicks$.complete()
    await job.done
    expect(log).toEqual(['setup, not subscribed', 'home', 'teardown'])
  })

  it('are undone when the job is stopped', async () => {
    const log: string[] = []
    const { job } = logged(log)
    await settle()
    await job.stop()
    expect(log).toEqual(['setup, not subscribed', 'teardown'])
  })

  it('are undone when the job is stopped while it is being set up', async () => {
    const log: string[] = []
    const { job, clicks$ } = logged(log)
    job.start()
    await job.stop()
    expect(log).toEqual(['setup, not subscribed', 'teardown'])
    expect(clicks$.observed).toBe(false)
  })

  it('are undone when the job fails; an error on the way is a warning, as the job has its error', async () => {
    const warnings: unknown[] = []
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation((warning) => void warnings.push(warning))
    const log: string[] = []
    const { job, clicks$ } = logged(log, () => Promise.reject(new Error('still in use')))
    await settle()
    clicks$.error(new Error('gone'))
    await expect(job.done).rejects.toThrow('gone')
    warn.mockRestore()
    expect(log.toSorted()).toEqual(['error', 'setup, not subscribed', 'teardown'])
    expect(warnings).toEqual([expect.objectContaining({ code: 'USER_CODE' })])
  })
})

describe('a user function that throws', () => {
  it('fails the job: outputs carry the error, sources are unsubscribed, nothing of the bundle is emitted', async () => {
    const clicks$ = new Subject<Click>()
    const job = streamingRunner().run((root) => ({
      pages: root.pipe(
        fromObservable('Clicks', clicks$, clickTime),
        mapElements(({ page }) => {
          if (page === 'help') throw new Error('no help')
          return page
        }),
      ),
    }))
    const seen: string[] = []
    const errors: PipelineError[] = []
    job.outputs.pages.subscribe({ next: ({ value }) => seen.push(value), error: (error) => errors.push(error) })
    job.start()
    clicks$.next(click('10:00:00'))
    clicks$.next(click('10:00:01', 'help'))
    await expect(job.done).rejects.toMatchObject({ code: 'USER_CODE' })
    expect(seen).toEqual([])
    expect(errors).toMatchObject([{ code: 'USER_CODE', step: 'Map', cause: new Error('no help') }])
    expect(clicks$.observed).toBe(false)
    expect(job.state).toBe('failed')
  })
})

describe('created elements', () => {
  it('flow in bundles, and the job is done', async () => {
    const numbers = Array.from({ length: 25 }, (_, index) => index)
    const job = streamingRunner({ bundleSize: 10 }).run((root) => ({ numbers: root.pipe(create('Numbers', numbers)) }))
    const seen: number[] = []
    job.outputs.numbers.subscribe(({ value }) => seen.push(value))
    await job.done
    expect(seen).toEqual(numbers)
  })

  it('that have not yet flowed do not flow when the job is drained', async () => {
    const job = streamingRunner().run((root) => ({ numbers: root.pipe(create('Numbers', [1, 2, 3])) }))
    const seen: number[] = []
    job.outputs.numbers.subscribe(({ value }) => seen.push(value))
    await job.drain()
    expect(seen).toEqual([])
  })
})

describe('a pipeline without sources', () => {
  it('is done at once', async () => {
    const job = streamingRunner().run(() => ({}))
    await job.done
    expect(job.outputs).toEqual({})
  })
})

describe('watermark$', () => {
  it('begins with the present watermarks, whenever it is subscribed to', async () => {
    const clicks$ = new Subject<Click>()
    const job = streamingRunner().run((root) => ({ clicks: root.pipe(fromObservable('Clicks', clicks$, clickTime)) }))
    const seen: number[] = []
    job.watermark$.subscribe(({ clicks }) => seen.push(clicks)).unsubscribe()
    job.start()
    clicks$.next(click('10:00:00'))
    await settle()
    job.watermark$.subscribe(({ clicks }) => seen.push(clicks))
    expect(seen).toEqual([MIN_TIMESTAMP, click('09:59:55').at])
    await job.stop()
  })
})

describe('a scheduler that gives turns at once', () => {
  it.each<[string, SchedulerLike]>([
    ['queueScheduler', queueScheduler],
    ['asapScheduler', asapScheduler],
  ])('such as %s still nests no turn', async (_, scheduler) => {
    const runner = streamingRunner({ scheduler, autoStart: false })
    const job = runner.run((root) => ({
      counts: root.pipe(fromObservable('Clicks', of(click('10:00:01'), click('10:02:00')), clickTime), perMinute),
    }))
    const seen: string[] = []
    job.outputs.counts.subscribe((pane) => seen.push(show(pane)))
    job.start()
    await job.done
    expect(seen).toEqual(['10:00 home 1', '10:02 home 1'])
  })
})

describe('a bundle size', () => {
  it.each([0, -1, 1.5])('of %s is refused', (bundleSize) => {
    expect(() => streamingRunner({ bundleSize })).toThrow(expect.objectContaining({ code: 'BAD_BUNDLE_SIZE' }))
  })
})

describe('a job that nothing keeps', () => {
  it('is cancelled by stop() even when its source never says a word', async () => {
    const job = streamingRunner().run((root) => ({ clicks: root.pipe(fromObservable('Clicks', NEVER, clickTime)) }))
    job.start()
    await job.stop()
    await job.done
    expect(job.state).toBe('stopped')
  })
})
