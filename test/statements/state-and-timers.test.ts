/**
 * Statements 61-68 of the semantics: what a step keeps of a key and window, and when its timers fire.
 *
 * A step in order of event time has a clock of its own, the input watermark less the lateness; with `order: 'arrival'` it is the
 * input watermark. Lateness is 0 here unless a test says otherwise.
 */
import {
  eventTimeTimer,
  milliseconds,
  processingTimeTimer,
  statefulParDo,
  valueState,
  windowInto,
  withTimestamps,
  type PCollection,
  type Root,
  type Timer,
} from '@tidemark/core'
import { expect, it } from 'vitest'
import { accumulating, fixed } from './pipelines.ts'
import { add, end, keyed, play, tick, watermark } from './play.ts'
import { refusalsOf } from './refusals.ts'

const perTen = fixed(10)
const perHundred = fixed(100)

/** A step per hundred milliseconds with an event-time timer that every element sets, and that says when it fires. */
const alarms =
  (set: (alarm: Timer, value: number) => void) =>
  (root: Root): PCollection<unknown> =>
    keyed(root).pipe(
      windowInto(perHundred),
      statefulParDo('Alarms', {
        state: {},
        timers: { alarm: eventTimeTimer() },
        process: ({ timers, value }) => set(timers.alarm, value),
        onTimer: { alarm: ({ key }) => [[key, 'alarm']] },
      }),
    )

/** The same with a timer of processing time, per ten milliseconds; its state outlives the timer. */
const ticks =
  (set: (alarm: Timer, value: number) => void) =>
  (root: Root): PCollection<unknown> =>
    keyed(root).pipe(
      windowInto(perTen),
      statefulParDo('Ticks', {
        state: { last: valueState<number>() },
        timers: { alarm: processingTimeTimer() },
        process({ timers, state, value }) {
          state.last.write(value)
          set(timers.alarm, value)
        },
        onTimer: { alarm: ({ key }) => [[key, 'tick']] },
      }),
    )

// Mutation: packages/runners/src/execution/stateful/record-index.ts: `last !== undefined && isSame(last.window, window)` → `last !== undefined`
// Mutation: packages/runners/src/execution/stateful/records.ts: `open.slots.get(key)` → `[...open.members][0]`
it('statement 61: state belongs to one key and one window', () => {
  const counted = (root: Root) =>
    keyed(root).pipe(
      windowInto(perTen),
      statefulParDo('Count', {
        state: { count: valueState<number>() },
        process({ key, state }) {
          const count = (state.count.read() ?? 0) + 1
          state.count.write(count)
          return [[key, count]]
        },
      }),
    )
  expect(play(counted, [add([1, 'a', 0], [2, 'a', 0], [2, 'b', 0], [11, 'a', 0]), end()]).panes).toEqual([
    'a=1 @1 [0,10)',
    'a=2 @2 [0,10)',
    'b=1 @2 [0,10)',
    'a=1 @11 [10,20)',
  ])
})

// Mutation: packages/runners/src/execution/stateful/timer-handles.ts: `clearTimer(record, place)` → `void record`
// Mutation: packages/runners/src/execution/stateful/timer-handles.ts: `record.times[place] = time` → `record.times[place] = record.timestamps[place]! < Infinity ? record.timestamps[place]! : time`
it('statement 61: a timer has one time: set again it fires at the last one alone, cleared it does not fire', () => {
  const twice = alarms((alarm, value) => (value < 0 ? alarm.clear() : alarm.set(value)))
  const script = [add([1, 'a', 5], [2, 'a', 8], [1, 'b', 5], [2, 'b', -1]), watermark(8), watermark(9), end()]
  expect(play(twice, script).byEvent).toEqual([[], [], ['a="alarm" @8 [0,100)'], []])
})

// Mutation: packages/runners/src/execution/stateful/due-work.ts: `time >= this.time && other >= this.time` → `time > this.time && other > this.time`
it('statement 62: an event-time timer fires when the watermark is strictly past its time', () => {
  const script = [add([1, 'a', 5]), watermark(5), watermark(6)]
  expect(
    play(
      alarms((alarm, value) => alarm.set(value)),
      script,
    ).byEvent,
  ).toEqual([[], [], ['a="alarm" @5 [0,100)']])
})

// Mutation: packages/runners/src/execution/stateful/timer-order.ts: `time > earliest || ` → ``
it('statement 62: timers that come due together fire in the order of their times', () => {
  const three = (root: Root) =>
    keyed(root).pipe(
      windowInto(perHundred),
      statefulParDo('Three', {
        state: {},
        timers: { a: eventTimeTimer(), b: eventTimeTimer(), c: eventTimeTimer() },
        process({ timers: { a, b, c } }) {
          a.set(9)
          b.set(3)
          c.set(6)
        },
        onTimer: { a: ({ key }) => [[key, 'a']], b: ({ key }) => [[key, 'b']], c: ({ key }) => [[key, 'c']] },
      }),
    )
  expect(play(three, [add([1, 'k', 0]), watermark(20)]).panes).toEqual([
    'k="b" @3 [0,100)',
    'k="c" @6 [0,100)',
    'k="a" @9 [0,100)',
  ])
})

// As in testEventTimeTimerOrdering of Beam's ParDoTest, with an element among the timers.
// Mutation: packages/runners/src/execution/stateful/due-work.ts: `if (place < 0 || record.times[place]! > time) return` → `if (place < 0) return`
it('statement 63: a timer that a callback sets takes its place in time, within one move of the watermark', () => {
  const chained = (root: Root) =>
    keyed(root).pipe(
      windowInto(perHundred),
      statefulParDo('Chained', {
        state: {},
        timers: { first: eventTimeTimer(), between: eventTimeTimer(), last: eventTimeTimer() },
        process({ key, value, timers }) {
          if (value > 0) timers.first.set(5)
          if (value > 0) timers.last.set(10)
          return [[key, 'element']]
        },
        onTimer: {
          first({ key, timers }) {
            timers.between.set(7)
            return [[key, 'first']]
          },
          between: ({ key }) => [[key, 'between']],
          last: ({ key }) => [[key, 'last']],
        },
      }),
    )
  expect(play(chained, [add([1, 'a', 1], [6, 'a', 0]), watermark(20)]).panes).toEqual([
    'a="element" @1 [0,100)',
    'a="first" @5 [0,100)',
    'a="element" @6 [0,100)',
    'a="between" @7 [0,100)',
    'a="last" @10 [0,100)',
  ])
})

// As in testTwoTimersSettingEachOther of Beam's ParDoTest.
// Mutation: packages/runners/src/execution/stateful/due-work.ts: `else this.#turn(id)` → `else break`
it('statement 63: two timers that set each other take turns, within one move of the watermark', () => {
  const pingPong = (root: Root) =>
    keyed(root).pipe(
      windowInto(perHundred),
      statefulParDo('PingPong', {
        state: {},
        timers: { ping: eventTimeTimer(), pong: eventTimeTimer() },
        process: ({ timers }) => timers.ping.set(2),
        onTimer: {
          ping({ key, timestamp, timers }) {
            timers.pong.set(timestamp + 1)
            return [[key, 'ping']]
          },
          pong({ key, timestamp, timers }) {
            if (timestamp < 5) timers.ping.set(timestamp + 1)
            return [[key, 'pong']]
          },
        },
      }),
    )
  expect(play(pingPong, [add([1, 'a', 0]), watermark(20)]).panes).toEqual([
    'a="ping" @2 [0,100)',
    'a="pong" @3 [0,100)',
    'a="ping" @4 [0,100)',
    'a="pong" @5 [0,100)',
  ])
})

// Mutation: packages/runners/src/execution/stateful/timer-handles.ts: `time > cursor.read().expiry` → `time > cursor.read().expiry + 1`
it('statement 64: an event-time timer can be set up to the expiry of its window, and not beyond', () => {
  const build = alarms((alarm, value) => alarm.set(value))
  expect(play(build, [add([1, 'a', 99]), end()]).panes).toEqual(['a="alarm" @99 [0,100)'])
  expect(refusalsOf(build, [add([1, 'a', 100]), end()])).toEqual(['TIMER_AFTER_EXPIRY', 'TIMER_AFTER_EXPIRY'])
})

// Mutation: packages/runners/src/execution/stateful/timer-handles.ts: `Math.min(cursor.read().expiry, cursor.time + toMillis(delay))` → `cursor.time + toMillis(delay)`
// Mutation: packages/runners/src/execution/stateful/timer-handles.ts: `Math.min(cursor.read().expiry, relativeTime(` → `Math.max(-Infinity, relativeTime(`
it('statement 64: a relative timer stops at the expiry of its window, lateness included', () => {
  const farAway = (root: Root) =>
    keyed(root).pipe(
      windowInto(perTen, accumulating(5)),
      statefulParDo('FarAway', {
        state: {},
        timers: { after: eventTimeTimer(), relative: eventTimeTimer() },
        process({ timers: { after, relative } }) {
          after.setAfter(milliseconds(1000))
          relative.setRelative(milliseconds(1000))
        },
        onTimer: { after: ({ key }) => [[key, 'after']], relative: ({ key }) => [[key, 'relative']] },
      }),
    )
  expect(play(farAway, [add([1, 'a', 0]), end()]).panes).toEqual(['a="after" @14 [0,10)', 'a="relative" @14 [0,10)'])
})

// Mutation: packages/runners/src/execution/stateful/timer-handles.ts: `relativeTime(cursor.current, delay, options?.align)` → `relativeTime(cursor.time, delay, options?.align)`
// Mutation: packages/runners/src/execution/stateful/timer-handles.ts: `cursor.time + toMillis(delay)` → `cursor.current + toMillis(delay)`
it("statement 64: setRelative counts from the step's clock, with align to the next time so long before a multiple; setAfter from the element", () => {
  const three = (root: Root) =>
    keyed(root).pipe(
      windowInto(perHundred),
      statefulParDo('Three', {
        state: {},
        timers: { after: eventTimeTimer(), relative: eventTimeTimer(), aligned: eventTimeTimer() },
        order: 'arrival',
        process({ timers: { after, relative, aligned } }) {
          after.setAfter(milliseconds(4))
          relative.setRelative(milliseconds(4))
          aligned.setRelative(milliseconds(4), { align: milliseconds(10) })
        },
        onTimer: {
          after: ({ key }) => [[key, 'after']],
          relative: ({ key }) => [[key, 'relative']],
          aligned: ({ key }) => [[key, 'aligned']],
        },
      }),
    )
  expect(play(three, [watermark(5), add([3, 'a', 0]), end()]).panes).toEqual([
    'a="aligned" @6 [0,100)',
    'a="after" @7 [0,100)',
    'a="relative" @9 [0,100)',
  ])
})

// Mutation: packages/runners/src/execution/stateful/timer-handles.ts: `place, held, held, options)` → `place, held, cursor.timestamp, options)`
// Mutation: packages/runners/src/execution/stateful/timer-handles.ts: `cursor.timestamp, options)` → `cursor.now, options)`
it('statement 65: what a timer emits has the time it fires for, or by the clock of processing time the timestamp of its element', () => {
  expect(
    play(
      alarms((alarm, value) => alarm.set(value)),
      [add([2, 'a', 8]), end()],
    ).panes,
  ).toEqual(['a="alarm" @8 [0,100)'])
  const ticking = ticks((alarm) => alarm.setAfter(milliseconds(50)))
  expect(play(ticking, [add([2, 'a', 0]), watermark(7), tick(50), tick(1)]).byEvent).toEqual([
    [],
    [],
    [],
    ['a="tick" @2 [0,10)'],
  ])
})

// Mutation: packages/runners/src/execution/stateful/timer-handles.ts: `given === 'none' ? Infinity : timestamp` → `Infinity`
// Mutation: packages/runners/src/execution/stateful/timer-order.ts: `record.holds[place] = Infinity` → `void record`
it('statement 65: a timer holds the output watermark at its output timestamp until it has fired or is cleared', () => {
  const early = alarms((alarm, value) => alarm.set(value, { outputTimestamp: 2 }))
  const fired = play(early, [add([1, 'a', 8]), watermark(6), watermark(8), watermark(9)])
  expect(fired.panes).toEqual(['a="alarm" @2 [0,100)'])
  expect(fired.watermarks.slice(1)).toEqual([2, 2, 9])
  const ticking = ticks((alarm, value) => (value < 0 ? alarm.clear() : alarm.setAfter(milliseconds(50))))
  expect(play(ticking, [add([2, 'a', 0]), watermark(7), tick(51)]).watermarks.slice(1)).toEqual([2, 7])
  expect(play(ticking, [add([2, 'a', 0], [5, 'a', -1]), watermark(4), watermark(7)]).watermarks.slice(1)).toEqual([
    2, 7,
  ])
})

// Mutation: packages/runners/src/execution/stateful/timer-handles.ts: `given === 'none' ? Infinity : timestamp` → `timestamp`
it('statement 65: a timer without output timestamp holds nothing', () => {
  const ticking = ticks((alarm) => alarm.setAfter(milliseconds(50), { outputTimestamp: 'none' }))
  expect(play(ticking, [add([2, 'a', 0]), watermark(7)]).watermarks.slice(1)).toEqual([7])
})

// Beam's runner keeps the first output timestamp: a deviation by decision.
// Mutation: packages/runners/src/execution/stateful/timer-handles.ts: `record.timestamps[place] = timestamp` → `record.timestamps[place] = Math.min(record.timestamps[place]!, timestamp)`
it('statement 65: set twice in one call, a timer has the last output timestamp, and holds no other', () => {
  const twice = alarms((alarm) => {
    alarm.set(8, { outputTimestamp: 3 })
    alarm.set(9, { outputTimestamp: 6 })
  })
  const { panes, watermarks } = play(twice, [add([1, 'a', 0]), watermark(8), watermark(10)])
  expect(panes).toEqual(['a="alarm" @6 [0,100)'])
  expect(watermarks.slice(1)).toEqual([6, 10])
})

// Mutation: packages/runners/src/execution/stateful/timer-handles.ts: `timestamp >= cursor.timestamp` → `timestamp >= cursor.timestamp - 1`
it('statement 66: an output timestamp before that of the call is refused', () => {
  const build = alarms((alarm, value) => alarm.set(50, { outputTimestamp: value }))
  expect(play(build, [add([7, 'a', 7]), end()]).panes).toEqual(['a="alarm" @7 [0,100)'])
  expect(refusalsOf(build, [add([7, 'a', 6]), end()])).toEqual(['TIMER_OUTPUT_TOO_EARLY', 'TIMER_OUTPUT_TOO_EARLY'])
})

// Mutation: packages/runners/src/execution/stateless/element-stages.ts: `after < before` → `after < before - 1`
it('statement 66: withTimestamps moves timestamps forward only', () => {
  const moved = (root: Root) => keyed(root).pipe(withTimestamps(([, value]) => value))
  expect(play(moved, [add([7, 'a', 7], [7, 'b', 9])]).panes).toEqual(['a=7 @7 all', 'b=9 @9 all'])
  expect(refusalsOf(moved, [add([7, 'a', 6])])).toEqual(['TIMESTAMP_MOVED_BACK', 'TIMESTAMP_MOVED_BACK'])
})

/** Writes state, reads it in a timer at the expiry of the window, and when the window has expired. */
const expiring = (root: Root): PCollection<unknown> =>
  keyed(root).pipe(
    windowInto(perTen, accumulating(5)),
    statefulParDo('Expiring', {
      state: { cell: valueState<number>() },
      timers: { expiry: eventTimeTimer() },
      order: 'arrival',
      process({ value, state, timers }) {
        state.cell.write(value)
        timers.expiry.set(14, { outputTimestamp: 'none' })
      },
      onTimer: { expiry: ({ key, state }) => [[key, ['timer', state.cell.read()]]] },
      onWindowExpiration: ({ key, state }) => [[key, ['expired', state.cell.read()]]],
    }),
  )

/** Writes state and leaves it there. */
const keeping = (root: Root): PCollection<unknown> =>
  keyed(root).pipe(
    windowInto(perTen, accumulating(5)),
    statefulParDo('Keeping', {
      state: { cell: valueState<number>() },
      order: 'arrival',
      process: ({ value, state }) => state.cell.write(value),
    }),
  )

// Mutation: packages/runners/src/execution/stateful/record-index.ts: `cleared: expiry + 1` → `cleared: expiry`
// Mutation: packages/runners/src/execution/stateful/record-index.ts: `cleared: expiry + 1` → `cleared: expiry - 1`
it('statement 67: state is cleared a millisecond after the expiry, so that timers at the expiry see it; before that, onWindowExpiration does', () => {
  expect(play(expiring, [add([1, 'a', 7]), watermark(14), watermark(15), watermark(16)]).byEvent).toEqual([
    [],
    [],
    ['a=["timer",7] @14 [0,10)'],
    ['a=["expired",7] @9 [0,10)'],
  ])
})

// Beam holds in either case: a deviation by decision.
// Mutation: packages/runners/src/execution/stateful/records.ts: `? record.window.end - 1 : Infinity` → `? Infinity : Infinity`
// Mutation: packages/runners/src/execution/stateful/records.ts: `return this.#hasExpiration && record.ran` → `return record.ran`
it('statement 67: a step with onWindowExpiration holds the last timestamp of the window until it has expired, one without does not', () => {
  const script = [add([1, 'a', 7]), watermark(12), watermark(15), watermark(16)]
  expect(play(expiring, script).watermarks.slice(1)).toEqual([9, 9, 16])
  expect(play(keeping, script).watermarks.slice(1)).toEqual([12, 15, 16])
})

// Mutation: packages/runners/src/execution/stateful/due-work.ts: `if (record.expiry < this.time) continue` → `void record`
it('statement 68: a timer of processing time that comes after the expiry of its window is ignored, and no drop', () => {
  const ticking = ticks((alarm) => alarm.setAfter(milliseconds(50)))
  const played = (t: number) => play(ticking, [add([2, 'a', 0]), watermark(t), tick(51)])
  expect(played(9).panes).toEqual(['a="tick" @2 [0,10)'])
  for (const after of [10, 11, 500]) {
    expect(played(after).panes).toEqual([])
    expect(played(after).ledger).toEqual([])
  }
})
