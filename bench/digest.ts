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

/** The exact value where what was found is near enough to it, and otherwise what was found. */
export function nearly(found: number, exact: number, error: number): string {
  const near = Math.abs(found - exact) <= error * Math.abs(exact)
  return near ? `${exact} within ${error * 100} %` : `${found}, where ${exact} is right`
}
