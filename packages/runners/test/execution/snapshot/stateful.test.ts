/**
 * A stateful step goes on from a snapshot: timers of both domains, elements and changes that wait, windows that are to expire.
 */
import {
  afterCount,
  combinePerKey,
  eventTimeTimer,
  fixedWindows,
  milliseconds,
  processingTimeTimer,
  repeatedly,
  statefulParDo,
  valueState,
  windowInto,
  type KV,
  type PCollection,
  type Root,
  type StatefulDoFn,
  type Timer,
} from '@tidemark/core'
import { sum } from '@tidemark/transforms'
import { describe, expect, it } from 'vitest'
import { numbers } from '../scripted.ts'
import { resumed, type Built } from './resumed.ts'

type Timers = Readonly<Record<'e' | 'f' | 'p' | 'q', Timer>>
/** What an element does to the timers, by its number. */
type Acts = Readonly<Record<number, (timers: Timers) => void>>

/** Elements set timers by their number; what fires says its name. */
function alarms(acts: Acts, rest: { readonly windowed?: true; readonly arrival?: true } = {}): Built {
  const say = (name: string) => () => [name]
  return (root) => {
    const input = numbers(root, { bounded: true })
    const windowed = rest.windowed === true ? input.pipe(windowInto(fixedWindows(milliseconds(10)))) : input
    return {
      out: windowed.pipe(
        statefulParDo('Step', {
          state: {},
          timers: { e: eventTimeTimer(), f: eventTimeTimer(), p: processingTimeTimer(), q: processingTimeTimer() },
          process({ value, timers }) {
            acts[value]?.(timers)
          },
          onTimer: { e: say('e'), f: say('f'), p: say('p'), q: say('q') },
          ...(rest.arrival === true && { order: 'arrival' as const }),
        }),
      ),
    }
  }
}

describe('event-time timers', () => {
  // Mutation: packages/runners/src/execution/stateful/record-data.ts: `record.timestamps[place] = timestamp` → `record.timestamps[place] = time`
  it('fire at their time with the timestamp that was given to them, and hold the watermark at it', () => {
    const run = resumed(alarms({ 1: ({ e, f }) => [e.set(8, { outputTimestamp: 3 }), f.set(6)] }), (run) => {
      run.offer([1, 'a', 1]).watermark(2).watermark(5)
      expect(run.engine.outputWatermark('out')).toBe(3)
      run.watermark(20)
    })
    expect(run.heard.map(({ value, timestamp }) => [value, timestamp])).toEqual([
      ['f', 6],
      ['e', 3],
    ])
  })

  // Mutation: packages/runners/src/execution/stateful/record-data.ts: `record.holds[place] = hold` → `record.holds[place] = time`
  it('hold nothing when they have no output timestamp', () => {
    const none = { outputTimestamp: 'none' } as const
    const run = resumed(alarms({ 1: ({ e, p }) => [e.set(8, none), p.set(4, none)] }), (run) => {
      run.offer([1, 'a', 1]).watermark(3).watermark(7)
      expect(run.engine.outputWatermark('out')).toBe(7)
      run.watermark(9).tick(5)
    })
    expect(run.heard.map(({ value, timestamp }) => [value, timestamp])).toEqual([
      ['e', 8],
      ['p', 1],
    ])
  })
})

describe('processing-time timers', () => {
  // Mutation: packages/runners/src/execution/stateful/records.ts: `of this.table.entries()` → `of [...this.table.entries()].slice(1)`
  it('fire when processing time has passed them, and can be set from the time that the snapshot was taken at', () => {
    const acts: Acts = { 1: ({ p }) => p.set(50), 2: ({ q }) => q.setRelative(milliseconds(30)) }
    const run = resumed(alarms(acts, { arrival: true }), (run) => {
      run.offer([1, 'a', 1]).tick(10).offer([2, 'a', 2])
      expect(run.engine.nextProcessingTime()).toBe(40)
      run.tick(41)
      expect(run.engine.nextProcessingTime()).toBe(50)
      run.tick(51)
    })
    expect(run.heard.map(({ value, timestamp }) => [value, timestamp])).toEqual([
      ['q', 2],
      ['p', 1],
    ])
  })
})

/** Sums up numbers in the order of time; throws for 13. */
function running(options: Partial<StatefulDoFn<string, number, never, never, never, never, never>> = {}) {
  return statefulParDo('Step', {
    state: { total: valueState<number>() },
    *process({
      key,
      value,
      state,
    }: Parameters<StatefulDoFn<string, number, Cells, never, never, never, never>['process']>[0]) {
      if (value === 13) throw new Error('unlucky')
      const total = (state.total.read() ?? 0) + value
      state.total.write(total)
      yield [key, total] as const
    },
    ...(options as object),
  })
}
type Cells = { readonly total: ReturnType<typeof valueState<number>> }

describe('elements that wait', () => {
  // Mutation: packages/runners/src/execution/stateful/waiting-elements.ts: `position: position ?? undefined, count` → `position: undefined, count`
  it('run in the order of time, and as dead letters name file and line of before', () => {
    const run = resumed(
      (root) => ({ out: numbers(root, { bounded: true }).pipe(running({ onError: 'dead-letter' })) }),
      (run) => {
        run.offer([3, 'a', 4], [5, 'a', 13]).offer([1, 'a', 2], [9, 'b', 1]).watermark(6)
        expect(run.engine.counters().find(({ step }) => step === 'Step')).toMatchObject({ in: 4, waiting: 1 })
        expect(run.take()).toEqual(['dead-letter ["a",13] all at 0:1 line', 'all a=2 @1', 'all a=6 @3'])
        run.complete()
      },
    )
    expect(run.engine.ledgerCounts).toEqual(new Map([['Step dead-letter', 1]]))
  })

  // Mutation: packages/runners/src/execution/stateful/stateful-step.ts: `work.time = saved.time` → `void saved.time`
  it('are too late when the clock had passed them before', () => {
    resumed(
      (root) => ({ out: numbers(root, { bounded: true }).pipe(running()) }),
      (run) => {
        run.offer([3, 'a', 4]).watermark(6).offer([5, 'a', 1], [6, 'a', 1])
        expect(run.take()).toEqual(['all a=4 @3', 'too-late ["a",1] all at 0:1 line'])
        run.complete()
      },
    )
  })
})

/** Retracting sums per key, as elements of a stateful step in windows of ten. */
function changes(root: Root): PCollection<KV<string, number>> {
  return numbers(root).pipe(
    windowInto(fixedWindows(milliseconds(10)), {
      trigger: repeatedly(afterCount(1)),
      allowedLateness: milliseconds(0),
      accumulationMode: 'retracting',
      mayDrift: true,
    }),
    combinePerKey('Sum', sum()),
  )
}

describe('changes that wait', () => {
  // Mutation: packages/runners/src/execution/stateful/waiting-elements.ts: `if (textOf !== undefined) this.#remember` → `if (textOf === undefined) this.#remember`
  it('cancel those that come after the snapshot', () => {
    resumed(
      (root) => ({ out: changes(root).pipe(running()) }),
      (run) => {
        run.offer([1, 'a', 1]).offer([2, 'a', 2])
        expect(run.engine.counters().find(({ step }) => step === 'Step')).toMatchObject({ in: 3, waiting: 1 })
        run.offer([3, 'a', 4]).watermark(30)
        expect(run.take()).toEqual(['[0,10) a=7'])
      },
    )
  })
})

describe('windows of a stateful step', () => {
  const counting: Built = (root) => ({
    out: numbers(root).pipe(
      windowInto(fixedWindows(milliseconds(10))),
      statefulParDo('Step', {
        state: { total: valueState<number>() },
        process({ value, state }) {
          if (value > 0) state.total.write((state.total.read() ?? 0) + value)
        },
        *onWindowExpiration({ key, state }) {
          yield [key, state.total.read() ?? 0] as const
        },
      }),
    ),
  })

  // Mutation: packages/runners/src/execution/stateful/record-data.ts: `record.ran = ran` → `void ran`
  it('expire once, with the state of before, also where nothing is in it', () => {
    resumed(counting, (run) => {
      run.offer([1, 'b', 3], [2, 'a', 0]).watermark(5).offer([6, 'b', 4]).watermark(9)
      expect(run.take()).toEqual([])
      run.watermark(11)
      expect(run.take()).toEqual(['[0,10) a=0', '[0,10) b=7'])
      run.watermark(30).complete()
      expect(run.take()).toEqual([])
    })
  })
})
