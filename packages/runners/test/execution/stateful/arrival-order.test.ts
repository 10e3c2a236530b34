/**
 * `order: 'arrival'`: elements run as they come; timers follow the input watermark.
 */
import { describe, expect, it } from 'vitest'
import { eventTimeTimer, milliseconds, valueState } from '@tidemark/core'
import { PER_TEN, StepUnderTest, type Call } from './step-under-test.ts'

const RUNNING_SUM = {
  order: 'arrival',
  state: { sum: valueState<number>() },
  *process({ key, value, state }: Call) {
    state.sum.write((state.sum.read() ?? 0) + value)
    yield `${key}=${state.sum.read()}`
  },
}

describe('a step in order of arrival', () => {
  it('runs elements as they come, with state per key and window', () => {
    const step = new StepUnderTest(RUNNING_SUM, { windowFn: PER_TEN })
    step.feed({ at: 5, key: 'a', value: 1 }, { at: 2, key: 'a', value: 2 }, { at: 2, key: 'b', value: 4 })
    step.feed({ at: 12, key: 'a', value: 8 }, { at: 1, key: 'a', value: 16 })
    expect(step.take()).toEqual(['a=1@5', 'a=3@2', 'b=4@2', 'a=8@12', 'a=19@1'])
  })

  it('takes late elements until the window has expired, and enters later ones in the ledger', () => {
    const step = new StepUnderTest(RUNNING_SUM, { windowFn: PER_TEN, lateness: 5 })
    step.advance(14)
    step.feed({ at: 1, key: 'a', value: 1 })
    step.advance(15)
    step.feed({ at: 1, key: 'a', value: 2 }, { at: 10, key: 'a', value: 4 })
    expect(step.take()).toEqual(['watermark 14', 'a=1@1', 'watermark 15', 'a=4@10'])
    expect(step.left).toEqual(['expired 1'])
    expect(step.waiting()).toBe(0)
  })

  it('does not depend on where bundles end: expiry, timers and the watermark below follow the source inside a bundle', () => {
    const timed = {
      ...RUNNING_SUM,
      timers: { soon: eventTimeTimer() },
      *process(context: Call) {
        yield* RUNNING_SUM.process(context)
        context.timers.soon.setAfter(milliseconds(2))
      },
      onTimer: {
        *soon({ key, state }: Call) {
          yield `${key} settled ${state.sum.read()}`
        },
      },
    }
    const rows = [
      { at: 1, key: 'a', value: 1, watermark: 0 },
      { at: 2, key: 'a', value: 2, watermark: 1 },
      { at: 8, key: 'a', value: 4, watermark: 2 },
      { at: 5, key: 'a', value: 8, watermark: 6 },
      { at: 20, key: 'b', value: 1, watermark: 8 },
      { at: 9, key: 'a', value: 16, watermark: 20 },
    ]
    const whole = new StepUnderTest(timed, { windowFn: PER_TEN, lateness: 3 })
    whole.feed(...rows)
    whole.end()
    const single = new StepUnderTest(timed, { windowFn: PER_TEN, lateness: 3 })
    for (const row of rows) {
      single.advance(row.watermark)
      single.feed(row)
    }
    single.end()
    expect(whole.emitted).toEqual(single.emitted)
    expect(whole.emitted.map(({ value }) => value)).toContain('a settled 15')
    expect(whole.left).toEqual(['expired 9'])
    expect(single.left).toEqual(whole.left)
    // Rows tell the watermark that bundles of one would have followed.
    expect(whole.told).toEqual(single.told)
    expect(single.told).toEqual(single.told.toSorted((a, b) => a - b))
  })

  it('clears state one millisecond after the expiry, and a window that begins anew is empty', () => {
    const step = new StepUnderTest(RUNNING_SUM, { windowFn: PER_TEN })
    step.feed({ at: 1, key: 'a', value: 1 })
    step.advance(9)
    step.feed({ at: 1, key: 'a', value: 2 })
    expect(step.nextEventTime).toBe(10)
    step.advance(11)
    expect(step.nextEventTime).toBe(Infinity)
    expect(step.take()).toEqual(['a=1@1', 'watermark 9', 'a=3@1', 'watermark 11'])
  })

  // Mutation: packages/runners/src/execution/stateful/records.ts: `this.#emptied.push(slot) >= MANY` → `this.#emptied.push(slot) >= 1e9`
  // Mutation: packages/runners/src/execution/stateful/records.ts: `if (!isEmptyRecord(record) || this.expires(record)) continue` → `void record`
  // Mutation: packages/runners/src/execution/stateful/stateful-step.ts: `this.#records.freeEmpty()` → `void rows`
  it('keeps no state of a key that it has left empty', () => {
    let most = 0
    let calls = 0
    const kept = (): number => (++calls % 1000 === 0 ? step.records : 0)
    const step: StepUnderTest = new StepUnderTest({
      ...RUNNING_SUM,
      process({ key, value, state }: Call): readonly string[] {
        if (value === 0) state.sum.clear()
        else state.sum.write((state.sum.read() ?? 0) + value)
        if (value === 0) most = Math.max(most, kept())
        return [`${key}=${state.sum.read()}`]
      },
    })
    step.feed({ at: 1, key: 'a', value: 1 }, { at: 1, key: 'b', value: 2 }, { at: 1, key: 'a', value: 0 })
    expect(step.records).toBe(1)
    step.feed({ at: 1, key: 'b', value: 0 }, { at: 1, key: 'b', value: 4 })
    expect(step.records).toBe(1)
    step.feed({ at: 1, key: 'b', value: 5 })
    expect(step.take().at(-1)).toBe('b=9@1')
    const keys = Array.from({ length: 5000 }, (_, index) => `${index}`)
    step.feed(...keys.map((key) => ({ at: 1, key, value: 0 })))
    expect(step.records).toBe(1)
    expect(most).toBeGreaterThan(2000)
    expect(most).toBeLessThan(4200)
  })

  it('treats keys with equal bytes as one, named the canonical way', () => {
    const step = new StepUnderTest<unknown>({
      order: 'arrival',
      state: { count: valueState<number>() },
      *process({ key, state }: Call<unknown>) {
        state.count.write((state.count.read() ?? 0) + 1)
        yield [key, state.count.read()]
      },
    })
    step.feed({ at: 1, key: { b: 1, a: 2 }, value: 0 }, { at: 2, key: { a: 2, b: 1 }, value: 0 })
    step.feed({ at: 3, key: -0, value: 0 }, { at: 4, key: 0, value: 0 }, { at: 5, key: '0', value: 0 })
    expect(step.take()).toEqual(['[{"a":2,"b":1},1]@1', '[{"a":2,"b":1},2]@2', '[0,1]@3', '[0,2]@4', '["0",1]@5'])
    expect(Object.is((step.emitted[2]!.value as readonly unknown[])[0], 0)).toBe(true)
  })
})
