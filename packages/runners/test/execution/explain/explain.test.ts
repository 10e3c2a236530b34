/**
 * explain: what is said of a window, at hand-checked moments.
 */
import { afterCount, afterWatermark, boundedOutOfOrderness, combinePerKey, days, eventTimeTimer } from '@tidemark/core'
import { fixedWindows, minutes, read, seconds, sessions, statefulParDo, valueState, windowInto } from '@tidemark/core'
import { buildGraph } from '@tidemark/core/graph'
import { memorySource } from '@tidemark/io/memory'
import { sum } from '@tidemark/transforms'
import { describe, expect, it } from 'vitest'
import { Engine, type EngineOptions } from '../../../src/execution/engine.ts'
import { formatExplanation } from '../../../src/execution/explain/format-explanation.ts'

const DAY = Date.UTC(2026, 2, 1)
const at = (time: string): number => Date.parse(`2026-03-01T${time}Z`)
const window = (from: string, to: string): { start: number; end: number } => ({ start: at(from), end: at(to) })

type Sale = readonly [region: string, at: number]

const graph = buildGraph((root) => {
  const sales = root.pipe(
    read('Sales', memorySource<Sale>([]), {
      timestamp: ([, time]) => time,
      watermark: boundedOutOfOrderness(seconds(5)),
    }),
  )
  return {
    perMinute: sales.pipe(
      windowInto(fixedWindows(minutes(1)), {
        trigger: afterWatermark({ early: afterCount(3), late: afterCount(1) }),
        allowedLateness: minutes(2),
        accumulationMode: 'accumulating',
      }),
      combinePerKey('PerMinute', sum()),
    ),
    visits: sales.pipe(windowInto(sessions(seconds(30))), combinePerKey('Visits', sum())),
    firsts: sales.pipe(
      windowInto(fixedWindows(days(1)), { allowedLateness: minutes(2), accumulationMode: 'accumulating' }),
      statefulParDo('Firsts', {
        state: { seen: valueState<number>() },
        timers: { end: eventTimeTimer() },
        process: ({ state, timers, timestamp }) => {
          state.seen.write(timestamp)
          timers.end.set(timestamp + 60_000)
        },
        onTimer: { end: () => ['a minute later'] },
      }),
    ),
  }
})

function run(options: EngineOptions = {}): {
  engine: Engine
  offer: (split: string, ...rows: [string, string][]) => void
} {
  const engine = new Engine(graph, { settled: true, ...options })
  const input = engine.inputs[0]!
  input.openSplits(['a', 'b', 'c'])
  return {
    engine,
    offer: (split, ...rows) =>
      input.offer(split, {
        elements: rows.map(([region, time]) => [region, at(time)]),
        offsets: rows.map((_, index) => index),
        rejected: [],
        position: null,
        bytes: 0,
        done: false,
      }),
  }
}

describe('explain', () => {
  it('says what an open window waits for, and which split is the slowest', () => {
    const { engine, offer } = run()
    offer('a', ['eu', '10:00:05'], ['eu', '10:00:50'], ['us', '10:01:20'])
    offer('b', ['eu', '10:00:30'], ['eu', '10:00:20'])
    engine.inputs[0]!.markIdle('c')
    const text = formatExplanation(engine.explain('eu', window('10:00:00', '10:01:00'), 'PerMinute'))
    const said = at('10:00:05') + at('10:00:50') + at('10:00:30') + at('10:00:20')
    // Two elements in the first bundle, two in the second: the early part counts to three once.
    expect(text.replaceAll('2026-03-01T', '').replaceAll('.000Z', '')).toBe(`\
PerMinute, key "eu", window [10:00:00, 10:01:00): open
  It has fired once, last early; no element waits. The watermark is 10:00:25 and has to pass 10:00:59.999Z, 34999 ms on. The slowest is split "b" of source "Sales", at 10:00:25.
  watermark in 10:00:25, out 10:00:25; expires past 10:02:59.999Z
  source "Sales" 10:00:25
    split "b" 10:00:25
    split "a" 10:01:15
    split "c" -infinity, idle
  panes: 1, the last early; elements since: 0
  afterWatermark({ early: afterCount(3), late: afterCount(1) }): waits for the watermark to pass 10:00:59.999Z
    afterCount(3): has counted 0 of 3 elements since the last pane
    afterCount(1): has counted 0 of 1 elements since the last pane
  ledger: nothing at this step or above it
  settled on ${said}
  drift-safe: its settled result does not depend on arrival`)
  })

  it('says of a window that has expired what it has settled on, and which of its elements came too late', () => {
    const { engine, offer } = run()
    engine.inputs[0]!.markIdle('c')
    offer('a', ['eu', '10:00:05'], ['eu', '10:09:20'])
    offer('b', ['eu', '10:09:30'], ['us', '10:00:31'], ['eu', '10:00:30'])
    const explanation = engine.explain('eu', window('10:00:00', '10:01:00'), 'PerMinute')
    expect(explanation).toMatchObject({ status: 'expired', settled: [at('10:00:05')], expiry: at('10:02:59.999') })
    expect(explanation.ledger.entries.map(({ reason, element }) => [reason, element])).toEqual([
      ['expired', ['eu', at('10:00:30')]],
    ])
    expect(explanation.ledger.counts).toEqual([{ step: 'PerMinute', reason: 'expired', count: 2 }])
    expect(explanation.because).toContain('The window expired when the watermark passed 2026-03-01T10:02:59.999Z.')
  })

  it('finds the session that overlaps the window asked for', () => {
    const { engine, offer } = run()
    offer('a', ['eu', '10:00:05'], ['eu', '10:00:25'])
    const explanation = engine.explain('eu', window('10:00:20', '10:00:21'), 'Visits')
    expect(explanation).toMatchObject({ status: 'open', window: window('10:00:05', '10:00:55') })
    expect(engine.explain('us', window('10:00:20', '10:00:21'), 'Visits').status).toBe('unseen')
  })

  it('shows the elements, cells and timers of a stateful step, and how long it waits', () => {
    const { engine, offer } = run()
    for (const split of ['b', 'c']) engine.inputs[0]!.markIdle(split)
    offer('a', ['eu', '10:00:05'], ['us', '10:03:00'])
    const day = { start: DAY, end: DAY + 86_400_000 }
    // The clock of the step is 10:02:55 - 2 min = 10:00:55: eu has run, its timer is set for 10:01:05; us waits.
    expect(engine.explain('eu', day, 'Firsts')).toMatchObject({
      status: 'open',
      state: { waiting: 0, cells: ['seen'] },
      timers: [{ name: 'end', domain: 'event-time', time: at('10:01:05') }],
      waits: [{ step: 'Firsts', milliseconds: 120_000 }],
      holds: [{ step: 'Firsts', timestamp: at('10:01:05'), owner: expect.stringContaining('timer "end" of "eu"') }],
    })
    const text = formatExplanation(engine.explain('us', day, 'Firsts'))
    expect(text).toContain('1 element wait')
    expect(text).toContain('"Firsts" waits 120000 ms for late elements')
  })

  it('says the same of every number of shards, and after a restore', () => {
    const texts = [1, 2, 8].map((shards) => {
      const { engine, offer } = run({ shards })
      offer('a', ['eu', '10:00:05'], ['eu', '10:00:50'], ['us', '10:01:20'])
      const restored = new Engine(graph, { settled: true, shards })
      restored.restore(engine.snapshot())
      return [engine, restored].map((one) =>
        formatExplanation(one.explain('eu', window('10:00:00', '10:01:00'), 'PerMinute')),
      )
    })
    expect(new Set(texts.flat()).size).toBe(1)
  })

  it('asks which step is meant, and knows those there are', () => {
    const { engine } = run()
    const asked = (step?: string): string => {
      try {
        return engine.explain('eu', window('10:00:00', '10:01:00'), step).status
      } catch (error) {
        return (error as Error).message
      }
    }
    expect(asked()).toContain('3 steps at which windows stand')
    expect(asked('Sales')).toContain('Such steps are "PerMinute", "Visits", "Firsts".')
  })
})
