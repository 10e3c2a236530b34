/**
 * Digests: what a side says that it has computed. Sides are compared only when they say the same.
 */

/** Adds up what comes out of a chain. */
export class ChainDigest {
  #count = 0
  #sum = 0

  add(value: number): void {
    this.#count++
    this.#sum += value
  }

  toString(): string {
    return `${this.#count} elements, sum ${this.#sum}`
  }
}

/** Adds up the totals of windows. */
export class TotalsDigest {
  #panes = 0
  #count = 0
  #sum = 0

  add(count: number, sum: number): void {
    this.#panes++
    this.#count += count
    this.#sum += sum
  }

  toString(): string {
    return `${this.#panes} panes, ${this.#count} elements, sum ${this.#sum}`
  }
}
