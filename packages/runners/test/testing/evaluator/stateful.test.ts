import { describe, expect, it } from 'vitest'
import {
  bagState,
  combiningState,
  eventTimeTimer,
  fixedWindows,
  mapState,
  processingTimeTimer,
  seconds,
  setState,
  statefulParDo,
  valueState,
  windowInto,
} from '@tidemark/core'
import { sum } from '@tidemark/transforms'
import { at, evaluated, items, settled, timestamps } from './scenario.ts'

const perTenSeconds = windowInto<readonly [string, number]>(fixedWindows(seconds(10)), {
  allowedLateness: seconds(5),
  accumulationMode: 'accumulating',
})

/** The values in the order in which the step emitted them. */
function inOrder(answer: ReturnType<typeof evaluated>): readonly unknown[] {
  return answer.rows['out']!.map(({ value }) => value)
}

describe('elements', () => {
  it('run by timestamp, then orderBy, then canonical bytes, per key and window', () => {
    const answer = evaluated((root) =>
      items(
        [3, 'a', 5],
        [1, 'a', 7],
        [3, 'a', -4],
        [3, 'a', 2],
        [3, 'a', 4],
        [11, 'a', 1],
        [2, 'b', 6],
      )(root).pipe(
        perTenSeconds,
        statefulParDo('Log', {
          state: { seen: valueState<number>() },
          orderBy: (number) => Math.abs(number),
          *process({ key, value, state }) {
            const place = (state.seen.read() ?? 0) + 1
            state.seen.write(place)
            yield [key, place, value] as const
          },
        }),
      ),
    )
    // 1: 7 · 3: 2, then -4 and 4 of the same size with -4 first by bytes, then 5. Place 1 again in [10, 20) and for b.
    expect(inOrder(answer)).toEqual([
      ['a', 1, 7],
      ['a', 2, 2],
      ['a', 3, -4],
      ['a', 4, 4],
      ['a', 5, 5],
      ['a', 1, 1],
      ['b', 1, 6],
    ])
    expect(answer.rows['out']!.map(({ timestamp }) => timestamp / 1000)).toEqual([1, 3, 3, 3, 3, 11, 2])
  })

  it('that fail are dead letters; what they wrote before stays', () => {
    const answer = evaluated((root) =>
      items(
        [1, 'a', 1],
        [2, 'a', 0],
        [3, 'a', 3],
      )(root).pipe(
        statefulParDo('Calls', {
          state: { calls: valueState<number>() },
          onError: 'dead-letter',
          process({ value, state }) {
            const calls = (state.calls.read() ?? 0) + 1
            state.calls.write(calls)
            if (value === 0) throw new Error('zero')
            return [calls]
          },
        }),
      ),
    )
    expect(inOrder(answer)).toEqual([1, 3])
    expect(answer.ledger).toMatchObject([{ reason: 'dead-letter', step: 'Calls', element: ['a', 0], timestamp: 2000 }])
  })
})

describe('event-time timers', () => {
  /** Logs elements and firings; an element's number says after how many seconds the timer shall fire. */
  const log = statefulParDo('Log', {
    state: {},
    timers: { alarm: eventTimeTimer() },
    *process({
      value,
      timers,
    }: {
      value: number
      timers: { alarm: { setAfter: (delay: ReturnType<typeof seconds>) => void } }
    }) {
      if (value > 0) timers.alarm.setAfter(seconds(value))
      yield `element ${value}`
    },
    onTimer: {
      *alarm({ timestamp }) {
        yield `alarm at ${timestamp / 1000}`
      },
    },
  })

  it('fire after the elements at their time and before later ones', () => {
    const answer = evaluated((root) => items([1, 'a', 2], [3, 'a', 0], [3.001, 'a', 0])(root).pipe(perTenSeconds, log))
    expect(inOrder(answer)).toEqual(['element 2', 'element 0', 'alarm at 3', 'element 0'])
    expect(timestamps(answer)).toEqual([1, 3, 3, 3.001])
  })

  it('fire once when they are set anew before', () => {
    const answer = evaluated((root) => items([1, 'a', 4], [2, 'a', 4], [8, 'a', 0])(root).pipe(perTenSeconds, log))
    expect(inOrder(answer)).toEqual(['element 4', 'element 4', 'alarm at 6', 'element 0'])
  })

  it('set beyond the expiry of their window fire at the expiry when set by a delay, and are refused when set to a time', () => {
    const answer = evaluated((root) => items([1, 'a', 60])(root).pipe(perTenSeconds, log))
    // The window ends at 10 and takes elements until 5 seconds after its last millisecond.
    expect(inOrder(answer)).toEqual(['element 60', 'alarm at 14.999'])
    const setTo = (time: number): unknown =>
      evaluated((root) =>
        items([1, 'a', 1])(root).pipe(
          perTenSeconds,
          statefulParDo('Set', {
            state: {},
            timers: { alarm: eventTimeTimer() },
            process({ timers }) {
              timers.alarm.set(time)
              return [] as string[]
            },
            onTimer: { alarm: () => ['fired'] },
          }),
        ),
      )
    expect(inOrder(setTo(14_999) as ReturnType<typeof evaluated>)).toEqual(['fired'])
    expect(() => setTo(15_000)).toThrow(/was set for 1970-01-01T00:00:15.000Z, but its window expires/)
  })

  it('set by other timers are put in their place in time, passed times first', () => {
    const answer = evaluated((root) =>
      items(
        [1, 'a', 1],
        [6, 'a', 2],
      )(root).pipe(
        perTenSeconds,
        statefulParDo('Chain', {
          state: {},
          timers: { first: eventTimeTimer(), second: eventTimeTimer(), third: eventTimeTimer() },
          *process({ value, timers }) {
            if (value === 1) {
              timers.first.set(at(4))
              timers.third.set(at(5))
            }
            yield `element ${value}`
          },
          onTimer: {
            *first({ timers }) {
              // 4.5 lies before the third timer and the second element; 2 has passed.
              timers.second.set(at(4.5))
              yield 'first at 4'
            },
            *second({ timestamp, timers }) {
              if (timestamp === at(4.5)) timers.second.set(at(2))
              yield `second at ${timestamp / 1000}`
            },
            *third() {
              yield 'third at 5'
            },
          },
        }),
      ),
    )
    expect(inOrder(answer)).toEqual([
      'element 1',
      'first at 4',
      'second at 4.5',
      'second at 2',
      'third at 5',
      'element 2',
    ])
  })

  it('of one time fire by output timestamp, then by name; one that is cleared does not fire', () => {
    const answer = evaluated((root) =>
      items([1, 'a', 1])(root).pipe(
        perTenSeconds,
        statefulParDo('Names', {
          state: {},
          timers: { c: eventTimeTimer(), b: eventTimeTimer(), a: eventTimeTimer(), d: eventTimeTimer() },
          process({ timers }) {
            for (const name of ['c', 'b', 'a'] as const) timers[name].set(at(5))
            timers.b.clear()
            timers.d.set(at(5), { outputTimestamp: at(3) })
            return [] as string[]
          },
          onTimer: { c: () => ['c'], b: () => ['b'], a: () => ['a'], d: () => ['d'] },
        }),
      ),
    )
    expect(inOrder(answer)).toEqual(['d', 'a', 'c'])
  })

  it('emit at the output timestamp they were set with', () => {
    const answer = evaluated((root) =>
      items([1, 'a', 1])(root).pipe(
        perTenSeconds,
        statefulParDo('Early', {
          state: {},
          timers: { alarm: eventTimeTimer() },
          process({ timers }) {
            timers.alarm.set(at(5), { outputTimestamp: at(2) })
            return [] as number[]
          },
          onTimer: { alarm: ({ timestamp }) => [timestamp] },
        }),
      ),
    )
    expect(settled(answer)).toEqual([[0, 10, 2000]])
    expect(timestamps(answer)).toEqual([2])
  })

  it('are refused an output timestamp before the call or after the expiry, and any time once the window has expired', () => {
    const setting = (second: number, whenExpired: boolean): unknown =>
      evaluated((root) =>
        items([3, 'a', 1])(root).pipe(
          perTenSeconds,
          statefulParDo('Set', {
            state: {},
            timers: { alarm: eventTimeTimer() },
            process({ timers }) {
              if (!whenExpired) timers.alarm.set(at(9), { outputTimestamp: at(second) })
            },
            onTimer: { alarm: () => ['fired'] },
            onWindowExpiration({ timers }) {
              if (whenExpired) timers.alarm.setAfter(seconds(0))
            },
          }),
        ),
      )
    expect(() => setting(3, false)).not.toThrow()
    expect(() => setting(2.999, false)).toThrow(/before the 1970-01-01T00:00:03.000Z of the call/)
    expect(() => setting(15, false)).toThrow(/but its window expires at 1970-01-01T00:00:14.999Z/)
    expect(() => setting(3, true)).toThrow(/but its window expires/)
  })
})

describe('the end of a window', () => {
  it('runs onWindowExpiration once, after all elements and timers; processing-time timers never fire', () => {
    const answer = evaluated((root) =>
      items(
        [1, 'a', 1],
        [9, 'a', 2],
        [11, 'a', 4],
        [1, 'b', 8],
      )(root).pipe(
        perTenSeconds,
        statefulParDo('Total', {
          state: { total: combiningState(sum()) },
          timers: { flush: processingTimeTimer() },
          process({ value, state, timers }) {
            state.total.add(value)
            timers.flush.setAfter(seconds(0))
          },
          onTimer: { flush: ({ key, state }) => [[key, state.total.read()] as const] },
          onWindowExpiration: ({ key, state }) => [[key, state.total.read()] as const],
        }),
      ),
    )
    expect(settled(answer)).toEqual([
      [0, 10, ['a', 3]],
      [0, 10, ['b', 8]],
      [10, 20, ['a', 4]],
    ])
    expect(timestamps(answer)).toEqual([9.999, 9.999, 19.999])
  })
})

describe('state cells', () => {
  it('hold values, bags, sets and maps, read in canonical order', () => {
    const answer = evaluated((root) =>
      items(
        [1, 'a', 3],
        [2, 'a', 1],
        [3, 'a', 3],
        [4, 'a', 2],
      )(root).pipe(
        statefulParDo('Cells', {
          state: {
            bag: bagState<number>(),
            set: setState<number>(),
            map: mapState<string, number>(),
            total: combiningState(sum()),
          },
          process({ value, state }) {
            state.bag.add(value)
            const isNew = state.set.add(value)
            if (value === 1) state.set.remove(3)
            state.map.put(value === 3 ? 'z' : 'y', (state.map.get('z') ?? 0) + value)
            const empty = state.total.isEmpty()
            state.total.add(value)
            return [
              [isNew, empty, state.bag.read(), state.set.read(), state.map.entries(), state.total.read()] as const,
            ]
          },
        }),
      ),
    )
    expect(inOrder(answer)).toEqual([
      [true, true, [3], [3], [['z', 3]], 3],
      [
        true,
        false,
        [1, 3],
        [1],
        [
          ['y', 4],
          ['z', 3],
        ],
        4,
      ],
      [
        true,
        false,
        [1, 3, 3],
        [1, 3],
        [
          ['y', 4],
          ['z', 6],
        ],
        7,
      ],
      [
        true,
        false,
        [1, 2, 3, 3],
        [1, 2, 3],
        [
          ['y', 8],
          ['z', 6],
        ],
        9,
      ],
    ])
  })

  it('keep what was written, whatever becomes of the object', () => {
    const answer = evaluated((root) =>
      items(
        [1, 'a', 1],
        [2, 'a', 2],
      )(root).pipe(
        statefulParDo('Copy', {
          state: { list: valueState<number[]>() },
          process({ value, state }) {
            const list = state.list.read() ?? [value]
            state.list.write(list)
            list.push(100)
            return [state.list.read()]
          },
        }),
      ),
    )
    expect(inOrder(answer)).toEqual([[1], [1]])
  })
})
