/**
 * Numbers and times as people read them. Times are UTC and lengths are rounded, never the figures that are compared.
 */
import type { Timestamp } from '@tidemark/core'

/** A whole number in groups of three digits: `53,615`. */
export function grouped(value: number): string {
  return String(value).replace(/\B(?=(?:\d{3})+$)/g, ',')
}

/** A share in percent with one decimal: `4.1 %`; a dash where there is none. */
export function percent(share: number | null): string {
  return share === null ? '-' : `${(share * 100).toFixed(1)} %`
}

/** A length in the unit that suits it: `1.1 ms`, `96.8 s`, `5 min`, `1 h 5 min`, `4 days`. */
export function lengthText(milliseconds: number): string {
  if (milliseconds < 1000) return `${shortest(milliseconds)} ms`
  if (milliseconds % 60_000 === 0 && milliseconds < 3_600_000) return `${milliseconds / 60_000} min`
  if (milliseconds < 3_600_000) return `${shortest(milliseconds / 1000)} s`
  const minutes = Math.round(milliseconds / 60_000)
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60]
  if (hours >= 48) return `${shortest(hours / 24)} days`
  return rest === 0 ? `${hours} h` : `${hours} h ${rest} min`
}

/** The time of the day: `17:15`. */
export function clockText(timestamp: Timestamp): string {
  return iso(timestamp).slice(11, 16)
}

/** The time of the day to the second: `17:15:20`. */
export function secondText(timestamp: Timestamp): string {
  return iso(timestamp).slice(11, 19)
}

/** Date and time: `2018-03-24 17:15:20`. */
export function dateTimeText(timestamp: Timestamp): string {
  return iso(timestamp).slice(0, 19).replace('T', ' ')
}

/** Text of at most `width` signs; a longer one ends in an ellipsis. */
export function clipped(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, width - 1)}…`
}

/** `1 row`, `2 rows`, `53,615 rows`. */
export function plural(count: number, noun: string): string {
  return `${grouped(count)} ${noun}${count === 1 ? '' : 's'}`
}

function shortest(value: number): string {
  return value.toFixed(1).replace(/\.0$/, '')
}

function iso(timestamp: Timestamp): string {
  return new Date(timestamp).toISOString()
}
