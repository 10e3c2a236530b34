/**
 * job.explain: why a key and window of a live job have fired, or not, at moments that were worked out by hand.
 */
import {
  afterCount,
  afterProcessingTime,
  afterWatermark,
  combinePerKey,
  fixedWindows,
  formatTrigger,
  hours,
  minutes,
  read,
  seconds,
  statefulParDo,
  valueState,
  windowInto,
  withKeys,
  type PCollection,
  type Root,
} from '@tidemark/core'
import type { Outputs } from '@tidemark/core/graph'
import { formatExplanation, fromObservable, streamingRunner } from '@tidemark/runners/streaming'
import type { Explanation, StreamingOptions } from '@tidemark/runners/streaming'
import { count } from '@tidemark/transforms'
import { Subject } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { at, click, clickTime, type Click } from './clicks.ts'
import { fedSource } from './fed-source.ts'
import { settle } from './slow-sink.ts'
import { virtualEnv } from './virtual-env.ts'

const window = (from: string, to: string): { readonly start: number; readonly end: number } => ({
  start: at(from),
  end: at(to),
})

/** A time of the day in place of a time stamp, so that lines stay short. */
function text(explanation: Explanation): string {
  return formatExplanation(explanation).replaceAll('2026-03-01T', '').replaceAll('.000Z', '')
}

/** A job over splits that a test feeds. */
function fedJob<O extends Outputs>(pipeline: (clicks: PCollection<Click>) => O, idle: object = {}) {
  const { env, pass } = virtualEnv(at('09:00:00'))
  const source = fedSource<Click>('a', 'b', 'c')
  const job = streamingRunner({ env }).run((root: Root) =>
    pipeline(root.pipe(read('Clicks', source, { ...clickTime, ...idle }))),
  )
  const go = async (length = 0): Promise<void> => {
    pass(length)
    await settle()
    pass()
  }
  job.start()
  return { job, feed: source.feed, go }
}

/** A job over clicks of an observable. */
function clickJob<O extends Outputs>(pipeline: (clicks: PCollection<Click>) => O, options: StreamingOptions = {}) {
  const { env, pass } = virtualEnv(at('09:00:00'))
  const clicks$ = new Subject<Click>()
  const job = streamingRunner({ env, ...options }).run((root: Root) =>
    pipeline(root.pipe(fromObservable('Clicks', clicks$, clickTime))),
  )
  const next = (...clicks: readonly Click[]): void => {
    job.start()
    for (const one of clicks) clicks$.next(one)
    pass()
  }
  return { job, next }
}

const perPage = withKeys((one: Click) => one.page)

describe('explain of a live job', () => {
  // Mutation: packages/runners/src/execution/explain/explain.ts: `Number(a.state === 'idle') - Number(b.state === 'idle') || a.watermark - b.watermark` → `0`
  // Mutation: packages/runners/src/execution/explain/because.ts: `splits.find(({ state }) => state === 'read')` → `splits.at(1)`
  it('names the slowest split, and those that are silent', async () => {
    const { job, feed, go } = fedJob(
      (clicks) => ({
        counts: clicks.pipe(windowInto(fixedWindows(minutes(1))), perPage, combinePerKey('PerMinute', count())),
      }),
      { idleAfter: seconds(30) },
    )
    await go()
    feed('b', click('10:00:40'), click('10:01:20'))
    feed('c', click('10:00:30'), click('10:00:05'))
    await go(29_000)
    feed('b', click('10:01:21'))
    feed('c', click('10:00:31'))
    await go(1_000)
    // b is at 10:01:21 - 5 s, c at 10:00:31 - 5 s; a has given nothing for 30 s.
    expect(text(job.explain('home', window('10:00:00', '10:01:00')))).toBe(`\
PerMinute, key "home", window [10:00:00, 10:01:00): open
  It has not fired; 4 elements wait. The watermark is 10:00:26 and has to pass 10:00:59.999Z, 33999 ms on. The slowest is split "c" of source "Clicks", at 10:00:26.
  watermark in 10:00:26, out 10:00:26; expires past 10:00:59.999Z
  source "Clicks" 10:00:26
    split "c" 10:00:26
    split "b" 10:01:16
    split "a" -infinity, idle
  panes: 0; elements since: 4
  defaultTrigger(): waits for the watermark to pass 10:00:59.999Z
  ledger: nothing at this step or above it
  drift-safe: its settled result does not depend on arrival`)
    // Silent, all of them: the watermark is that of the one that is furthest on.
    await go(30_000)
    const { status, because, sources } = job.explain('home', window('10:01:00', '10:02:00'))
    expect({ status, because }).toEqual({
      status: 'open',
      because: expect.stringContaining('All splits of source "Clicks" are silent or complete.'),
    })
    expect(sources[0]?.splits.map(({ state }) => state)).toEqual(['idle', 'idle', 'idle'])
    await job.stop()
  })

  // Mutation: packages/runners/src/execution/explain/explain.ts: `const above = upstream.above(step)` → `const above = graph.steps.slice(0, 0)`
  // Mutation: packages/runners/src/execution/explain/because.ts: `if (hold !== undefined && hold.timestamp <= behind)` → `if (false && hold !== undefined)`
  it('names the step above that holds the watermark, and for which key and window', async () => {
    const { job, feed, go } = fedJob((clicks) => ({
      counts: clicks.pipe(
        windowInto(fixedWindows(minutes(1)), {
          allowedLateness: seconds(0),
          accumulationMode: 'accumulating',
          timestampCombiner: 'earliest',
        }),
        perPage,
        combinePerKey('PerMinute', count()),
        windowInto(fixedWindows(hours(1))),
        combinePerKey('PerHour', count()),
      ),
    }))
    await go()
    for (const split of ['a', 'b', 'c']) feed(split, click('10:00:40'), click('10:01:30', 'help'), click('10:01:50'))
    await go()
    // The minute of 10:00 is over, and one pane of it has come; the next pane will have the time of its first element, 10:01:30.
    const explanation = job.explain('home', window('10:00:00', '11:00:00'), 'PerHour')
    expect(explanation).toMatchObject({
      status: 'open',
      inputWatermark: at('10:01:30'),
      holds: [
        {
          step: 'PerHour',
          timestamp: at('10:00:40'),
          owner: 'the pane to come of "home" [2026-03-01T10:00:00.000Z, 2026-03-01T11:00:00.000Z)',
        },
        { step: 'PerMinute', timestamp: at('10:01:30') },
      ],
    })
    expect(text(explanation).split('\n')[1]).toContain(
      'The watermark is 10:01:30 and has to pass 10:59:59.999Z, 3509999 ms on. ' +
        'Step "PerMinute" holds it: the pane to come of "help" [10:01:00, 10:02:00), at 10:01:30.',
    )
    // Seen from the step that holds it, the sources are the reason.
    expect(job.explain('help', window('10:01:00', '10:02:00'), 'PerMinute').because).toContain('The slowest is split')
    await job.stop()
  })

  // Mutation: packages/runners/src/execution/explain/explain-trigger.ts: `memory === NO_DATUM` → `memory !== NO_DATUM`
  // Mutation: packages/runners/src/execution/explain/explain-trigger.ts: `return [early ?? { kind: 'never' }, ...` → `return [...`
  it('shows what each part of a trigger waits for, by both clocks', async () => {
    const early = afterProcessingTime(seconds(10))
    const trigger = afterWatermark({ early, late: afterCount(2) })
    const { job, feed, go } = fedJob((clicks) => ({
      counts: clicks.pipe(
        windowInto(fixedWindows(minutes(1)), {
          trigger,
          allowedLateness: minutes(1),
          accumulationMode: 'accumulating',
        }),
        perPage,
        combinePerKey('PerMinute', count()),
      ),
    }))
    const nodes = (): readonly string[] =>
      job
        .explain('home', window('10:00:00', '10:01:00'))
        .trigger.map((node) => `${node.depth} ${node.trigger}: ${node.waitsFor}`.replaceAll('2026-03-01T', ''))
    await go()
    for (const split of ['a', 'b', 'c']) feed(split, click('10:00:30'))
    await go()
    await go(2_000)
    feed('a', click('10:00:31'))
    await go()
    expect(nodes()).toEqual([
      `0 ${formatTrigger(trigger)}: waits for the watermark to pass 10:00:59.999Z`,
      `1 ${formatTrigger(early)}: waits for the clock to pass 09:00:10.000Z, and it is 09:00:02.000Z`,
      '1 afterCount(2): has counted 0 of 2 elements since the last pane',
    ])
    await go(8_001)
    expect(job.explain('home', window('10:00:00', '10:01:00'))).toMatchObject({
      panes: { emitted: 1, last: 'early', pending: 0 },
      processingTime: at('09:00:10.001'),
    })
    expect(nodes()[1]).toBe(`1 ${formatTrigger(early)}: waits for the first element of a pane`)
    for (const split of ['a', 'b', 'c']) feed(split, click('10:01:10'))
    await go()
    feed('a', click('10:00:50'))
    await go()
    expect(nodes()).toEqual([
      `0 ${formatTrigger(trigger)}: the watermark has passed the end of the window`,
      `1 ${formatTrigger(early)}: has finished`,
      '1 afterCount(2): has counted 1 of 2 elements since the last pane',
    ])
    await job.stop()
  })

  // Mutation: packages/runners/src/execution/explain/explain.ts: `Math.min(payload.lateness ?? allowedLateness, allowedLateness)` → `0`
  it('says for how long a step in the order of time waits, where it is asked for and further down', async () => {
    const { job, next } = clickJob((clicks) => ({
      counts: clicks.pipe(
        windowInto(fixedWindows(minutes(1)), { allowedLateness: seconds(20), accumulationMode: 'accumulating' }),
        perPage,
        statefulParDo('Firsts', {
          state: { seen: valueState<boolean>() },
          *process({ key, state }) {
            if (state.seen.read() !== true) yield [key, 1] as const
            state.seen.write(true)
          },
        }),
        combinePerKey('Count', count()),
      ),
    }))
    next(click('10:00:10'), click('10:00:20'), click('10:00:31', 'help'), click('10:00:40'))
    // The watermark is 10:00:35 and the step's clock 10:00:15, so the first click has run, and two of that page wait.
    const waits = [{ step: 'Firsts', milliseconds: 20_000 }]
    const minute = window('10:00:00', '10:01:00')
    expect(job.explain('home', minute, 'Firsts')).toMatchObject({
      status: 'open',
      because:
        '2 elements wait. No timer is set. The watermark is 2026-03-01T10:00:35.000Z. The step waits 20 s for late elements: its clock is ' +
        '2026-03-01T10:00:15.000Z. The slowest is split "0" of source "Clicks", at 2026-03-01T10:00:35.000Z.',
      outputWatermark: at('10:00:15'),
      state: { waiting: 2, cells: ['seen'] },
      waits,
    })
    const below = job.explain('home', minute, 'Count')
    expect(below).toMatchObject({ inputWatermark: at('10:00:15'), panes: { emitted: 0, pending: 1 }, waits })
    expect(below.holds.map(({ step, timestamp }) => [step, timestamp])).toEqual([
      ['Firsts', at('10:00:20')],
      ['Firsts', at('10:00:31')],
    ])
    expect(text(below)).toContain('\n  "Firsts" waits 20000 ms for late elements\n')
    await job.stop()
  })

  // Mutation: packages/runners/src/execution/explain/what-became.ts: `sameKey(entry.element, key)` → `true`
  // Mutation: packages/runners/src/execution/explain/what-became.ts: `entry.window.start >= window.end || entry.window.end <= window.start` → `false`
  it('lists the ledger entries of that key and window, and counts those of the steps above', async () => {
    const { job, next } = clickJob(
      (clicks) => ({
        counts: clicks.pipe(windowInto(fixedWindows(minutes(1))), perPage, combinePerKey('PerMinute', count())),
      }),
      { settled: true },
    )
    next(click('10:00:01'), click('10:03:00'), click('bogus'))
    next(click('10:00:02'), click('10:00:03', 'help'), click('10:01:04'))
    const explanation = job.explain('home', window('10:00:00', '10:01:00'))
    expect(explanation).toMatchObject({ status: 'expired', settled: [1] })
    expect(explanation.ledger.entries.map(({ reason, element }) => [reason, element])).toEqual([
      ['expired', ['home', click('10:00:02')]],
    ])
    expect(explanation.ledger.counts).toEqual([
      { step: 'Clicks', reason: 'dead-letter', count: 1 },
      { step: 'PerMinute', reason: 'expired', count: 3 },
    ])
    const because = job.ledgerEntries[1]!.detail!
    expect(formatExplanation(explanation).split('\n').slice(-4)).toEqual([
      '  ledger: 1 dead-letter at "Clicks", 3 expired at "PerMinute"',
      `    expired: ["home",{"page":"home","at":${at('10:00:02')}}] at 2026-03-01T10:00:02.000Z; ${because}`,
      '  settled on 1',
      '  drift-safe: its settled result does not depend on arrival',
    ])
    await job.stop()
  })

  it('asks which step is meant where several keep state, and knows a job that has not begun', () => {
    const { job } = clickJob(
      (clicks) => {
        const paged = clicks.pipe(windowInto(fixedWindows(minutes(1))), perPage)
        return {
          counts: paged.pipe(combinePerKey('Count', count())),
          twice: paged.pipe(combinePerKey('Twice', count())),
        }
      },
      { autoStart: false },
    )
    const minute = window('10:00:00', '10:01:00')
    expect(() => job.explain('home', minute)).toThrow(
      expect.objectContaining({
        code: 'AMBIGUOUS_STEP',
        message: expect.stringContaining('Say which: "Count", "Twice".'),
      }),
    )
    expect(() => job.explain('home', minute, 'Clicks')).toThrow(
      expect.objectContaining({
        code: 'UNKNOWN_STEP',
        message: expect.stringContaining('no step "Clicks" at which elements wait'),
      }),
    )
    expect(job.explain('home', minute, 'Twice').status).toBe('unseen')
  })
})
