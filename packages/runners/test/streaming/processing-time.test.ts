/**
 * Processing time in a live job: timers, and splits that have fallen silent.
 */
import {
  afterProcessingTime,
  afterWatermark,
  combinePerKey,
  composite,
  fixedWindows,
  flatten,
  milliseconds,
  minutes,
  read,
  windowInto,
  withKeys,
  type PCollection,
  type PullSource,
  type SourceBatch,
} from '@tidemark/core'
import { fromObservable, streamingRunner } from '@tidemark/runners/streaming'
import { count } from '@tidemark/transforms'
import { map, NEVER } from 'rxjs'
import { TestScheduler } from 'rxjs/testing'
import { describe, expect, it, vi } from 'vitest'
import { click, clickTime, perMinute, show, type Click } from './clicks.ts'
import { settle } from './slow-sink.ts'

const marbles = { a: click('10:00:01'), b: click('10:00:02'), c: click('10:01:10'), d: click('10:02:30') }

function virtualTime(): TestScheduler {
  return new TestScheduler((actual, expected) => expect(actual).toEqual(expected))
}

const earlyPerMinute = composite('PerMinute', (clicks: PCollection<Click>) =>
  clicks.pipe(
    windowInto(fixedWindows(minutes(1)), {
      trigger: afterWatermark({ early: afterProcessingTime(milliseconds(10)) }),
      allowedLateness: milliseconds(0),
      accumulationMode: 'accumulating',
    }),
    withKeys((click) => click.page),
    combinePerKey('Count', count()),
  ),
)

describe('a processing-time timer', () => {
  it('fires by the clock of the scheduler, once its time has passed, without any element', () => {
    virtualTime().run(({ hot, expectObservable }) => {
      const job = streamingRunner().run((root) => ({
        counts: root.pipe(
          fromObservable('Clicks', hot('-ab---------------------c|', marbles), clickTime),
          earlyPerMinute,
        ),
      }))
      const panes$ = job.outputs.counts.pipe(map((pane) => `${pane.pane.timing} ${show(pane)}`))
      expectObservable(panes$).toBe('------------x-----------y(z|)', {
        x: 'early 10:00 home 2',
        y: 'on-time 10:00 home 2',
        z: 'on-time 10:01 home 1',
      })
    })
  })
})

describe('a split that has been silent for idleAfter', () => {
  it('is left out of the watermark of its source', async () => {
    const silent = new Promise<SourceBatch<Click>>(() => undefined)
    const clicks = [click('10:00:01'), click('10:02:00')]
    const source: PullSource<Click> = {
      mode: 'pull',
      description: 'two partitions',
      bounded: false,
      unit: 'element',
      splits: () => Promise.resolve(['busy', 'silent'].map((id) => ({ id, restriction: null }))),
      open: ({ id }) => {
        let read = false
        return {
          read() {
            if (id === 'silent' || read) return silent
            read = true
            return { elements: clicks, offsets: [0, 1], rejected: [], position: 2, bytes: 0, done: false }
          },
          close: () => undefined,
        }
      },
    }
    const job = streamingRunner().run((root) => ({
      counts: root.pipe(read('Clicks', source, { ...clickTime, idleAfter: milliseconds(300) }), perMinute),
    }))
    const seen: string[] = []
    job.outputs.counts.subscribe((pane) => seen.push(show(pane)))
    await settle()
    expect(seen).toEqual([])
    await vi.waitFor(() => expect(seen).toEqual(['10:00 home 1']), { timeout: 10_000 })
    await job.stop()
  })

  it('does not hold back the other sources of a step', () => {
    virtualTime().run(({ hot, expectObservable }) => {
      const job = streamingRunner().run((root) => ({
        counts: flatten([
          root.pipe(fromObservable('Busy', hot('-a-c------', marbles), clickTime)),
          root.pipe(fromObservable('Silent', NEVER, { ...clickTime, idleAfter: milliseconds(6) })),
        ]).pipe(perMinute),
      }))
      expectObservable(job.outputs.counts.pipe(map(show)), '^---------!').toBe('------x---', { x: '10:00 home 1' })
    })
  })

  it('that delivers again is waited for again, and never moves the watermark back', () => {
    virtualTime().run(({ hot, expectObservable, flush }) => {
      const job = streamingRunner().run((root) => ({
        counts: flatten([
          root.pipe(fromObservable('Busy', hot(' -a-c--------d----|', marbles), clickTime)),
          root.pipe(
            fromObservable('Sleepy', hot('---------b--------|', marbles), { ...clickTime, idleAfter: milliseconds(6) }),
          ),
        ]).pipe(perMinute),
      }))
      expectObservable(job.outputs.counts.pipe(map(show))).toBe('------x--------y--(z|)', {
        x: '10:00 home 1',
        y: '10:01 home 1',
        z: '10:02 home 1',
      })
      flush()
      expect([...job.ledgerCounts]).toEqual([['PerMinute/Count expired', 1]])
    })
  })
})
