/**
 * Times as a time line writes them: `10:00:05` on the base's day, `+5s` after the base, or in full as `2026-03-01T10:00:00Z`.
 *
 * What is printed can be read again and gives the same time.
 */
import {
  formatTimestamp,
  isTimestamp,
  MAX_TIMESTAMP,
  MIN_TIMESTAMP,
  parseTimestamp,
  type Timestamp,
  type Window,
} from '@tidemark/core'
import type { TimeScale } from './time-line.ts'

const DAY = 86_400_000
const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: DAY }
const LENGTH = /^([+-])((?:\d+(?:ms|s|m|h|d))+)$/
const CLOCK = /^(\d{1,2}):(\d\d)(?::(\d\d)(?:\.(\d{1,3}))?)?$/
const IN_FULL = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?Z)?$/

/** The time that a word stands for, or `undefined` when it is none. Hours go on past 24, for the days after. */
export function parseTime(word: string, { base }: Pick<TimeScale, 'base'>): Timestamp | undefined {
  const [, sign, length] = LENGTH.exec(word) ?? []
  if (length !== undefined) return asTimestamp(base + (sign === '-' ? -1 : 1) * millisOf(length))
  const [, hours, minutes, seconds = '0', millis = '0'] = CLOCK.exec(word) ?? []
  if (hours !== undefined && minutes !== undefined) {
    if (Number(minutes) > 59 || Number(seconds) > 59) return undefined
    const ofDay = (Number(hours) * 60 + Number(minutes)) * 60_000 + Number(seconds) * 1000
    return asTimestamp(dayOf(base) + ofDay + Number(millis.padEnd(3, '0')))
  }
  if (word === '-infinity') return MIN_TIMESTAMP
  if (word === '+infinity') return MAX_TIMESTAMP
  return IN_FULL.test(word) ? timeInFull(word) : undefined
}

/** Says whether a word is written as a length since the base. */
export function isRelative(word: string): boolean {
  return LENGTH.test(word)
}

/** Writes a time the way the time line does. */
export function formatTime(time: Timestamp, { base, relative }: TimeScale): string {
  if (time <= MIN_TIMESTAMP || time >= MAX_TIMESTAMP) return formatTimestamp(time)
  if (relative) return formatLength(time - base)
  const ofDay = time - dayOf(base)
  if (ofDay < 0 || ofDay >= 100 * 3_600_000) return formatTimestamp(time)
  const two = (count: number): string => String(Math.floor(count)).padStart(2, '0')
  const clock = `${two(ofDay / 3_600_000)}:${two((ofDay / 60_000) % 60)}:${two((ofDay / 1000) % 60)}`
  return ofDay % 1000 === 0 ? clock : `${clock}.${String(ofDay % 1000).padStart(3, '0')}`
}

/** The window that a word such as `[10:00,10:01)` or `global` stands for, or `undefined`. */
export function parseWindow(word: string, scale: Pick<TimeScale, 'base'>, global: Window): Window | undefined {
  if (word === 'global') return global
  const [, from, to] = /^\[\s*([^,\s]+)\s*,\s*([^,\s]+)\s*\)$/.exec(word) ?? []
  if (from === undefined || to === undefined) return undefined
  const [start, end] = [parseTime(from, scale), parseTime(to, scale)]
  return start === undefined || end === undefined ? undefined : { start, end }
}

/** Writes a window the way the time line does. */
export function formatWrittenWindow(window: Window, scale: TimeScale, global: Window): string {
  if (window.start === global.start && window.end === global.end) return 'global'
  return `[${formatTime(window.start, scale)},${formatTime(window.end, scale)})`
}

function formatLength(length: number): string {
  const sign = length < 0 ? '-' : '+'
  let rest = Math.abs(length)
  if (rest === 0) return '+0s'
  const parts = (['d', 'h', 'm', 's', 'ms'] as const).flatMap((unit) => {
    const count = Math.floor(rest / UNITS[unit]!)
    rest -= count * UNITS[unit]!
    return count === 0 ? [] : [`${count}${unit}`]
  })
  return `${sign}${parts.join('')}`
}

function millisOf(length: string): number {
  return [...length.matchAll(/(\d+)(ms|s|m|h|d)/g)].reduce(
    (sum, [, count, unit]) => sum + Number(count) * UNITS[unit!]!,
    0,
  )
}

function dayOf(time: Timestamp): Timestamp {
  return Math.floor(time / DAY) * DAY
}

// Not by Date.parse, which takes 30 February for 1 March.
function timeInFull(word: string): Timestamp | undefined {
  const midnight = word.length === 10 ? `${word}T00:00:00Z` : word
  try {
    return parseTimestamp(midnight.length === 17 ? midnight.replace('Z', ':00Z') : midnight)
  } catch {
    return undefined
  }
}

function asTimestamp(time: number): Timestamp | undefined {
  return isTimestamp(time) ? time : undefined
}
