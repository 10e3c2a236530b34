/**
 * Values of Zeek's logs: from the text of a cell to what its type says.
 *
 * Numbers that a double does not hold exactly are refused, not rounded.
 */
import { isUtf8 } from 'node:buffer'
import { microsecondsOfSeconds } from '../file/exact-time.ts'
import { RecordFault } from '../file/record-fault.ts'

/**
 * A value of a row. By type: `time` is whole microseconds since the epoch; `interval` and `double` are numbers (an interval in
 * seconds); `count`, `int` and `port` whole numbers; `bool` true or false; `vector[…]` and `set[…]` arrays; all others text.
 * An unset value is null.
 */
export type TsvValue = null | string | number | boolean | readonly TsvValue[]

/** The signs that a log declares for itself. */
export type ZeekSigns = { readonly setSeparator: string; readonly empty: string; readonly unset: string }

/** Makes the reader of cells of one type, such as `time` or `vector[string]`. */
export function zeekReader(type: string, signs: ZeekSigns): (cell: string) => TsvValue {
  const inner = /^(?:vector|set|table|list)\[(.+)\]$/.exec(type)?.[1]
  const value = inner === undefined ? scalarReader(type, signs) : arrayReader(zeekReader(inner, signs), signs)
  return (cell) => (cell === signs.unset ? null : value(cell))
}

function arrayReader(item: (cell: string) => TsvValue, signs: ZeekSigns): (cell: string) => TsvValue {
  return (cell) => (cell === signs.empty ? [] : cell.split(signs.setSeparator).map(item))
}

function scalarReader(type: string, signs: ZeekSigns): (cell: string) => TsvValue {
  switch (type) {
    case 'time':
      return microsecondsOfSeconds
    case 'count':
    case 'int':
    case 'port':
      return wholeNumber
    case 'double':
    case 'interval':
      return decimalNumber
    case 'bool':
      return truth
    default:
      return (cell) => (cell === signs.empty ? '' : unescaped(cell))
  }
}

function wholeNumber(cell: string): number {
  if (!/^-?\d+$/.test(cell)) throw new Error(`${JSON.stringify(cell)} is not a whole number`)
  const value = Number(cell)
  if (Number.isSafeInteger(value)) return value
  throw new RecordFault('PRECISION', `${cell} is beyond what a number holds exactly (2^53 - 1)`)
}

function decimalNumber(cell: string): number {
  if (!/^-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(cell)) {
    throw new Error(`${JSON.stringify(cell)} is not a number`)
  }
  const value = Number(cell)
  if (Number.isFinite(value)) return value
  throw new RecordFault('PRECISION', `${cell} is beyond what a number holds (1.8e308)`)
}

function truth(cell: string): boolean {
  if (cell === 'T' || cell === 'F') return cell === 'T'
  throw new Error(`${JSON.stringify(cell)} is neither T nor F`)
}

/**
 * Text without Zeek's escapes: `\xNN` is a byte, `\\` a backslash. Where the bytes are not UTF-8 the text stays as it stands.
 */
export function unescaped(cell: string): string {
  if (!cell.includes('\\')) return cell
  const bytes = Buffer.from(
    Buffer.from(cell)
      .toString('latin1')
      .replace(/\\(?:x([0-9a-fA-F]{2})|(\\))/g, (_, hex: string | undefined) =>
        hex === undefined ? '\\' : String.fromCharCode(Number.parseInt(hex, 16)),
      ),
    'latin1',
  )
  return isUtf8(bytes) ? bytes.toString('utf8') : cell
}
