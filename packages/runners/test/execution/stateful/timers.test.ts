/**
 * Timers: when they fire, what they hold, and where they may stand.
 */
import { describe, expect, it } from 'vitest'
import { eventTimeTimer, milliseconds, processingTimeTimer, valueState } from '@tidemark/core'
import { PER_TEN, StepUnderTest, thrownBy, type Call } from './step-under-test.ts'

type Fired = Omit<Call, 'value'> & { readonly name: string }
type Act = (context: Omit<Call, 'value'>) => void

/** A step in order of arrival whose elements are acts, and whose timers `e`, `f` and `p` say when they fire. */
function acting(
  onFire: (fired: Fired) => void = () => {},
  windowed: object = { windowFn: PER_TEN, lateness: 5 },
): StepUnderTest<string, Act> {
  const say = (name: string) =>
    function* fire(context: Call) {
      yield name
      onFire({ ...context, name })
    }
  return new StepUnderTest<string, Act>(
    {
      order: 'arrival',
      state: { cell: valueState<number>() },
      timers: { f: eventTimeTimer(), e: eventTimeTimer(), p: processingTimeTimer(), q: processingTimeTimer() },
      process({ value, ...context }: Call<string, Act>) {
        value(context)
      },
      onTimer: { e: say('e'), f: say('f'), p: say('p'), q: say('q') },
    },
    windowed,
  )
}

describe('event-time timers', () => {
  it('fire when the watermark is strictly past their time', () => {
    const step = acting()
    step.feed({ at: 1, key: 'a', value: ({ timers }) => timers.e.set(4) })
    step.advance(4)
    expect(step.take()).toEqual(['watermark 4'])
    step.advance(5)
    expect(step.take()).toEqual(['e@4', 'watermark 5'])
  })

  it('fire once for each name: setting overwrites, clearing removes', () => {
    const step = acting()
    step.feed(
      { at: 1, key: 'a', value: ({ timers }) => timers.e.set(3) },
      { at: 1, key: 'a', value: ({ timers }) => timers.e.set(6) },
      { at: 1, key: 'a', value: ({ timers }) => timers.f.set(5) },
      { at: 1, key: 'a', value: ({ timers }) => timers.f.clear() },
    )
    step.advance(9)
    expect(step.take()).toEqual(['watermark 6', 'e@6', 'watermark 9'])
  })

  it('fire in the order of time over all keys and windows; at one time by key, then by output timestamp, then by name', () => {
    const step = acting()
    const set =
      (e: number, f: number): Act =>
      (context) => {
        context.timers.e.set(e)
        context.timers.f.set(f)
      }
    step.feed({ at: 1, key: 'b', value: set(7, 4) }, { at: 12, key: 'a', value: set(13, 14) })
    step.feed({ at: 2, key: 'a', value: set(4, 4) })
    step.feed({ at: 2, key: 'c', value: ({ timers }) => timers.e.set(4) })
    step.feed({
      at: 1,
      key: 'c',
      value({ timers }) {
        timers.e.set(4)
        timers.f.set(4, { outputTimestamp: 3 })
      },
    })
    step.advance(20)
    expect(step.take()).toEqual([
      'watermark 3',
      'e@4',
      'f@4',
      'f@4',
      'f@3',
      'e@4',
      'e@7',
      'e@13',
      'f@14',
      'watermark 20',
    ])
  })

  it('set by a timer for an earlier time fire before what was due already', () => {
    const step = acting(({ name, timers }) => {
      if (name === 'e') timers.f.set(3)
    })
    step.feed({
      at: 1,
      key: 'a',
      value({ timers }) {
        timers.e.set(2)
        timers.f.set(8)
      },
    })
    step.advance(9)
    expect(step.take()).toEqual(['watermark 2', 'e@2', 'f@3', 'watermark 9'])
  })

  it('set for a time that has passed fire when the bundle has been taken', () => {
    const step = acting()
    step.advance(8)
    step.feed({ at: 2, key: 'a', value: ({ timers }) => timers.e.set(4) })
    expect(step.take()).toEqual(['watermark 8', 'e@4'])
  })

  it('hold the output watermark at their output timestamp until they fire', () => {
    const step = acting()
    step.feed({ at: 1, key: 'a', value: ({ timers }) => timers.e.set(8, { outputTimestamp: 3 }) })
    step.advance(8)
    expect(step.take()).toEqual(['watermark 3'])
    step.advance(9)
    expect(step.take()).toEqual(['e@3', 'watermark 9'])
  })

  it('hold nothing when they have no output timestamp, and emit at the time they fire for, which is not late', () => {
    const step = acting()
    step.feed({ at: 1, key: 'a', value: ({ timers }) => timers.e.set(8, { outputTimestamp: 'none' }) })
    step.feed({ at: 1, key: 'a', value: ({ timers }) => timers.p.set(8, { outputTimestamp: 'none' }) })
    step.advance(7)
    expect(step.take()).toEqual(['watermark 7'])
    step.advance(10)
    expect(step.take()).toEqual(['watermark 8', 'e@8', 'watermark 10'])
  })

  it('let go of the watermark when they are cleared', () => {
    const step = acting()
    step.feed({ at: 1, key: 'a', value: ({ timers }) => timers.e.set(5) })
    step.advance(8)
    step.feed({ at: 6, key: 'b', value: ({ timers }) => timers.e.set(20 - 6) })
    expect(step.take()).toEqual(['watermark 5', 'e@5', 'watermark 8'])
    step.advance(12)
    step.feed({ at: 6, key: 'b', value: ({ timers }) => timers.e.clear() })
    step.advance(13)
    expect(step.take()).toEqual(['watermark 12', 'watermark 13'])
  })

  it('are refused by set beyond the expiry of the window', () => {
    const step = acting()
    step.feed({ at: 1, key: 'a', value: ({ timers }) => timers.e.set(14) })
    const refused = thrownBy(() => step.feed({ at: 1, key: 'a', value: ({ timers }) => timers.e.set(15) }))
    expect(refused.code).toBe('TIMER_AFTER_EXPIRY')
    expect(refused.message).toContain('"e" of step "Step" was set for 1970-01-01T00:00:00.015Z')
  })

  it('stop at the expiry with setAfter and setRelative', () => {
    const step = acting()
    step.advance(0)
    step.feed({ at: 1, key: 'a', value: ({ timers }) => timers.e.setAfter(milliseconds(100)) })
    step.feed({ at: 1, key: 'a', value: ({ timers }) => timers.f.setRelative(milliseconds(100)) })
    step.end()
    expect(step.take()).toEqual(['watermark 0', 'watermark 14', 'e@14', 'f@14', 'watermark end'])
  })

  it('count setAfter from the element or the firing timer, and setRelative from the watermark, aligned as in Beam', () => {
    const step = acting(({ name, timers, timestamp }) => {
      if (name === 'e' && timestamp === 5) timers.e.setAfter(milliseconds(2))
    })
    step.advance(3)
    step.feed({
      at: 4,
      key: 'a',
      value({ timers }) {
        timers.e.setAfter(milliseconds(1))
        timers.f.setRelative(milliseconds(1), { align: milliseconds(5) })
      },
    })
    step.end()
    // e: 4 + 1, then 5 + 2; f: the next time after 3 that lies 1 before a multiple of 5.
    expect(step.take()).toEqual(['watermark 3', 'watermark 4', 'f@4', 'e@5', 'e@7', 'watermark end'])
  })

  it('are refused an output timestamp before that of the call', () => {
    const step = acting()
    const refused = thrownBy(() =>
      step.feed({ at: 5, key: 'a', value: ({ timers }) => timers.e.set(8, { outputTimestamp: 4 }) }),
    )
    expect(refused.code).toBe('TIMER_OUTPUT_TOO_EARLY')
  })

  it('that set themselves again without end are an error instead of a standstill', () => {
    const step = acting(({ timers }) => timers.e.setAfter(milliseconds(1)))
    step.feed({ at: 1, key: 'a', value: ({ timers }) => timers.e.set(9) })
    expect(thrownBy(() => step.end()).code).toBe('TIMER_LOOP')
  })
})

describe('processing-time timers', () => {
  it('fire when processing time is strictly past their time, at the timestamp of the element that set them', () => {
    const step = acting()
    step.feed({ at: 3, key: 'a', value: ({ timers }) => timers.p.setRelative(milliseconds(100)) })
    expect(step.nextProcessingTime).toBe(100)
    step.tick(100)
    expect(step.take()).toEqual([])
    step.tick(101)
    expect(step.take()).toEqual(['p@3'])
    expect(step.nextProcessingTime).toBe(Infinity)
  })

  it('hold the output watermark at that timestamp until they fire', () => {
    const step = acting()
    step.feed({ at: 3, key: 'a', value: ({ timers }) => timers.p.set(100) })
    step.advance(8)
    expect(step.take()).toEqual(['watermark 3'])
    step.tick(101)
    expect(step.take()).toEqual(['p@3', 'watermark 8'])
  })

  it('fire in the order of processing time, those that a timer sets for a time that has passed among them', () => {
    const step = acting(({ name, timers }) => {
      if (name === 'p') timers.q.set(5)
    })
    step.feed({
      at: 3,
      key: 'a',
      value({ timers }) {
        timers.p.set(10)
        timers.q.set(20)
      },
    })
    step.feed({ at: 3, key: 'b', value: ({ timers }) => timers.q.set(15) })
    step.tick(30)
    expect(step.take()).toEqual(['p@3', 'q@3', 'q@3'])
  })

  it('are forgotten when their window has expired', () => {
    const step = acting()
    step.feed({ at: 3, key: 'a', value: ({ timers }) => timers.p.set(100) })
    step.advance(15)
    step.tick(200)
    step.end()
    expect(step.take()).toEqual(['watermark 3', 'watermark 15', 'watermark end'])
  })

  it('never fire where processing time stands still', () => {
    const step = acting()
    step.feed({ at: 3, key: 'a', value: ({ timers }) => timers.p.setAfter(milliseconds(1)) })
    step.end()
    expect(step.take()).toEqual(['watermark 3', 'watermark end'])
  })
})

describe('onWindowExpiration', () => {
  const closing = {
    state: { sum: valueState<number>() },
    timers: { e: eventTimeTimer() },
    process({ value, state, timers, window }: Call) {
      state.sum.write((state.sum.read() ?? 0) + value)
      timers.e.set(window.end + 4)
    },
    onTimer: {
      e({ state }: Call) {
        state.sum.write((state.sum.read() ?? 0) * 10)
      },
    },
    *onWindowExpiration({ key, state }: Call) {
      yield `${key} ended with ${state.sum.read()}`
    },
  }

  it.each(['event-time', 'arrival'])(
    'runs once per key and window after the last timers, at its last timestamp (%s)',
    (order) => {
      const step = new StepUnderTest({ ...closing, order }, { windowFn: PER_TEN, lateness: 5 })
      step.feed({ at: 2, key: 'b', value: 1 }, { at: 3, key: 'a', value: 2 }, { at: 4, key: 'b', value: 4 })
      step.end()
      expect(step.emitted.map(({ value, timestamp }) => [value, timestamp])).toEqual([
        ['a ended with 20', 9],
        ['b ended with 50', 9],
      ])
    },
  )

  it('holds the output watermark at the last timestamp of a window that has run; a step without it does not', () => {
    const sum = { ...closing, timers: {}, onTimer: {}, order: 'arrival' }
    const process = ({ value, state }: Call): void => state.sum.write(value)
    const step = new StepUnderTest({ ...sum, process }, { windowFn: PER_TEN, lateness: 5 })
    step.feed({ at: 2, key: 'a', value: 1 })
    step.advance(15)
    expect(step.take()).toEqual(['watermark 9'])
    step.advance(16)
    expect(step.take()).toEqual(['a ended with 1@9', 'watermark 16'])
    const quiet = new StepUnderTest(
      { ...sum, process, onWindowExpiration: undefined },
      { windowFn: PER_TEN, lateness: 5 },
    )
    quiet.feed({ at: 2, key: 'a', value: 1 })
    quiet.advance(15)
    expect(quiet.take()).toEqual(['watermark 15'])
  })

  it('refuses timers: nothing could fire any more', () => {
    const step = new StepUnderTest(
      { ...closing, process() {}, onWindowExpiration: ({ timers }: Call) => timers.e.set(5) },
      { windowFn: PER_TEN },
    )
    step.feed({ at: 2, key: 'a', value: 1 })
    expect(thrownBy(() => step.end()).code).toBe('TIMER_AFTER_EXPIRY')
  })
})
