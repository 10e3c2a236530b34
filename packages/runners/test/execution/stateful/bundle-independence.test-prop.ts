/**
 * Where bundles end shows in nothing that a stateful step does: the same rows in one bundle, in several, or each by itself.
 */
import { bagState, eventTimeTimer, milliseconds, processingTimeTimer, valueState } from '@tidemark/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PER_TEN, StepUnderTest, type Call, type RowOf, type Windowed } from './step-under-test.ts'

/** Sets timers, clears state and throws, as the value has it. */
function busy(order: 'event-time' | 'arrival'): object {
  return {
    order,
    onError: 'dead-letter',
    lateness: milliseconds(3),
    state: { sum: valueState<number>(), seen: bagState<number>() },
    timers: { a: eventTimeTimer(), p: processingTimeTimer() },
    process({ key, value, state, timers }: Call & { readonly state: { readonly seen: Bag } }) {
      if (value === 0) throw new Error('nothing')
      if (value === 1) timers.a.setAfter(milliseconds(4))
      if (value === 2) timers.a.setRelative(milliseconds(0))
      if (value === 3) state.sum.clear()
      if (value === 4) timers.p.set(-1)
      if (value === 5) return []
      state.sum.write((state.sum.read() ?? 0) + value)
      return [`${key} ${value} is ${state.sum.read()}`]
    },
    onTimer: {
      a: ({ key, state, timestamp }: Call) => [`${key} a ${timestamp} ${state.sum.read()}`],
      p: ({ key, timestamp }: Call) => [`${key} p ${timestamp}`],
    },
    onWindowExpiration: ({ key, state }: Call) => [`${key} ends with ${state.sum.read()}`],
  }
}

type Bag = { readonly read: () => readonly number[] }

const row = fc.record({
  ahead: fc.integer({ min: -8, max: 6 }),
  step: fc.integer({ min: 0, max: 4 }),
  key: fc.constantFrom('a', 'b'),
  value: fc.integer({ min: 0, max: 7 }),
  isTakenBack: fc.boolean(),
  ends: fc.boolean(),
})

type Drawn = typeof row extends fc.Arbitrary<infer T> ? T : never

/** Rows as a source has them: each with the watermark before it, which only moves on. */
function rowsOf(drawn: readonly Drawn[], areChanges: boolean): readonly RowOf<string, number>[] {
  let watermark = 0
  return drawn.map(({ ahead, step, key, value, isTakenBack }) => {
    watermark += step
    return { at: watermark + ahead, key, value, watermark, sign: areChanges && isTakenBack ? -1 : 1 }
  })
}

function seenOf(step: StepUnderTest): object {
  step.end()
  step.waiting()
  // Positions are counted anew in each bundle.
  const ledger = step.ledger.map((entry) => ({ ...entry, position: undefined }))
  return { emitted: step.emitted, told: step.told, ledger, counters: step.log.counters }
}

/** What a step is told of its input, by name. */
const CASES: Readonly<Record<string, readonly [order: 'event-time' | 'arrival', windowed: Windowed]>> = {
  'in the order of time, in windows': ['event-time', { windowFn: PER_TEN, lateness: 5 }],
  'in the order of time, without windows': ['event-time', {}],
  'in the order of time, fed by changes': ['event-time', { windowFn: PER_TEN, lateness: 5, panes: 'changes' }],
  'in the order of arrival, in windows': ['arrival', { windowFn: PER_TEN, lateness: 5 }],
  'in the order of arrival, without windows': ['arrival', {}],
}

describe('a stateful step', () => {
  // Mutation: packages/runners/src/execution/stateful/stateful-step.ts: `if (work.timersMoved && work.isDue()) work.run()` → `void row`
  // Mutation: packages/runners/src/execution/stateful/stateful-step.ts: `if (rows.tellsWatermark) this.#output.advance(rows.watermark)` → `void rows`
  // Mutation: packages/runners/src/execution/stateful/stateful-step.ts: `if (times !== undefined) this.#follow(bundle, times, followed, row + 1)` → `void followed`
  // Mutation: packages/runners/src/execution/stateful/stateful-step.ts: `if (!work.isDue()) continue` → `if (row + 1 < to || !work.isDue()) continue`
  // Mutation: packages/runners/src/execution/stateful/due-work.ts: `rows.watermark = Math.max(rows.watermark, Math.min(END, this.time, held))` → `rows.watermark = Math.max(rows.watermark, Math.min(END, this.time))`
  it('does the same whatever the bundles', () => {
    const whichever = fc.constantFrom(...Object.keys(CASES))
    fc.assert(
      fc.property(whichever, fc.array(row, { maxLength: 40 }), (name, drawn) => {
        const [order, windowed] = CASES[name]!
        const rows = rowsOf(drawn, windowed.panes === 'changes')
        const single = new StepUnderTest(busy(order), windowed)
        for (const each of rows) {
          single.advance(each.watermark!)
          single.feed(each)
        }
        const cut = new StepUnderTest(busy(order), windowed)
        const bundle: RowOf<string, number>[] = []
        for (const [index, each] of rows.entries()) {
          bundle.push(each)
          if (drawn[index]!.ends) cut.feed(...bundle.splice(0))
        }
        cut.feed(...bundle)
        const whole = new StepUnderTest(busy(order), windowed)
        whole.feed(...rows)
        const expected = seenOf(single)
        expect(seenOf(cut)).toEqual(expected)
        expect(seenOf(whole)).toEqual(expected)
      }),
      { numRuns: 500, seed: 1 },
    )
  })
})
