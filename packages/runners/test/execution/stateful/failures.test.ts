/**
 * User functions that throw or return promises.
 */
import { describe, expect, it } from 'vitest'
import { eventTimeTimer, UserCodeError, valueState } from '@tidemark/core'
import { StepUnderTest, thrownBy, type Call } from './step-under-test.ts'

const FAILING = {
  state: { sum: valueState<number>() },
  timers: { due: eventTimeTimer() },
  *process({ value, state, timers }: Call) {
    state.sum.write((state.sum.read() ?? 0) + value)
    timers.due.set(8)
    yield `begin ${value}`
    if (value === 2) throw new Error('two is odd')
    yield `end ${value}`
  },
  onTimer: {
    *due({ state }: Call) {
      yield `sum ${state.sum.read()}`
    },
  },
}

describe('a function that throws', () => {
  it.each(['event-time', 'arrival'])('fails the run with the step, the timestamp and the cause (%s)', (order) => {
    const step = new StepUnderTest({ ...FAILING, order })
    let thrown: unknown
    try {
      step.feed({ at: 3, key: 'a', value: 2 })
      step.end()
    } catch (error) {
      thrown = error
    }
    expect(thrown).toBeInstanceOf(UserCodeError)
    expect((thrown as UserCodeError).message).toContain(
      'process at step "Step" threw for an element with timestamp 1970-01-01T00:00:00.003Z',
    )
    expect((thrown as UserCodeError).cause).toEqual(new Error('two is odd'))
  })

  it.each(['event-time', 'arrival'])(
    'makes the element a dead letter when asked to: it emits nothing, and what it did to the state stays (%s)',
    (order) => {
      const step = new StepUnderTest({ ...FAILING, order, onError: 'dead-letter' })
      step.feed({ at: 1, key: 'a', value: 1 }, { at: 2, key: 'a', value: 2 }, { at: 3, key: 'a', value: 4 })
      step.end()
      expect(step.emitted.map(({ value }) => value)).toEqual(['begin 1', 'end 1', 'begin 4', 'end 4', 'sum 7'])
      expect(step.ledger).toMatchObject([
        {
          reason: 'dead-letter',
          step: 'Step',
          element: ['a', 2],
          timestamp: 2,
          position: { split: 'orders.ndjson', offset: 2, unit: 'line' },
          detail: 'process threw: two is odd',
        },
      ])
      expect(step.waiting()).toBe(0)
      expect(step.log.counters).toMatchObject({ in: 3, withOutput: 2, withoutOutput: 0, ledger: 1, out: 5 })
    },
  )

  it('fails the run from a timer or an expiration even so: no element could be put aside', () => {
    const boom = (): never => {
      throw new Error('boom')
    }
    const timer = new StepUnderTest({ ...FAILING, onError: 'dead-letter', onTimer: { due: boom } })
    timer.feed({ at: 1, key: 'a', value: 1 })
    expect(thrownBy(() => timer.end()).message).toContain(
      'onTimer.due at step "Step" threw at 1970-01-01T00:00:00.008Z: boom',
    )
    const expiration = new StepUnderTest({ ...FAILING, onError: 'dead-letter', onWindowExpiration: boom })
    expiration.feed({ at: 1, key: 'a', value: 1 })
    expect(thrownBy(() => expiration.end()).message).toContain('onWindowExpiration at step "Step" threw')
  })

  it('is told apart from orderBy, which must take every element', () => {
    const orderBy = (): never => {
      throw new Error('no order')
    }
    const step = new StepUnderTest({ ...FAILING, orderBy })
    step.feed({ at: 1, key: 'a', value: 1 }, { at: 1, key: 'a', value: 4 })
    expect(thrownBy(() => step.end()).message).toContain('orderBy of step "Step" threw')
  })
})

describe('a function that returns a promise', () => {
  it.each(['fail', 'dead-letter'])('is an error that no element is blamed for (onError: %s)', (onError) => {
    const step = new StepUnderTest({ ...FAILING, order: 'arrival', onError, process: async () => [] })
    expect(thrownBy(() => step.feed({ at: 1, key: 'a', value: 1 })).code).toBe('ASYNC_PROCESS')
  })

  it('is one in a timer, too', () => {
    const step = new StepUnderTest({ ...FAILING, onTimer: { due: async () => [] } })
    step.feed({ at: 1, key: 'a', value: 1 })
    expect(thrownBy(() => step.end()).code).toBe('ASYNC_PROCESS')
  })
})
