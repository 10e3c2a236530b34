/**
 * What waits to be final, and what has to be taken back later, is in the snapshot.
 */
import { LocalDate } from '@js-joda/core'
import {
  afterCount,
  combinePerKey,
  decodeValue,
  encodeValue,
  fixedWindows,
  flatten,
  map,
  milliseconds,
  repeatedly,
  sessions,
  windowInto,
  type Coder,
  type PCollection,
  type Root,
} from '@tidemark/core'
import { sum } from '@tidemark/transforms'
import { describe, expect, it } from 'vitest'
import { numbers } from '../scripted.ts'
import { TAKES, textOf, TakingRun, type TakingOptions } from './taking-run.ts'
import { panesOf } from './windowed-counts.ts'

const perTen = fixedWindows(milliseconds(10))
const localDate: Coder<unknown> = {
  id: 'local-date:1',
  encode: (day) => encodeValue((day as LocalDate).toString()),
  decode: (bytes) => LocalDate.parse(decodeValue(bytes) as string),
}

/** Plays a script straight through and with a restore after each call, and returns what both have handed to sinks. */
function restored(
  pipeline: (root: Root) => PCollection<unknown>,
  script: readonly ((run: TakingRun) => void)[],
  options: TakingOptions = {},
): Readonly<Record<string, readonly string[]>> {
  const [straight, again] = [false, true].map((restores) => {
    const run = new TakingRun(pipeline, options)
    for (const call of script) {
      call(run)
      if (restores) run.restore()
    }
    run.engine.assertConserved()
    return run
  }) as [TakingRun, TakingRun]
  expect(again.taken).toEqual(straight.taken)
  expect(again.engine.counters()).toEqual(straight.engine.counters())
  expect(again.engine.snapshot()).toEqual(straight.engine.snapshot())
  return Object.fromEntries(TAKES.map((takes) => [takes, again.taken[takes].map(textOf)]))
}

describe('a run that goes on from a snapshot', () => {
  // Mutation: packages/runners/src/execution/sink/taking-step.ts: `this.standing.load(panes)` → `void panes`
  // Mutation: packages/runners/src/execution/sink/overwrites-step.ts: `super.loadRest(data)` → `return`
  it('hands to sinks what it would have without, to the last element and in the same order', () => {
    const twoWays = (mode: 'accumulating' | 'discarding' | 'retracting') => (root: Root) => {
      const counts = panesOf(sessions(milliseconds(10)), mode)(root)
      return flatten([counts, counts.pipe(map(([key, n]) => [key, -n] as const))])
    }
    for (const mode of ['accumulating', 'discarding', 'retracting'] as const) {
      const taken = restored(twoWays(mode), [
        (run) => run.offer([[0, 'a', 1], [0, 'b', 1]]), // prettier-ignore
        (run) => run.offer([[15, 'a', 1]]),
        (run) => run.offer([[8, 'a', 1]]),
        (run) => run.watermark(40),
        (run) => run.complete(),
      ])
      expect(taken['final']!.length).toBeGreaterThan(3)
      expect(taken['overwrites']).toContain('Count a [0,10): nothing (unknown)')
    }
  })

  it('knows keys by the coder of their grouping, and elements by that of the sink', () => {
    const byDay = (root: Root) => {
      const sums = numbers(root).pipe(
        map(([day, value]) => [LocalDate.parse(day), value] as const),
        windowInto(perTen, {
          trigger: repeatedly(afterCount(1)),
          allowedLateness: milliseconds(20),
          accumulationMode: 'accumulating',
          onTime: 'if-non-empty',
        }),
        combinePerKey('Sum', sum(), { keyCoder: localDate as Coder<LocalDate> }),
        map(([day, total]) => [day.toString(), total] as const),
      )
      return flatten([sums, sums.pipe(map(([day]) => [day, 0] as const))])
    }
    const early = (root: Root) => panesOf(perTen, 'accumulating')(root).pipe(map(([day]) => LocalDate.parse(day)))
    const script = [
      (run: TakingRun) => run.offer([[1, '2026-03-01', 1]]),
      (run: TakingRun) => run.watermark(12).offer([[2, '2026-03-01', 1]]),
      (run: TakingRun) => run.complete(),
    ]
    const taken = restored(byDay, script, { settled: false })
    expect(taken['final']!.toSorted()).toEqual(['[0,10) 2026-03-01=0 late#1', '[0,10) 2026-03-01=2 late#1'])
    expect(taken['overwrites']!.at(-1)).toBe('Sum 2026-03-01 [0,10): 2, 0 (late)')
    expect(restored(early, script, { takes: ['final', 'changes'], coder: localDate, settled: false })['final']).toEqual(
      ['[0,10) "2026-03-01" late#1'],
    )
  })

  it('needs elements that wait to be plain data where the sink has no coder, and says whose they are', () => {
    const days = (root: Root) => panesOf(perTen, 'accumulating')(root).pipe(map(([day]) => LocalDate.parse(day)))
    const run = new TakingRun(days, { takes: ['panes', 'final'], settled: false })
    run.offer([[1, '2026-03-01', 1]])
    expect(() => run.engine.snapshot()).toThrow(expect.objectContaining({ code: 'CLASS_INSTANCE' }))
    expect(() => run.engine.snapshot()).toThrow(/"Intofinal"/)
  })
})
