/**
 * Columns as a source of columns would hand them over: typed arrays, and dictionaries with codes. A test double.
 *
 * They answer for their length and their rows and refuse all else, so a step that takes them asks for nothing more.
 */

/** A column of few distinct values: codes, and what they stand for. */
export function dictionaryColumn<T>(values: ArrayLike<T>): ArrayLike<T> {
  const all = Array.from(values)
  const dictionary = [...new Set(all)]
  return column(
    Uint16Array.from(all, (value) => dictionary.indexOf(value)),
    (code) => dictionary[code]!,
  )
}

/** A column of numbers. */
export function numberColumn(values: ArrayLike<number>): ArrayLike<number> {
  return column(Float64Array.from(values), (value) => value)
}

/** A column of numbers that are -1 or 1. */
export function signColumn(values: ArrayLike<number>): ArrayLike<number> {
  return column(Int8Array.from(values), (value) => value)
}

function column<T>(stored: Uint16Array | Float64Array | Int8Array, valueOf: (stored: number) => T): ArrayLike<T> {
  return new Proxy<ArrayLike<T>>(
    { length: stored.length },
    {
      get: (_, name) => {
        if (name === 'length') return stored.length
        if (typeof name === 'string' && /^\d+$/.test(name)) return valueOf(stored[Number(name)]!)
        throw new TypeError(`a column was asked for ${String(name)}, and has a length and rows only`)
      },
    },
  )
}
