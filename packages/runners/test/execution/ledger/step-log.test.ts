/**
 * Conservation: what a step took in is accounted for, and the assertion can fail.
 */
import { combinePerKey, fixedWindows, milliseconds, MIN_TIMESTAMP, windowInto, type LedgerEntry } from '@tidemark/core'
import { buildGraph } from '@tidemark/core/graph'
import { sum } from '@tidemark/transforms'
import { describe, expect, it } from 'vitest'
import { StepLog, type StepCounters } from '../../../src/execution/ledger/step-log.ts'
import { numbers, Scripted } from '../scripted.ts'

const step = buildGraph((root) => ({ out: numbers(root) })).steps[0]!
const entry = (reason: LedgerEntry['reason']): LedgerEntry => ({
  reason,
  step: 'In',
  element: 1,
  timestamp: 1,
  window: undefined,
  watermark: MIN_TIMESTAMP,
  position: undefined,
  detail: undefined,
})

describe('the counters of a step', () => {
  it.each<[string, Partial<StepCounters>]>([
    ['all gave output', { in: 3, withOutput: 3 }],
    [
      'some were left out, some wait, some are in the ledger',
      { in: 6, withOutput: 1, withoutOutput: 2, waiting: 2, ledger: 1 },
    ],
    ['nothing came', { out: 1 }],
  ])('balance when %s', (_, counters) => {
    const log = new StepLog(step, undefined)
    Object.assign(log.counters, counters)
    expect(() => log.assertConserved()).not.toThrow()
  })

  it.each<[string, Partial<StepCounters>, number]>([
    ['lost an element', { in: 3, withOutput: 1, withoutOutput: 1 }, 1],
    ['invented one', { in: 3, withOutput: 4 }, -1],
  ])('do not when the step has %s', (_, counters, missing) => {
    // mutation: assertConserved without waiting
    const log = new StepLog(step, undefined)
    Object.assign(log.counters, counters)
    expect(() => log.assertConserved()).toThrow(expect.objectContaining({ code: 'NOT_CONSERVED', step: 'In' }))
    expect(() => log.assertConserved()).toThrow(`${missing} are unaccounted for. Its results cannot be trusted.`)
  })

  it('count an entry of the ledger as having left, but not a note', () => {
    const heard: LedgerEntry[] = []
    const log = new StepLog(step, (each) => heard.push(each))
    for (const reason of ['expired', 'expired', 'session-split'] as const) log.enter(entry(reason))
    expect(log.counters.ledger).toBe(2)
    expect([...log.reasons]).toEqual([
      ['expired', 2],
      ['session-split', 1],
    ])
    expect(heard).toHaveLength(3)
  })
})

describe('a run', () => {
  it('asserts conservation at any moment, with what still waits', () => {
    const run = new Scripted((root) => ({
      out: numbers(root).pipe(windowInto(fixedWindows(milliseconds(10))), combinePerKey('Sum', sum())),
    }))
    run.offer([1, 'a', 1], [2, 'b', 1], [11, 'a', 1]).watermark(10)
    expect(() => run.engine.assertConserved()).not.toThrow()
    expect(run.engine.counters().at(-1)).toEqual({
      step: 'Sum',
      in: 3,
      withOutput: 2,
      withoutOutput: 0,
      ledger: 0,
      waiting: 1,
      out: 2,
      watermarkRegress: 0,
    })
    run.complete()
    expect(run.engine.counters().at(-1)).toMatchObject({ withOutput: 3, waiting: 0 })
  })

  it('hands out copies of its counters', () => {
    const run = new Scripted((root) => ({ out: numbers(root) }))
    run.engine.counters()[0]!.in = 99
    expect(run.engine.counters()[0]!.in).toBe(0)
  })
})
