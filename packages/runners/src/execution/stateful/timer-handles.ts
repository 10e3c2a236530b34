/**
 * Handles of the timers: one object per timer and step, acting on the record at the cursor.
 *
 * Numbers in comments are those of the semantics page.
 */
import {
  formatTimestamp,
  formatWindow,
  MAX_TIMESTAMP,
  MIN_TIMESTAMP,
  PipelineError,
  requireTimestamp,
  toMillis,
} from '@tidemark/core'
import type { Timer, TimerOptions, Timers, TimerSpecs, Timestamp, Duration } from '@tidemark/core'
import type { Cursor } from './cursor.ts'
import type { KeyedRecord } from './keyed-record.ts'
import { clearTimer } from './timer-order.ts'

/** The timers of a step, by name in code unit order. */
export interface TimerTable {
  readonly names: readonly string[]
  /** Places of the event-time timers among the names. */
  readonly eventTime: readonly number[]
  /** Places of the processing-time timers among the names. */
  readonly processingTime: readonly number[]
  readonly handles: Timers<TimerSpecs>
}

/** Makes the handles of the declared timers. */
export function timerTable(specs: TimerSpecs, cursor: Cursor): TimerTable {
  const names = Object.keys(specs).sort()
  const eventTime: number[] = []
  const processingTime: number[] = []
  const handles: Record<string, Timer> = {}
  for (const [index, name] of names.entries()) {
    const ofEventTime = specs[name]!.domain === 'event-time'
    ;(ofEventTime ? eventTime : processingTime).push(index)
    handles[name] = ofEventTime ? eventTimer(name, cursor, index) : processingTimer(name, cursor, index)
  }
  return { names, eventTime, processingTime, handles }
}

function eventTimer(name: string, cursor: Cursor, place: number): Timer {
  const put = (time: Timestamp, options: TimerOptions | undefined): void => {
    // 65: what fires emits at the time it fires for.
    const held = Math.max(MIN_TIMESTAMP, time)
    setTimer(cursor, name, place, held, held, options)
  }
  return {
    set(timestamp, options) {
      const time = requireTimestamp(timestamp, `The time of timer "${name}" in step "${cursor.step}"`)
      requireBeforeExpiry(cursor, name, 'set for', time)
      put(time, options)
    },
    // 64: relative times stop at the expiry of the window.
    setAfter(delay, options) {
      put(Math.min(cursor.read().expiry, cursor.time + toMillis(delay)), options)
    },
    setRelative(delay, options) {
      put(Math.min(cursor.read().expiry, relativeTime(cursor.current, delay, options?.align)), options)
    },
    clear() {
      moveTimer(cursor, place)
    },
  }
}

function processingTimer(name: string, cursor: Cursor, place: number): Timer {
  const put = (time: number, options: TimerOptions | undefined): void => {
    // 65: what fires emits at the timestamp of the element that set it.
    setTimer(cursor, name, place, Math.min(MAX_TIMESTAMP, Math.max(MIN_TIMESTAMP, time)), cursor.timestamp, options)
  }
  return {
    set(timestamp, options) {
      put(requireTimestamp(timestamp, `The time of timer "${name}" in step "${cursor.step}"`), options)
    },
    setAfter(delay, options) {
      put(cursor.now + toMillis(delay), options)
    },
    setRelative(delay, options) {
      put(relativeTime(cursor.now, delay, options?.align), options)
    },
    clear() {
      moveTimer(cursor, place)
    },
  }
}

function setTimer(
  cursor: Cursor,
  name: string,
  place: number,
  time: number,
  byDefault: Timestamp,
  options: TimerOptions | undefined,
): void {
  const given = options?.outputTimestamp
  if (typeof given === 'number') requireOutputTimestamp(cursor, name, given)
  if (cursor.expiring) throw afterExpiry(cursor, name, 'set for', time)
  const record = moveTimer(cursor, place)
  const timestamp = typeof given === 'number' ? given : byDefault
  record.times[place] = time
  record.timestamps[place] = timestamp
  record.holds[place] = given === 'none' ? Infinity : timestamp
}

function moveTimer(cursor: Cursor, place: number): KeyedRecord {
  const record = cursor.change()
  clearTimer(record, place)
  cursor.timersMoved = true
  return record
}

// 64: without alignment `delay` after the current time; with it, as in Beam, the first time from the current one on that lies
// `delay` before a multiple of `align`.
function relativeTime(current: number, delay: Duration, align: Duration | undefined): number {
  const offset = toMillis(delay)
  if (align === undefined) return current + offset
  const period = toMillis(align)
  return Math.ceil((current + offset) / period) * period - offset
}

// 66
function requireOutputTimestamp(cursor: Cursor, name: string, timestamp: Timestamp): void {
  requireTimestamp(timestamp, `The output timestamp of timer "${name}" in step "${cursor.step}"`)
  requireBeforeExpiry(cursor, name, 'given the output timestamp', timestamp)
  if (timestamp >= cursor.timestamp) return
  throw new PipelineError(
    'TIMER_OUTPUT_TOO_EARLY',
    `Timer "${name}" of step "${cursor.step}" was given the output timestamp ${formatTimestamp(timestamp)} during a call at ` +
      `${formatTimestamp(cursor.timestamp)}. The output watermark may have passed it, so that what the timer emits would be late ` +
      'below. Give a timestamp that is not earlier than that of the call.',
    { step: cursor.step },
  )
}

function requireBeforeExpiry(cursor: Cursor, name: string, what: string, time: Timestamp): void {
  if (time > cursor.read().expiry) throw afterExpiry(cursor, name, what, time)
}

function afterExpiry(cursor: Cursor, name: string, what: string, time: Timestamp): PipelineError {
  const { window, expiry } = cursor.read()
  return new PipelineError(
    'TIMER_AFTER_EXPIRY',
    `Timer "${name}" of step "${cursor.step}" was ${what} ${formatTimestamp(time)}, but window ${formatWindow(window)} expires at ` +
      `${formatTimestamp(expiry)} and its state with it. Set it earlier, use setAfter or setRelative, which stop at the expiry, ` +
      'or emit what is left in onWindowExpiration.',
    { step: cursor.step },
  )
}
