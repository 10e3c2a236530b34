/**
 * Seconds since the epoch as text, read exactly. Instants as RFC 3339 are read by `parseTimestamp` of core.
 */
import { PipelineError } from '@tidemark/core'

/**
 * Reads decimal seconds since the epoch, as Zeek writes them, as whole microseconds. Throws a {@link PipelineError} with code
 * `BAD_TIMESTAMP`, also for digits beyond the sixth that are not zero.
 *
 * ```ts
 * microsecondsOfSeconds('1521911720.865716') // => 1521911720865716
 * ```
 */
export function microsecondsOfSeconds(text: string): number {
  const match = /^(-?)(\d{1,12})(?:\.(\d{1,6})0*)?$/.exec(text)
  if (match === null)
    throw badTime(text, 'seconds since the epoch with at most six decimals, such as 1521911720.865716')
  const [, sign, whole = '', decimals = ''] = match
  const size = exact(text, Number(whole) * 1_000_000 + Number(decimals.padEnd(6, '0')))
  return sign === '-' && size !== 0 ? -size : size
}

function exact(text: string, microseconds: number): number {
  if (Number.isSafeInteger(microseconds)) return microseconds
  throw badTime(text, 'a time whose microseconds a number holds exactly (years 1685 to 2255)')
}

function badTime(text: string, wanted: string): PipelineError {
  const shown = JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text)
  return new PipelineError(
    'BAD_TIMESTAMP',
    `${shown} is not ${wanted}. A guess would move the element to another window. Correct the data, or read it in a way of your own.`,
  )
}
