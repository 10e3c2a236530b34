/**
 * Sources that fail and sources that end, in a live job.
 */
import {
  milliseconds,
  minutes,
  PipelineError,
  read,
  seconds,
  write,
  type PullSource,
  type SourceBatch,
} from '@tidemark/core'
import { manualClock } from '@tidemark/core/testing'
import { memorySink, memorySource, readMemory } from '@tidemark/io/memory'
import { fromObservable, streamingRunner, type StreamingOptions } from '@tidemark/runners/streaming'
import fc from 'fast-check'
import { of, Subject } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { brokenSource, type BrokenSource } from '../../driver/broken-source.ts'
import { quickClock } from '../../driver/quick-clock.ts'
import { click, clickTime, perMinute, show, type Click } from '../clicks.ts'
import { settle } from '../slow-sink.ts'

const numbers = Array.from({ length: 20 }, (_, index) => index)
const timestamp = (number: number): number => number

/** A job that reads numbers; quickly, as far as nothing else is said. */
function numbersJob(source: PullSource<number>, options: StreamingOptions = {}) {
  const job = streamingRunner({ bundleSize: 4, env: { clock: quickClock(), random: () => 0.5 }, ...options }).run(
    (root) => ({ numbers: root.pipe(read('Numbers', source, { timestamp })) }),
  )
  const seen: number[] = []
  job.outputs.numbers.subscribe({ next: ({ value }) => seen.push(value), error: () => undefined })
  return { job, seen }
}

describe('A17: a pull source that fails in a live job', () => {
  // Mutation: packages/runners/src/driver/retrying-reader.ts: `source.open(split, this.#position)` → `source.open(split)`
  it('A17: is read again from where it had come to: what came before it is processed once, nothing is lost', async () => {
    for (const loses of [false, true]) {
      const source = brokenSource(numbers, [{ at: 6, times: 1, loses }])
      const { job, seen } = numbersJob(source)
      await job.done
      expect(seen).toEqual(numbers)
      expect(source.opened).toEqual([undefined, loses ? 4 : 6])
      expect([...job.retries]).toEqual([['Numbers', 1]])
    }
  })

  it('A17: loses and repeats nothing wherever and however it fails, and never has two readers open', async () => {
    const breaks = fc.uniqueArray(
      fc.record({ at: fc.nat(19), times: fc.integer({ min: 1, max: 5 }), loses: fc.boolean() }),
      { selector: ({ at }) => at, maxLength: 6 },
    )
    const how = fc.record({ rejects: fc.boolean(), closeFails: fc.boolean() })
    await fc.assert(
      fc.asyncProperty(breaks, how, fc.integer({ min: 1, max: 25 }), async (places, options, bundleSize) => {
        const source = brokenSource(numbers, places, options)
        const { job, seen } = numbersJob(source, { bundleSize, retry: { attempts: 30 } })
        await job.done
        expect(seen).toEqual(numbers)
        expect(job.retries.get('Numbers') ?? 0).toBe(places.reduce((sum, { times }) => sum + times, 0))
        expect([source.mostOpen(), source.stillOpen()]).toEqual([1, 0])
      }),
      { numRuns: 60 },
    )
  })

  it('A17: fails the job after so many failures in a row; no window is closed and nothing is published', async () => {
    const sink = memorySink<Click>()
    const clicks = [click('10:00:01'), click('10:00:02')]
    const source = brokenSource(clicks, [{ at: 1, times: 4, loses: false }])
    const job = streamingRunner({ retry: { attempts: 3 }, env: { clock: quickClock() } }).run((root) => {
      const all = root.pipe(read('Clicks', source, clickTime))
      all.pipe(write('Out', sink))
      return { counts: all.pipe(perMinute) }
    })
    const seen: string[] = []
    job.outputs.counts.subscribe({ next: (pane) => seen.push(show(pane)), error: () => undefined })
    await expect(job.done).rejects.toMatchObject({
      code: 'SOURCE_FAILED',
      step: 'Clicks',
      cause: new Error('broken before 1'),
      message: expect.stringContaining('read again 3 times'),
    })
    expect([seen, sink.committed, source.stillOpen()]).toEqual([[], [], 0])
  })

  it('A17: is not read again after an error with a code of its own, which is final', async () => {
    const changed = new PipelineError('SOURCE_CHANGED', 'The file was written to.')
    let opened = 0
    const open: PullSource<number>['open'] = () => {
      opened++
      throw changed
    }
    await expect(numbersJob({ ...memorySource(numbers), open }).job.done).rejects.toBe(changed)
    expect(opened).toBe(1)
  })

  it('A17: is refused when it repeats itself instead of going on from its position', async () => {
    const source = brokenSource(numbers, [{ at: 6, times: 1, loses: true }])
    const forgetful: BrokenSource<number> = { ...source, open: (split) => source.open(split) }
    const { job, seen } = numbersJob(forgetful)
    await expect(job.done).rejects.toMatchObject({ code: 'SOURCE_REPEATED', step: 'Numbers' })
    expect(seen).toEqual([0, 1, 2, 3])
  })

  it('A17: lets other splits go on while one of them waits to be read again', async () => {
    const clock = manualClock()
    const broken = brokenSource([0, 1], [{ at: 1, times: 1, loses: false }])
    const whole = brokenSource([10, 11], [])
    const source: PullSource<number> = {
      ...broken,
      splits: () => Promise.resolve(['broken', 'whole'].map((id) => ({ id, restriction: null }))),
      open: (split, position) => (split.id === 'broken' ? broken : whole).open(split, position),
    }
    const { job, seen } = numbersJob(source, { env: { clock } })
    await settle()
    expect(seen.toSorted((a, b) => a - b)).toEqual([0, 10, 11])
    clock.advance(seconds(1))
    await job.done
    expect(seen.toSorted((a, b) => a - b)).toEqual([0, 1, 10, 11])
  })

  // Mutation: packages/runners/src/streaming/split-reader.ts: `if (!this.#isFailing) this.#waitingSince` → `this.#waitingSince`
  it('A17: holds the watermark while a split waits, however long: one that cannot be read is not silent', async () => {
    const clock = manualClock()
    const broken = brokenSource([click('10:00:01'), click('10:00:50')], [{ at: 1, times: 1, loses: false }])
    const ahead = brokenSource([click('10:02:00')], [])
    const source: PullSource<Click> = {
      ...broken,
      bounded: false,
      splits: () => Promise.resolve(['broken', 'ahead'].map((id) => ({ id, restriction: null }))),
      open(split, position) {
        const reader = (split.id === 'broken' ? broken : ahead).open(split, position)
        // An unbounded split has no end; when all is read, it waits.
        const read = (batch: SourceBatch<Click>): SourceBatch<Click> | Promise<SourceBatch<Click>> =>
          batch.elements.length === 0 ? new Promise(() => undefined) : { ...batch, done: false }
        return { ...reader, read: (credits) => read(reader.read(credits) as SourceBatch<Click>) }
      },
    }
    const job = streamingRunner({
      env: { clock },
      retry: { firstDelay: minutes(10), longestDelay: minutes(10) },
    }).run((root) => ({
      counts: root.pipe(read('Clicks', source, { ...clickTime, idleAfter: milliseconds(300) }), perMinute),
    }))
    const seen: string[] = []
    job.outputs.counts.subscribe((pane) => seen.push(show(pane)))
    await settle()
    clock.advance(minutes(4))
    await settle()
    expect([seen, [...job.retries]]).toEqual([[], [['Clicks', 1]]])
    clock.advance(minutes(20))
    await settle()
    expect(seen).toEqual([])
    clock.advance(milliseconds(300))
    await settle()
    expect(seen).toEqual(['10:00 home 2'])
    await job.stop()
    expect([...job.ledgerCounts]).toEqual([])
  })

  // Mutation: packages/runners/src/streaming/split-reader.ts: `        this.#silence = 0` → ``
  it('A17: begins to count silence anew when it is read again, as nobody knows what there was meanwhile', async () => {
    const clock = manualClock()
    const clicks: Readonly<Record<string, readonly Click[]>> = {
      flaky: [click('10:00:01')],
      ahead: [click('10:02:00')],
    }
    const waiting: { give(batch: SourceBatch<Click>): void; fail(cause: unknown): void }[] = []
    const nothing = { elements: [], offsets: [], rejected: [], position: 1, bytes: 0, done: false }
    const source: PullSource<Click> = {
      ...memorySource(clicks),
      bounded: false,
      open({ id }, position) {
        let elements = position === undefined ? clicks[id]! : []
        return {
          read() {
            const batch = { ...nothing, elements, offsets: [0] }
            elements = []
            if (batch.elements.length > 0) return batch
            return new Promise((give, fail) => id === 'flaky' && waiting.push({ give, fail }))
          },
          close: () => undefined,
        }
      },
    }
    const job = streamingRunner({ env: { clock }, retry: { firstDelay: milliseconds(0) } }).run((root) => ({
      counts: root.pipe(read('Clicks', source, { ...clickTime, idleAfter: milliseconds(300) }), perMinute),
    }))
    const seen: string[] = []
    job.outputs.counts.subscribe((pane) => seen.push(show(pane)))
    const pass = async (length: number): Promise<void> => {
      await settle()
      clock.advance(milliseconds(length))
      await settle()
    }
    await pass(200)
    waiting[0]!.give(nothing)
    await settle()
    waiting[1]!.fail(new Error('gone'))
    await pass(0)
    await pass(299)
    expect([seen, waiting.length]).toEqual([[], 3])
    await pass(1)
    expect(seen).toEqual(['10:00 home 1'])
    await job.stop()
  })

  // Mutation: packages/runners/src/driver/retrying-reader.ts: `this.#callOff?.()` → `undefined`
  it('A17: can be left while it waits, by stop() and by drain()', async () => {
    for (const end of ['stop', 'drain'] as const) {
      const clock = manualClock()
      const source = brokenSource(numbers, [{ at: 6, times: 1, loses: false }])
      const { job, seen } = numbersJob(source, { env: { clock } })
      await settle()
      await job[end]()
      expect([seen, clock.waiting, source.stillOpen()]).toEqual([[0, 1, 2, 3, 4, 5], 0, 0])
    }
  })
})

describe('A18: a source that ends, in a live job', () => {
  it('A18: gives final panes of the windows that were open, at the end of time', async () => {
    for (const clicks of [
      readMemory('Clicks', [click('10:00:01'), click('10:02:00')], clickTime),
      fromObservable('Clicks', of(click('10:00:01'), click('10:02:00')), clickTime),
    ]) {
      const job = streamingRunner().run((root) => ({ counts: root.pipe(clicks, perMinute) }))
      const seen: string[] = []
      job.outputs.counts.subscribe((pane) => seen.push(`${show(pane)} ${pane.pane.timing} ${pane.pane.isLast}`))
      await job.done
      expect(seen).toEqual(['10:00 home 1 on-time true', '10:02 home 1 on-time true'])
    }
  })

  it('A18: emits nothing more once it is done or drained, whatever is asked of it', async () => {
    const clock = manualClock()
    const clicks$ = new Subject<Click>()
    const sink = memorySink<unknown>()
    const job = streamingRunner({ env: { clock } }).run((root) => {
      const counts = root.pipe(fromObservable('Clicks', clicks$, { ...clickTime, idleAfter: seconds(1) }), perMinute)
      counts.pipe(write('Out', sink))
      return { counts }
    })
    const seen: string[] = []
    job.outputs.counts.subscribe((pane) => seen.push(show(pane)))
    job.start()
    clicks$.next(click('10:00:01'))
    await job.drain()
    expect([seen, sink.committed.length, job.state]).toEqual([['10:00 home 1'], 1, 'done'])
    clicks$.next(click('10:05:00'))
    job.start()
    await job.drain()
    await job.stop()
    clock.advance(minutes(60))
    await settle()
    expect([seen, sink.committed.length, job.state]).toEqual([['10:00 home 1'], 1, 'done'])
    expect([clock.waiting, clicks$.observed]).toEqual([0, false])
  })

  it('A18: gives nothing of a read that was under way when it was drained', async () => {
    const pending: ((batch: SourceBatch<number>) => void)[] = []
    const source: PullSource<number> = {
      ...memorySource(numbers),
      open: () => ({ read: () => new Promise((resolve) => pending.push(resolve)), close: () => undefined }),
    }
    const { job, seen } = numbersJob(source)
    await settle()
    await job.drain()
    pending[0]!({ elements: [1], offsets: [0], rejected: [], position: 1, bytes: 0, done: true })
    await settle()
    expect([seen, job.state]).toEqual([[], 'done'])
  })
})
