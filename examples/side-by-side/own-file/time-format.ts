/**
 * What the times of a person's file are: told from the first one, stated, and then held to.
 */
import { parseTimestamp, type Timestamp } from '@tidemark/core'
import { UsageError } from '../usage-error.ts'

/** How one file writes time. */
export interface TimeFormat {
  /** For people: `ISO 8601 text`, `seconds since the epoch`. */
  readonly description: string
  /** Reads one time. Throws for what is none. */
  readonly read: (value: unknown) => Timestamp
}

const ISO: TimeFormat = { description: 'ISO 8601 text', read: (value) => parseTimestamp(withT(textOf(value))) }

const ISO_WITHOUT_ZONE: TimeFormat = {
  description: 'ISO 8601 text that names no zone, taken as UTC',
  read: (value) => parseTimestamp(withT(textOf(value)), { zone: 'Z' }),
}

const DATE: TimeFormat = {
  description: 'dates, taken as midnight in UTC',
  read: (value) => parseTimestamp(`${textOf(value)}T00:00:00`, { zone: 'Z' }),
}

/** Units of a number since the epoch, told by its size: the first years they stand for in the other units are absurd. */
const UNITS = [
  { below: 1e11, name: 'seconds', perMillisecond: 0.001 },
  { below: 1e14, name: 'milliseconds', perMillisecond: 1 },
  { below: 1e17, name: 'microseconds', perMillisecond: 1000 },
] as const

/** Tells how a file writes time from one of its times. Throws a UsageError that says what can be read. */
export function timeFormatOf(field: string, sample: unknown): TimeFormat {
  const format = formatOf(sample)
  if (format !== undefined) return format
  throw new UsageError(
    `The field "${field}" of the first record is ${JSON.stringify(sample)}, which is no time that can be told for sure. ` +
      'It can be ISO 8601 text (2026-03-01T10:00:00Z), a date (2026-03-01), or seconds, milliseconds or microseconds since the epoch. ' +
      'Name another field with --time.',
  )
}

function formatOf(sample: unknown): TimeFormat | undefined {
  const text = typeof sample === 'string' ? sample.trim() : ''
  const number = numberOf(sample)
  if (number !== undefined) {
    const unit = UNITS.find(({ below }) => Math.abs(number) < below)
    return (
      unit && {
        description: `${unit.name} since the epoch`,
        read: (value) => Math.floor(requireNumber(value) / unit.perMillisecond),
      }
    )
  }
  return [ISO, ISO_WITHOUT_ZONE, DATE].find((format) => reads(format, text))
}

function reads(format: TimeFormat, text: string): boolean {
  try {
    format.read(text)
    return true
  } catch {
    return false
  }
}

/** Many programs write a blank where ISO 8601 has a T. */
function withT(text: string): string {
  return text.replace(/^(\d{4}-\d{2}-\d{2}) /, '$1T')
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value.trim()
  throw new Error(`${JSON.stringify(value)} is no text`)
}

function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number' && Number.isFinite(value)) return value
  return typeof value === 'string' && /^\s*-?\d+(\.\d+)?\s*$/.test(value) ? Number(value) : undefined
}

function requireNumber(value: unknown): number {
  const number = numberOf(value)
  if (number === undefined) throw new Error(`${JSON.stringify(value)} is no number`)
  return number
}
