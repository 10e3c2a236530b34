/**
 * `order: 'event-time'`: elements wait for the step's clock and run in the order of time.
 */
import { describe, expect, it } from 'vitest'
import { eventTimeTimer, milliseconds, valueState } from '@tidemark/core'
import { PER_TEN, StepUnderTest, type Call } from './step-under-test.ts'

const LOG = {
  state: {},
  *process({ key, value }: Call) {
    yield `${key}${value}`
  },
}

describe('an ordered step', () => {
  it('runs an element when the watermark is strictly past its timestamp', () => {
    const step = new StepUnderTest(LOG)
    step.feed({ at: 5, key: 'a', value: 1 })
    step.advance(5)
    expect(step.take()).toEqual(['watermark 5'])
    expect(step.waiting()).toBe(1)
    step.advance(6)
    expect(step.take()).toEqual(['a1@5', 'watermark 6'])
    expect(step.waiting()).toBe(0)
  })

  it('runs by timestamp, whatever the order of arrival', () => {
    const step = new StepUnderTest(LOG)
    step.feed({ at: 7, key: 'a', value: 3 }, { at: 2, key: 'b', value: 1 })
    step.feed({ at: 4, key: 'a', value: 2 })
    step.end()
    expect(step.take()).toEqual(['watermark 2', 'b1@2', 'a2@4', 'a3@7', 'watermark end'])
  })

  it('runs one timestamp by key, then orderBy, then canonical bytes', () => {
    const step = new StepUnderTest({ ...LOG, orderBy: (value: number) => Math.abs(value) })
    step.feed(
      { at: 3, key: 'b', value: 1 },
      { at: 3, key: 'a', value: 4 },
      { at: 3, key: 'a', value: 2 },
      { at: 3, key: 'a', value: -4 },
    )
    step.end()
    expect(step.emitted.map(({ value }) => value)).toEqual(['a2', 'a-4', 'a4', 'b1'])
  })

  it('waits for the allowed lateness, and lets the watermark through as far as its clock', () => {
    const step = new StepUnderTest(LOG, { windowFn: PER_TEN, lateness: 5 })
    step.feed({ at: 3, key: 'a', value: 1 })
    step.advance(8)
    expect(step.take()).toEqual(['watermark 3'])
    step.feed({ at: 3, key: 'a', value: 0 })
    step.advance(9)
    expect(step.take()).toEqual(['a0@3', 'a1@3', 'watermark 4'])
  })

  it('enters what its clock has passed in the ledger, and only that', () => {
    const step = new StepUnderTest(LOG, { windowFn: PER_TEN, lateness: 5 })
    step.advance(9)
    step.feed({ at: 4, key: 'a', value: 1 }, { at: 3, key: 'a', value: 2 })
    expect(step.left).toEqual(['too-late 3'])
    expect(step.ledger[0]).toMatchObject({
      step: 'Step',
      element: ['a', 2],
      window: { start: 0, end: 10 },
      watermark: 9,
      position: { split: 'orders.ndjson', offset: 2, unit: 'line' },
    })
    step.end()
    expect(step.emitted).toHaveLength(1)
    expect(step.waiting()).toBe(0)
  })

  it('waits less with a lateness of its own, but never more than the allowed lateness', () => {
    const less = new StepUnderTest({ ...LOG, lateness: milliseconds(2) }, { windowFn: PER_TEN, lateness: 5 })
    less.feed({ at: 3, key: 'a', value: 1 })
    less.advance(6)
    expect(less.take()).toEqual(['watermark 3', 'a1@3', 'watermark 4'])
    const more = new StepUnderTest({ ...LOG, lateness: milliseconds(50) }, { windowFn: PER_TEN, lateness: 5 })
    more.feed({ at: 3, key: 'a', value: 1 })
    more.advance(9)
    expect(more.take()).toEqual(['watermark 3', 'a1@3', 'watermark 4'])
  })

  it('tests lateness by the watermark that the source had before the element', () => {
    const rows = [
      { at: 3, key: 'a', value: 1, watermark: 0 },
      { at: 9, key: 'a', value: 2, watermark: 3 },
      { at: 4, key: 'a', value: 3, watermark: 8 },
    ]
    const whole = new StepUnderTest(LOG)
    whole.feed(...rows)
    whole.end()
    const single = new StepUnderTest(LOG)
    for (const row of rows) {
      single.advance(row.watermark)
      single.feed(row)
    }
    single.end()
    expect(whole.left).toEqual(['too-late 4'])
    expect(single.left).toEqual(whole.left)
    expect(single.emitted).toEqual(whole.emitted)
  })

  it('emits at the timestamp of the element, never behind the output watermark', () => {
    const step = new StepUnderTest(LOG)
    for (const at of [5, 1, 9, 3, 12, 7, 20]) step.feed({ at, key: 'a', value: at })
    for (const watermark of [4, 5, 6, 15]) step.advance(watermark)
    let watermark = -Infinity
    const late = step.take().filter((line) => {
      const time = Number(line.split(/[@ ]/)[1])
      if (line.startsWith('watermark')) watermark = time
      return time < watermark
    })
    expect(late).toEqual([])
    expect(step.waiting()).toBe(1)
  })

  it('drops an element whose timestamp lies beyond the expiry of its window, once the window has expired', () => {
    const step = new StepUnderTest(LOG, { windowFn: { ...PER_TEN, assign: () => [{ start: 0, end: 10 }] } })
    step.feed({ at: 30, key: 'a', value: 1 })
    step.advance(20)
    step.feed({ at: 31, key: 'a', value: 2 })
    step.end()
    expect(step.left).toEqual(['expired 31'])
    expect(step.emitted.map(({ value }) => value)).toEqual(['a1'])
  })

  it('tells the input watermark above which something is due', () => {
    const step = new StepUnderTest(LOG, { windowFn: PER_TEN, lateness: 5 })
    expect(step.nextEventTime).toBe(Infinity)
    step.feed({ at: 3, key: 'a', value: 1 })
    expect(step.nextEventTime).toBe(8)
    step.advance(8)
    expect(step.emitted).toEqual([])
    step.advance(9)
    expect(step.emitted).toHaveLength(1)
  })
})

describe('event-time timers of an ordered step', () => {
  const timed = {
    state: { sum: valueState<number>() },
    timers: { due: eventTimeTimer() },
    process({ value, state, timers }: Call) {
      state.sum.write((state.sum.read() ?? 0) + value)
      timers.due.set(5)
    },
    onTimer: {
      *due({ key, state }: Call) {
        yield `${key}=${state.sum.read()}`
      },
    },
  }

  it('see all elements up to and including their time, and none after', () => {
    const step = new StepUnderTest(timed, { windowFn: PER_TEN })
    step.feed({ at: 6, key: 'a', value: 100 }, { at: 5, key: 'a', value: 10 }, { at: 1, key: 'a', value: 1 })
    step.end()
    // 1 and 5 have run when the timer for 5 fires; 6 sets it for 5 again, which comes at once.
    expect(step.emitted.map(({ value, timestamp }) => [value, timestamp])).toEqual([
      ['a=11', 5],
      ['a=111', 5],
    ])
  })

  it('follow the clock of the step, not the watermark', () => {
    const step = new StepUnderTest(timed, { windowFn: PER_TEN, lateness: 4 })
    step.feed({ at: 1, key: 'a', value: 1 })
    step.advance(9)
    expect(step.take()).toEqual(['watermark 1', 'watermark 5'])
    step.advance(10)
    expect(step.take()).toEqual(['a=1@5', 'watermark 6'])
  })

  it('are interleaved with elements and with one another in the order of time', () => {
    const step = new StepUnderTest(
      {
        state: {},
        timers: { a: eventTimeTimer(), b: eventTimeTimer() },
        *process({ value, timers }: Call) {
          yield `element ${value}`
          if (value === 1) timers.a.set(3)
        },
        onTimer: {
          *a({ timers, timestamp }: Call) {
            yield 'a'
            timers.b.set(2)
            if (timestamp === 3) timers.a.set(8)
          },
          *b() {
            yield 'b'
          },
        },
      },
      { windowFn: PER_TEN },
    )
    step.feed({ at: 7, key: 'k', value: 7 }, { at: 3, key: 'k', value: 3 }, { at: 1, key: 'k', value: 1 })
    step.advance(9)
    expect(step.emitted.map(({ value, timestamp }) => `${String(value)}@${timestamp}`)).toEqual([
      'element 1@1',
      'element 3@3',
      'a@3',
      'b@2',
      'element 7@7',
      'a@8',
      'b@2',
    ])
  })
})
