/**
 * Random choices from a seed: the same seed makes the same choices, on every machine.
 */

/** A source of choices. */
export class Random {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  /** A number from 0 up to 1, by the generator mulberry32. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000
  }

  /** A whole number from `low` to `high`, both included. */
  int(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1))
  }

  /** Whether something happens that does so in `share` of all cases. */
  chance(share: number): boolean {
    return this.next() < share
  }

  /** One of the choices. One that stands twice is twice as likely. */
  pick<T>(choices: readonly T[]): T {
    const choice = choices[this.int(0, choices.length - 1)]
    if (choice === undefined && choices.length === 0) throw new Error('There is nothing to choose from.')
    return choice as T
  }

  /** The same elements in another order. */
  shuffled<T>(elements: readonly T[]): readonly T[] {
    const result = [...elements]
    for (let i = result.length - 1; i > 0; i -= 1) {
      const j = this.int(0, i)
      const moved = result[i] as T
      result[i] = result[j] as T
      result[j] = moved
    }
    return result
  }
}
