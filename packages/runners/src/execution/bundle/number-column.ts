/**
 * NumberColumn and RowNumbers: columns of numbers that a step makes anew for each bundle, over the same memory.
 *
 * Bundles are borrowed, so the numbers of one may be written over when it has gone through the graph. Two buffers take turns:
 * a column can be gathered from the one made before.
 */

/** Memory for one column of the bundles of a step. */
export class NumberColumn {
  #buffer = new Float64Array(0)
  #other = new Float64Array(0)

  /** Room for `length` numbers, whatever they are now. */
  make(length: number): Float64Array {
    const buffer = this.#other.length < length ? new Float64Array(capacity(length)) : this.#other
    this.#other = this.#buffer
    this.#buffer = buffer
    return buffer.length === length ? buffer : buffer.subarray(0, length)
  }

  /** The numbers of `column` at the first `length` of `rows`. */
  gather(column: ArrayLike<number>, rows: ArrayLike<number>, length: number): Float64Array {
    const numbers = this.make(length)
    // Two loops, as one that meets both kinds of list takes three times as long.
    if (column instanceof Float64Array) for (let row = 0; row < length; row++) numbers[row] = column[rows[row]!]!
    else for (let row = 0; row < length; row++) numbers[row] = column[rows[row]!]!
    return numbers
  }
}

/** Memory for row numbers of the bundles of a step. */
export class RowNumbers {
  #buffer = new Int32Array(0)
  #other = new Int32Array(0)

  /** Room for at least `length` row numbers, whatever they are now. */
  make(length: number): Int32Array {
    const buffer = this.#other.length < length ? new Int32Array(capacity(length)) : this.#other
    this.#other = this.#buffer
    this.#buffer = buffer
    return buffer
  }
}

// Rounded up, as bundles are seldom of one length.
function capacity(length: number): number {
  return 2 ** Math.ceil(Math.log2(length))
}
